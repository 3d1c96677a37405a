import { isActiveAccount } from '../../accounts/active-account.ts'
import type { App } from '../../app.ts'
import { preparedQuery, query } from '../../database/query.ts'
import { first, run, type Unit } from '../../database/unit.ts'
import { text } from '../../i18n/text.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { recordConsent } from '../../privacy/consent/consents.ts'

const purpose = 'opened'

/**
 * Requests a mail to the owner when this secret is revealed; inside the caller's commit. The request is also the consent
 * to mail of this purpose (P09): it is recorded with the label of the checkbox, unless a consent exists.
 */
export function* requestNotification(app: App, account: string, id: number): Unit<void> {
  yield* run(query.updateTable('owned_secret').set({ notify: 1 }).where('id', '=', id))
  yield* recordConsent(app, account, purpose, 'given', 'secret', text('owned.notify'))
}

/** Cancels the mail to the owner of this secret; inside the caller's commit. */
export function cancelNotification(id: number): Unit<unknown> {
  return run(query.updateTable('owned_secret').set({ notify: 0 }).where('id', '=', id))
}

/** Enqueues the mail that says when the secret was revealed, never by whom; once, inside the reveal's commit. */
export function* notifyOwnerOfReveal(app: App, account: string, id: number): Unit<void> {
  const at = app.now()
  if ((yield* run(markNotified({ id, at }))) === 0) return
  const owner = yield* first(selectOwner({ account }))
  if (owner) yield* enqueueMail(app, { kind: 'secret-opened', purpose, to: owner.email, account, facts: { at } })
}

const markNotified = preparedQuery<{ id: number; at: number }>()((value) =>
  query
    .updateTable('owned_secret')
    .set({ notified_at: value('at') })
    .where('id', '=', value('id'))
    .where('notify', '=', 1)
    .where('notified_at', 'is', null),
)
const selectOwner = preparedQuery<{ account: string }>()((value) =>
  query.selectFrom('account').select('email').where('id', '=', value('account')).where(isActiveAccount),
)
