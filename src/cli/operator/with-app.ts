import type { App } from '../../app.ts'
import { readConfig } from '../../config/config.ts'
import type { Config } from '../../config/options.ts'
import type { Suspension } from '../../continuation/suspension.ts'
import { suspensionTexts } from '../../continuation/suspension-texts.ts'
import { perform } from '../../control/perform.ts'
import { readSchemaVersion, schemaVersion } from '../../database/open.ts'
import { AppError, CommandError } from '../../errors.ts'
import { errorText, text } from '../../i18n/text.ts'
import { openApp, openReadOnly } from '../../open-app.ts'
import { toCliSentence } from '../client/response-errors.ts'
import type { Invocation } from '../framework/command.ts'
import { printMessage } from '../framework/output.ts'
import { takeFolderOwner } from './folder-owner.ts'

type Options = Pick<Invocation, 'serverArgs' | 'env' | 'cwd'>
type Work = (app: App) => Promise<void> | void

/**
 * Runs `work`, which changes the configured instance, while a server may be running; what changes more than rows goes through
 * `perform`. Then moves the run mark. Resolves to exit code 0. Throws a CommandError, also if the instance is suspended
 * after a restore.
 */
export function withApp(options: Options, work: Work): Promise<number> {
  return withAnyApp(options, async (app) => {
    const { suspension } = app.continuation
    if (suspension) throw new CommandError('misconfigured', describe(suspension))
    await work(app)
    await perform(app, 'advance-run-mark', null)
  })
}

/** Runs `work` with the configured instance, suspended or not. Resolves to exit code 0; throws a CommandError. */
export async function withAnyApp(options: Options, work: Work): Promise<number> {
  await using app = await openApp(await prepare(options))
  return await withCliErrors(async () => {
    await work(app)
    return 0
  })
}

/**
 * Runs `work` with the configured instance opened read-only, while a server may be running. A suspended instance is reported
 * on stderr. Resolves to the exit code that `work` returns, otherwise 0; throws a CommandError.
 */
export async function withReadOnlyApp(
  options: Options,
  work: (app: App) => Promise<number> | Promise<void>,
): Promise<number> {
  await using app = await openReadOnly(await prepare(options))
  const { suspension } = app.continuation
  if (suspension) printMessage(`sotto: ${describe(suspension)}`)
  return await withCliErrors(async () => (await work(app)) ?? 0)
}

async function prepare({ serverArgs, env, cwd }: Options): Promise<Config> {
  const { config } = readConfig({ args: serverArgs, env, cwd })
  takeFolderOwner(config)
  requireCurrentSchema(await readSchemaVersion(config))
  return config
}

/** Runs `work`; an AppError becomes a CommandError with its message. */
export async function withCliErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof AppError
      ? new CommandError(error.kind, toCliSentence(errorText(error.code, error.facts)))
      : error
  }
}

function describe({ reason }: Suspension): string {
  return toCliSentence(text(suspensionTexts[reason]))
}

// Opening a database would create or migrate it, which only serve and migrate do.
function requireCurrentSchema(version: number | undefined): void {
  if (version === undefined)
    throw new CommandError('misconfigured', 'no database in --data-dir; check the option, or start the server first')
  if (version < schemaVersion)
    throw new CommandError('misconfigured', `the database has schema ${version}; run sotto migrate first`)
}
