import { commands } from './commands.ts'
import { ConfigError, configExitCode } from './config.ts'
import { Misconfigured } from './errors.ts'

process.exitCode = await main(process.argv.slice(2))

async function main([name = 'serve', ...args]: string[]): Promise<number> {
  if (name.startsWith('-') && name !== '--help' && name !== '--version') return main(['serve', name, ...args])
  const command = commands[name.replace(/^--/, '')]
  if (!command) return fail(2, `unknown command; try one of: ${Object.keys(commands).join(', ')}`)
  try {
    return await command.run(args)
  } catch (error) {
    if (error instanceof ConfigError) return fail(configExitCode, error.report())
    if (error instanceof Misconfigured) return fail(configExitCode, error.message)
    return fail(1, error instanceof Error ? error.message : 'failed')
  }
}

function fail(code: number, words: string): number {
  process.stderr.write(`sotto: ${words}\n`)
  return code
}
