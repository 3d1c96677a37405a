import type { App } from '../../app.ts'
import { perform } from '../../control/perform.ts'
import { text } from '../../i18n/text.ts'
import { toIso } from '../../time.ts'
import type { Invocation } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { withAnyApp } from './with-app.ts'

/** `sotto clock accept`: accepts the time of the wall clock, also in a running server, and prints it. */
export function acceptWallClock(invocation: Invocation): Promise<number> {
  return withAnyApp(invocation, async (app) => {
    const { before, after } = await perform(app, 'accept-clock', null)
    print(`clock accepted\n  before     ${toIso(before)}\n  now        ${toIso(after)}\n`)
  })
}

/** Describes a frozen clock for the terminal of the operator; empty if it is not frozen. */
export function describeFrozenClock({ clock }: App): string {
  if (!clock.isFrozen) return ''
  return `clock frozen: ${text('verify.clockFrozen')}\n  last run   ${toIso(clock.lastRun)}\n  clock      ${toIso(clock.wallTime)}\n`
}
