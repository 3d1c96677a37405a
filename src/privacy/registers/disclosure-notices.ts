import { timingSafeEqual } from 'node:crypto'
import type { App } from '../../app.ts'
import { digest, unwrap } from '../../crypto/sealing.ts'
import { query } from '../../database/query.ts'
import { all, first, run } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { day } from '../../time.ts'
import { registerRetention } from '../inventory/periods.ts'
import { contentOf, type Disclosure } from './disclosures.ts'

/** What a notified person sees of a legal request. */
export type DisclosureNotice = Pick<Disclosure, 'requested' | 'disclosed' | 'recordedAt'>

// A notice that could not be delivered is sent again after this time, in milliseconds, until it is delivered.
const resendAfter = day

/** Reads a notice with the code in its link. Throws `not_found`, also while a gag order is in force. */
export async function readDisclosureNotice(app: App, id: number, code: string): Promise<DisclosureNotice> {
  const isCodeCorrect = timingSafeEqual(digest('code', code), digest('code', codeOf(app, id)))
  const row = await app.db.read(() =>
    first(
      query
        .selectFrom('disclosure_subject')
        .innerJoin('disclosure', 'disclosure.id', 'disclosure_subject.disclosure_id')
        .selectAll('disclosure')
        .where('disclosure_subject.id', '=', id)
        .where('disclosure_subject.mail_id', 'is not', null),
    ),
  )
  if (!isCodeCorrect || !row) throw new AppError('not_found')
  return contentOf(app, row)
}

/**
 * Sends every notice that no gag order prevents (P28). A notice counts as given once a mail server has accepted it; one
 * that was given up is sent again a day later. The address and the account are then erased from the register.
 */
export async function notifyDisclosureSubjects(app: App): Promise<void> {
  for (const subject of await unnotifiedSubjects(app)) {
    const { mail, outcome, done_at } = subject
    if (outcome === 'sent') await recordNotification(app, subject)
    else if (mail === null || (done_at !== null && done_at <= app.now() - resendAfter)) await sendNotice(app, subject)
  }
}

type Subject = Awaited<ReturnType<typeof unnotifiedSubjects>>[number]

function unnotifiedSubjects(app: App) {
  return app.db.read(() =>
    all(
      query
        .selectFrom('disclosure_subject as subject')
        .innerJoin('disclosure', 'disclosure.id', 'subject.disclosure_id')
        .leftJoin('mail', 'mail.id', 'subject.mail_id')
        .leftJoin('account', 'account.id', 'subject.subject')
        .select(['subject.id', 'subject.disclosure_id', 'subject.subject', 'subject.address'])
        .select(['account.email', 'mail.id as mail', 'mail.outcome', 'mail.done_at'])
        .where('subject.notified_at', 'is', null)
        .where((where) =>
          where.or([where('disclosure.barred_until', 'is', null), where('disclosure.barred_until', '<=', app.now())]),
        ),
    ),
  )
}

async function sendNotice(app: App, { id, disclosure_id, subject, address, email }: Subject): Promise<void> {
  const to = email ?? (address && unwrap('concerned', disclosure_id, app.root, address))
  if (!to) return
  const facts = { link: `/disclosures/${id}/${codeOf(app, id)}` }
  const account = email === null ? null : subject
  await app.db.commit(function* () {
    const mail_id = yield* enqueueMail(app, { kind: 'disclosure-notice', purpose: 'account', to, account, facts })
    yield* run(query.updateTable('disclosure_subject').set({ mail_id }).where('id', '=', id))
  })
}

async function recordNotification(app: App, { id, disclosure_id }: Subject): Promise<void> {
  await app.db.commit(function* () {
    const notified = { notified_at: app.now(), subject: null, address: null }
    yield* run(query.updateTable('disclosure_subject').set(notified).where('id', '=', id))
    const subjects = query.selectFrom('disclosure_subject').select('id').where('disclosure_id', '=', disclosure_id)
    if (yield* first(subjects.where('notified_at', 'is', null))) return
    const forget_at = app.now() + registerRetention.register
    yield* run(query.updateTable('disclosure').set({ forget_at }).where('id', '=', disclosure_id))
  })
}

// Derived from the root key, so that the database does not contain what opens the page.
function codeOf({ root }: App, id: number): string {
  return digest('disclosure-page', root.bytes, String(id)).toBase64({ alphabet: 'base64url', omitPadding: true })
}
