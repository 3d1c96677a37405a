import { isActiveAccount } from '../accounts/active-account.ts'
import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import { all, type Unit } from '../database/unit.ts'
import { parseAddress } from './addresses.ts'
import type { MailFacts, MailKind } from './mail-templates.ts'
import { enqueueMail } from './outbox.ts'

/** Enqueues an essential notice to every account that is not closed, inside the caller's commit. */
export function* notifyEveryAccount<Kind extends MailKind>(app: App, kind: Kind, facts: MailFacts[Kind]): Unit<void> {
  const accounts = query.selectFrom('account').select(['id', 'email']).where('closed_at', 'is', null)
  for (const { id, email } of yield* all(accounts))
    yield* enqueueMail(app, { kind, purpose: 'account', to: email, account: id, facts })
}

/** Returns the recipients of mail to the operator: the contact of this instance, or else every operator. */
export function* operatorRecipients(app: App): Unit<{ readonly to: string; readonly account: string | null }[]> {
  const contact = parseAddress(app.config.contact ?? '')
  if (contact !== undefined) return [{ to: contact, account: null }]
  return (yield* activeOperators()).map(({ id, email }) => ({ to: email, account: id }))
}

/** Returns whether an account is that of an operator who can sign in. */
export async function isActiveOperator(app: App, account: string): Promise<boolean> {
  return (await app.db.read(() => activeOperators())).some(({ id }) => id === account)
}

/** Lists the operators who can sign in, the oldest account first. */
export function activeOperators(): Unit<{ readonly id: string; readonly email: string }[]> {
  return all(
    query
      .selectFrom('account')
      .select(['id', 'email'])
      .where('role', '=', 'operator')
      .where(isActiveAccount)
      .orderBy('created_at'),
  )
}

/** Enqueues a notice to the operator, inside the caller's commit. */
export function* notifyOperators<Kind extends MailKind>(app: App, kind: Kind, facts: MailFacts[Kind]): Unit<void> {
  for (const { to, account } of yield* operatorRecipients(app))
    yield* enqueueMail(app, { kind, purpose: 'correspondence', to, account, facts })
}
