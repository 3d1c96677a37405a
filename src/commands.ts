import { openApp } from './app.ts'
import { type Config, optionsHelp, readConfig } from './config.ts'
import { schemaVersion } from './database/migrate.ts'
import { answers, listen } from './http/server.ts'
import { startJobs } from './jobs.ts'
import { commit, version } from './version.ts'

/** One word of the command line. `run` resolves to the exit code. */
export interface Command {
  readonly sentence: string
  run(args: string[]): Promise<number> | number
}

export const commands: Readonly<Record<string, Command>> = {
  serve: { sentence: 'run the server (the default)', run: serve },
  version: { sentence: 'print the version; --json adds commit and schema', run: printVersion },
  help: { sentence: 'print this', run: printHelp },
}

async function serve(args: string[]): Promise<number> {
  const { config } = readConfig({ args, env: process.env, cwd: process.cwd() })
  using app = openApp(config)
  const server = await listen(app, await answers(app))
  using _jobs = startJobs(app)
  process.stderr.write(banner(config))
  await untilStopped()
  await server.stop()
  return 0
}

function banner({ name, dataDir, region, baseUrl, listen }: Config): string {
  const where = listen.kind === 'unix' ? ` (unix:${listen.path})` : ''
  return `sotto ${version}: ${name}, region ${region}\n  data       ${dataDir}\n  listening  ${baseUrl}${where}\n`
}

// The first signal lets requests in flight end, a second one does not wait.
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1))
        resolve()
      })
    }
  })
}

function printVersion(args: string[]): number {
  const facts = { version, commit, schema: schemaVersion }
  process.stdout.write(args.includes('--json') ? `${JSON.stringify(facts)}\n` : `${version}\n`)
  return 0
}

function printHelp(): number {
  const list = Object.entries(commands).map(([name, { sentence }]) => `  ${name.padEnd(10)}${sentence}`)
  process.stdout.write(`sotto shares a secret once, by a link that opens one time

usage: sotto [command] [options]

commands:
${list.join('\n')}

options of serve, also as SOTTO_… in the environment or in a TOML file:
${optionsHelp()}
`)
  return 0
}
