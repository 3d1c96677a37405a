import { type CloseOptions, closeForGood } from '../accounts/closing/close-account.ts'
import type { App } from '../app.ts'
import { type AcceptedClock, acceptClock } from '../clock/accept-clock.ts'
import { type Acceptance, type AcceptedRestore, acceptRestore } from '../continuation/accept-restore.ts'
import { advanceRunMark } from '../continuation/run-marks.ts'
import { purge } from '../privacy/purge/purge.ts'
import { closeUnderAgeAccount } from '../privacy/rights/under-age.ts'

/** The types of the input and the result of an operation, which are sent as JSON. */
export interface Operation<Input, Result> {
  readonly input: Input
  readonly result: Result
}

/** The operations by their names, which are also their paths on the control socket. */
export interface Operations {
  'accept-clock': Operation<null, AcceptedClock>
  'accept-restore': Operation<Acceptance, AcceptedRestore>
  'advance-run-mark': Operation<null, void>
  'close-account': Operation<CloseOptions & { readonly account: string }, void>
  'close-under-age-account': Operation<{ readonly account: string }, boolean>
  purge: Operation<null, Readonly<Record<string, number>>>
}

/** The name of an operation. */
export type OperationName = keyof Operations

/**
 * The operations of commands that change more than rows: files beside the database, such as the run file and the list of
 * erasures, or the state of a running instance in memory. They run in the server, if one is running.
 */
export const operations: {
  readonly [Name in OperationName]: (app: App, input: Operations[Name]['input']) => Promise<Operations[Name]['result']>
} = {
  'accept-clock': acceptClock,
  'accept-restore': acceptRestore,
  'advance-run-mark': advanceRunMark,
  'close-account': (app, { account, ...options }) => closeForGood(app, account, options),
  'close-under-age-account': (app, { account }) => closeUnderAgeAccount(app, account),
  purge: async (app) => (await purge(app, app.now())).byRule,
}

/** The operations that a suspended instance allows. */
export const whileSuspended: readonly OperationName[] = ['accept-clock', 'accept-restore', 'advance-run-mark']
