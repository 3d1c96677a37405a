import type { App } from '../../app.ts'
import { readConfig } from '../../config/config.ts'
import { advanceRunMark } from '../../continuation/run-marks.ts'
import { suspensionTexts } from '../../continuation/suspension-texts.ts'
import { readSchemaVersion, schemaVersion } from '../../database/open.ts'
import { AppError, CommandError } from '../../errors.ts'
import { errorText, text } from '../../i18n/text.ts'
import { openApp, openReadOnly } from '../../open-app.ts'
import { toCliSentence } from '../client/response-errors.ts'
import type { Invocation } from '../framework/command.ts'

type Options = Pick<Invocation, 'serverArgs' | 'env' | 'cwd'>
type Work = (app: App) => Promise<void> | void

/**
 * Runs `work` with the configured instance, while a server may be running. Resolves to exit code 0. Throws a CommandError,
 * also if the instance is suspended after a restore.
 */
export function withApp(options: Options, work: Work): Promise<number> {
  return withAnyApp(options, async (app) => {
    const { suspension } = app.continuation
    if (suspension) throw new CommandError('misconfigured', toCliSentence(text(suspensionTexts[suspension.reason])))
    await work(app)
    await advanceRunMark(app)
  })
}

/** Runs `work` with the configured instance, suspended or not. Resolves to exit code 0; throws a CommandError. */
export async function withAnyApp({ serverArgs, env, cwd }: Options, work: Work): Promise<number> {
  const { config } = readConfig({ args: serverArgs, env, cwd })
  requireCurrentSchema(await readSchemaVersion(config))
  await using app = await openApp(config)
  await toCommandErrors(async () => work(app))
  return 0
}

/** Runs `work`; an AppError becomes a CommandError with its message. */
export async function toCommandErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof AppError
      ? new CommandError(error.kind, toCliSentence(errorText(error.code, error.facts)))
      : error
  }
}

/** Opens the configured instance read-only. Dispose it with `await using`. */
export async function openReadOnlyApp({
  serverArgs,
  env,
  cwd,
}: Pick<Invocation, 'serverArgs' | 'env' | 'cwd'>): Promise<App> {
  const { config } = readConfig({ args: serverArgs, env, cwd })
  requireCurrentSchema(await readSchemaVersion(config))
  return openReadOnly(config)
}

// Opening a database would create or migrate it, which only serve and migrate do.
function requireCurrentSchema(version: number | undefined): void {
  if (version === undefined)
    throw new CommandError('misconfigured', 'no database in --data-dir; check the option, or start the server first')
  if (version < schemaVersion)
    throw new CommandError('misconfigured', `the database has schema ${version}; run sotto migrate first`)
}
