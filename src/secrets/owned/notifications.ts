import { isActiveAccount } from '../../accounts/active-account.ts'
import type { App } from '../../app.ts'
import { preparedQuery, query } from '../../database/query.ts'
import { text } from '../../i18n/text.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { recordConsent } from '../../privacy/consent/consents.ts'

const purpose = 'opened'

/**
 * The owner of this secret wants a mail when it is opened, inside the caller's commit. Asking for it is the consent to
 * mail of that purpose (P09), noted with the words beside the box where none is given.
 */
export function requestNotification(app: App, account: string, row: number): void {
  app.db.run(query.updateTable('owned_secret').set({ notify: 1 }).where('id', '=', row))
  recordConsent(app, account, purpose, 'given', 'secret', text('owned.notify'))
}

/** The owner of this secret wants no such mail, inside the caller's commit. */
export function cancelNotification(app: App, row: number): void {
  app.db.run(query.updateTable('owned_secret').set({ notify: 0 }).where('id', '=', row))
}

/** Tells the owner when, never by whom, inside the reveal's commit. Once: the row says that it was told. */
export function notifyOwnerOfReveal(app: App, account: string, row: number): void {
  const at = app.now()
  if (app.db.run(markNotified({ id: row, at })).changes === 0) return
  const owner = app.db.first(selectOwner({ account }))
  if (owner) enqueueMail(app, { kind: 'secret-opened', purpose, to: owner.email, account, facts: { at } })
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
