import type { Member } from '../../accounts/access.ts'
import { anonymousActor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { CommandError } from '../../errors.ts'
import { isActiveOperator } from '../../mail/notify.ts'
import {
  confirmLegalHold,
  listLegalHolds,
  releaseLegalHold,
  setLegalHold,
} from '../../privacy/registers/legal-holds.ts'
import { toIsoDay } from '../../time.ts'
import type { Invocation, ValueFlags } from '../framework/command.ts'
import { print } from '../framework/output.ts'
import { parseDay } from './input.ts'
import { requireAccount } from './user.ts'
import { withApp, withReadOnlyApp } from './with-app.ts'

/** `sotto hold list`: prints the legal holds. */
export function printLegalHolds(invocation: Invocation): Promise<number> {
  return withReadOnlyApp(invocation, async (app) => {
    for (const { id, state, subject, reviewAt, reference } of await listLegalHolds(app, terminalActor('')))
      print(`${[id, state, subject ?? '-', toIsoDay(reviewAt), reference].join('\t')}\n`)
  })
}

/** `sotto hold set ACCOUNT`: places a legal hold on an account; prints its id. */
export function addLegalHold(invocation: Invocation<ValueFlags<'by' | 'order' | 'review'>>): Promise<number> {
  const { order } = invocation.flags
  const reviewAt = parseDay('review', invocation.flags.review)
  if (order === undefined || reviewAt === undefined)
    throw new CommandError('invalid', '--order and --review are required')
  return withApp(invocation, async (app) => {
    const account = (await requireAccount(app, invocation.positional)).id
    print(`${await setLegalHold(app, await operatorFrom(app, invocation), { account, reference: order, reviewAt })}\n`)
  })
}

/** `sotto hold confirm ID`: confirms a hold on behalf of a second operator. */
export function confirmHold(invocation: Invocation<ValueFlags<'by'>>): Promise<number> {
  return withApp(invocation, async (app) =>
    confirmLegalHold(app, await operatorFrom(app, invocation), invocation.positional),
  )
}

/** `sotto hold release ID`: ends a hold. */
export function releaseHold(invocation: Invocation): Promise<number> {
  return withApp(invocation, (app) => releaseLegalHold(app, invocation.positional))
}

// The terminal does not authenticate operators, so the name is trusted; the register records both names.
async function operatorFrom(app: App, { flags }: Invocation<ValueFlags<'by'>>): Promise<Member> {
  if (flags.by === undefined) throw new CommandError('invalid', '--by is required')
  const { id } = await requireAccount(app, flags.by)
  if (!(await isActiveOperator(app, id)))
    throw new CommandError('forbidden', '--by: expected an operator whose account is active')
  return terminalActor(id)
}

function terminalActor(account: string): Member {
  return { ...anonymousActor('terminal'), role: 'operator', account }
}
