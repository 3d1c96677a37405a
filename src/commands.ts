import { type App, openApp } from './app.ts'
import { type Config, type Listen, optionsHelp, readConfig } from './config.ts'
import { schemaVersion } from './database/migrate.ts'
import { Misconfigured } from './errors.ts'
import { listen, stopListening } from './http/listen.ts'
import { answers } from './http/server.ts'
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
  const server = await listenOrSayWhy(app)
  using _jobs = startJobs(app)
  process.stderr.write(banner(config))
  await untilStopped()
  await stopListening(server)
  return 0
}

function banner({ name, dataDir, region, baseUrl, listen }: Config): string {
  const where = listen.kind === 'unix' ? ` (${nameOf(listen)})` : ''
  return `sotto ${version}: ${name}, region ${region}\n  data       ${dataDir}\n  listening  ${baseUrl}${where}\n`
}

// The address and the certificate are the operator's to mend. Bun's own words give a reason and name no option.
async function listenOrSayWhy(app: App) {
  const answer = await answers(app)
  try {
    return await listen(app, answer)
  } catch (error) {
    if (error instanceof Misconfigured) throw error
    const { code, syscall, message } = error as NodeJS.ErrnoException
    const reason = code === 'EADDRINUSE' ? 'another program listens there' : message
    if (app.config.tlsCert && syscall !== 'listen')
      throw new Misconfigured(`cannot use --tls-cert and --tls-key: ${reason}`)
    throw new Misconfigured(`cannot listen on ${nameOf(app.config.listen)}: ${reason}; --listen names another address`)
  }
}

function nameOf(listen: Listen): string {
  return listen.kind === 'unix' ? `unix:${listen.path}` : `${listen.host}:${listen.port}`
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
