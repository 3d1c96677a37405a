import { eraseRestoredAccounts } from '../../accounts/closing/erase-accounts.ts'
import { createFirstOperatorLink } from '../../accounts/sign-up/invitations.ts'
import type { App } from '../../app.ts'
import { type Config, type Listen, readConfig } from '../../config/config.ts'
import { Misconfigured } from '../../errors.ts'
import { startJobs } from '../../jobs/jobs.ts'
import { openApp } from '../../open-app.ts'
import { listen, stopListening } from '../../server/listen.ts'
import { createHandler } from '../../server/server.ts'
import { version } from '../../version.ts'
import type { Call } from '../framework/command.ts'
import { warnOfHosts } from './registers.ts'

/** `sotto serve`, until a signal ends it. */
export async function serve({ rest, env, cwd }: Call): Promise<number> {
  const { config } = readConfig({ args: rest, env, cwd })
  using app = openApp(config)
  await eraseRestoredAccounts(app)
  const words = banner(config) + (await welcome(app))
  const server = await listenOrSayWhy(app)
  using jobs = startJobs(app)
  process.stderr.write(words)
  warnOfHosts(app)
  await untilStopped()
  await Promise.all([stopListening(server), jobs.finish()])
  return 0
}

function banner({ name, dataDir, region, baseUrl, listen }: Config): string {
  const where = listen.kind === 'unix' ? ` (${nameOf(listen)})` : ''
  return `sotto ${version}: ${name}, region ${region}\n  data       ${dataDir}\n  listening  ${baseUrl}${where}\n`
}

// Words for the terminal and no line of the log: the link makes an operator.
async function welcome(app: App): Promise<string> {
  const link = await createFirstOperatorLink(app)
  if (link === undefined) return ''
  const again = 'sotto user create --role operator prints another'
  return `  operator   ${app.config.baseUrl}${link}\n             makes the first account; works once, for 30 minutes; ${again}\n`
}

// The address and the certificate are the operator's to mend. Bun's own words give a reason and name no option.
async function listenOrSayWhy(app: App) {
  const answer = await createHandler(app)
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
