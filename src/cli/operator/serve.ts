import { createFirstOperatorLink } from '../../accounts/sign-up/invitations.ts'
import type { App } from '../../app.ts'
import { readConfig } from '../../config/config.ts'
import type { Listen } from '../../config/network.ts'
import type { Config } from '../../config/options.ts'
import type { AcceptedRestore } from '../../continuation/accept-restore.ts'
import { continueRun } from '../../continuation/continue-run.ts'
import { advanceRunMark } from '../../continuation/run-marks.ts'
import { type ControlServer, openControlServer } from '../../control/control-server.ts'
import { Misconfigured } from '../../errors.ts'
import { startJobs } from '../../jobs/scheduler.ts'
import { openApp } from '../../open-app.ts'
import { listen, stopListening } from '../../server/listen.ts'
import { createHandler } from '../../server/server.ts'
import { version } from '../../version.ts'
import type { Invocation } from '../framework/command.ts'
import { describeFrozenClock } from './clock.ts'
import { warnOfUnregisteredHosts } from './registers.ts'
import { describeAcceptance, describeSuspension } from './restore.ts'

/** `sotto serve`: runs the server until SIGINT or SIGTERM. */
export async function serve({ serverArgs, env, cwd }: Invocation): Promise<number> {
  const { config } = readConfig({ args: serverArgs, env, cwd })
  await using app = await openApp(config)
  const accepted = await continueRun(app)
  const message = startMessage(config) + runMessage(app, accepted) + (await firstOperatorMessage(app))
  // Before requests are accepted, so that no command misses a server that already serves.
  await using control = await startControl(app)
  const server = await startListening(app)
  using jobs = startJobs(app)
  process.stderr.write(message + describeFrozenClock(app))
  await warnOfUnregisteredHosts(app)
  await untilStopped()
  await Promise.all([stopListening(server), control?.[Symbol.asyncDispose](), jobs.finish()])
  await advanceRunMark(app)
  return 0
}

function startMessage({ name, dataDir, region, baseUrl, listen }: Config): string {
  const socket = listen.kind === 'unix' ? ` (${formatListen(listen)})` : ''
  return `sotto ${version}: ${name}, region ${region}\n  data       ${dataDir}\n  listening  ${baseUrl}${socket}\n`
}

function runMessage({ continuation }: App, accepted: AcceptedRestore | undefined): string {
  if (accepted) return describeAcceptance(accepted)
  return continuation.suspension ? describeSuspension(continuation.suspension) : ''
}

// Written to the terminal and not to the log, because the link creates an operator.
async function firstOperatorMessage(app: App): Promise<string> {
  const link = app.continuation.suspension ? undefined : await createFirstOperatorLink(app)
  if (link === undefined) return ''
  const again = 'for another, run sotto user create --role operator'
  return `  operator   ${app.config.baseUrl}${link}\n             creates the first account; works once, for 30 minutes; ${again}\n`
}

// Bun's errors for a bad address or certificate give a reason but do not name the option.
async function startListening(app: App) {
  const handler = await createHandler(app)
  try {
    return await listen(app, handler)
  } catch (error) {
    if (error instanceof Misconfigured) throw error
    const { code, syscall, message } = error as NodeJS.ErrnoException
    const reason = code === 'EADDRINUSE' ? 'the address is in use' : message
    if (app.config.tlsCert && syscall !== 'listen')
      throw new Misconfigured(`cannot use --tls-cert and --tls-key: ${reason}`)
    throw new Misconfigured(
      `cannot listen on ${formatListen(app.config.listen)}: ${reason}; choose another address with --listen`,
    )
  }
}

// Without the socket, commands work on the database beside the server.
async function startControl(app: App): Promise<ControlServer | undefined> {
  const control = await openControlServer(app)
  if (typeof control !== 'string') return control
  process.stderr.write(`sotto: no control socket: ${control}; restart the server after sotto restore accept\n`)
  return undefined
}

function formatListen(listen: Listen): string {
  return listen.kind === 'unix' ? `unix:${listen.path}` : `${listen.host}:${listen.port}`
}

// The first signal waits for requests in flight; a second one exits at once.
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
