import { timingSafeEqual } from 'node:crypto'
import type { App } from '../../app.ts'
import { digest, unwrap, wrap } from '../../crypto/sealing.ts'
import { query } from '../../database/query.ts'
import { AppError } from '../../errors.ts'
import { enqueueMail } from '../../mail/outbox.ts'
import { day } from '../../time.ts'
import { registerRetention } from '../inventory/periods.ts'

/** A bar on the notice: until when the law forbids it, and which. */
export interface GagOrder {
  readonly until: number
  readonly by: string
}

/** An order, as the operator writes it into the register. */
export interface NewDisclosure {
  readonly asked: string
  /** What was handed over; nothing where nothing was. */
  readonly given: string | undefined
  /** The accounts that it concerns, by id. */
  readonly accounts: readonly string[]
  readonly bar: GagOrder | undefined
}

/** A line of the register, as the operator reads it. */
export interface Disclosure {
  readonly id: string
  readonly asked: string
  readonly given: string | undefined
  readonly recordedAt: number
  readonly barredUntil: number | null
  readonly barredBy: string | undefined
  readonly concerned: number
  readonly notified: number
}

// A notice that could not be delivered is tried anew after this, in milliseconds, for as long as it takes.
const againAfter = day

/** Writes an order into the register (P28); its id. Whoever it concerns is told at once, or when the bar ends. */
export async function recordDisclosure(app: App, { asked, given, accounts, bar }: NewDisclosure): Promise<string> {
  if (bar && bar.until <= app.now()) throw new AppError('field_invalid', { field: 'barred-until' })
  const id = app.random(4).toHex()
  const sealed = (words: string | undefined) =>
    words === undefined ? null : wrap('disclosure', id, app.root, words, app.random)
  await app.db.commit(() => {
    const now = app.now()
    const row = {
      id,
      asked: wrap('disclosure', id, app.root, asked, app.random),
      given: sealed(given),
      barred_by: sealed(bar?.by),
      recorded_at: now,
      barred_until: bar?.until ?? null,
      forget_at: accounts.length === 0 ? now + registerRetention.register : null,
    }
    app.db.run(query.insertInto('disclosure').values(row))
    for (const account of accounts) addSubject(app, id, account)
  })
  return id
}

// The address is kept beside the account, so that the notice finds its reader even if the account is erased before.
function addSubject(app: App, id: string, account: string): void {
  const row = app.db.first(query.selectFrom('account').select('email').where('id', '=', account))
  if (!row) throw new AppError('not_found')
  const address = wrap('concerned', id, app.root, row.email, app.random)
  app.db.run(query.insertInto('disclosure_subject').values({ disclosure_id: id, subject: account, address }))
}

/** Notes that a bar was prolonged or lifted. Who was told already stays told. Throws `not_found`. */
export async function changeGagOrder(app: App, id: string, bar: GagOrder | undefined): Promise<void> {
  const barred_by = bar ? wrap('disclosure', id, app.root, bar.by, app.random) : null
  const change = query
    .updateTable('disclosure')
    .set({ barred_until: bar?.until ?? null, barred_by })
    .where('id', '=', id)
  if ((await app.db.commit(() => app.db.run(change))).changes === 0) throw new AppError('not_found')
}

/** The register, oldest first. */
export function listDisclosures(app: App): Disclosure[] {
  return app.db.all(query.selectFrom('disclosure').selectAll().orderBy('recorded_at')).map((row) => {
    const opened = (sealed: Uint8Array | null) =>
      sealed === null ? undefined : unwrap('disclosure', row.id, app.root, sealed)
    const told = app.db.all(
      query.selectFrom('disclosure_subject').select('notified_at').where('disclosure_id', '=', row.id),
    )
    return {
      id: row.id,
      asked: unwrap('disclosure', row.id, app.root, row.asked),
      given: opened(row.given),
      recordedAt: row.recorded_at,
      barredUntil: row.barred_until,
      barredBy: opened(row.barred_by),
      concerned: told.length,
      notified: told.filter(({ notified_at }) => notified_at !== null).length,
    }
  })
}

/** What a notice leads to: what was asked and what was given. Throws `not_found`, before the bar has ended too. */
export function readNotice(app: App, number: number, code: string): Pick<Disclosure, 'asked' | 'given' | 'recordedAt'> {
  const isTheirs = timingSafeEqual(digest('code', code), digest('code', codeOf(app, number)))
  const row = app.db.first(
    query
      .selectFrom('disclosure_subject')
      .innerJoin('disclosure', 'disclosure.id', 'disclosure_subject.disclosure_id')
      .selectAll('disclosure')
      .where('disclosure_subject.id', '=', number)
      .where('disclosure_subject.mail_id', 'is not', null),
  )
  if (!isTheirs || !row) throw new AppError('not_found')
  return {
    asked: unwrap('disclosure', row.id, app.root, row.asked),
    given: row.given === null ? undefined : unwrap('disclosure', row.id, app.root, row.given),
    recordedAt: row.recorded_at,
  }
}

/**
 * Sends the notices that nothing forbids any more. None is lost: it counts as given when a mail server has taken it,
 * and one that was given up is sent anew a day later. What names the person is erased then.
 */
export async function notifyDisclosureSubjects(app: App): Promise<void> {
  const waiting = query
    .selectFrom('disclosure_subject')
    .innerJoin('disclosure', 'disclosure.id', 'disclosure_subject.disclosure_id')
    .leftJoin('mail', 'mail.id', 'disclosure_subject.mail_id')
    .leftJoin('account', 'account.id', 'disclosure_subject.subject')
    .select([
      'disclosure_subject.id',
      'disclosure_subject.disclosure_id',
      'disclosure_subject.subject',
      'disclosure_subject.address',
    ])
    .select(['account.email', 'mail.id as mail', 'mail.outcome', 'mail.done_at'])
    .where('disclosure_subject.notified_at', 'is', null)
    .where((where) =>
      where.or([where('disclosure.barred_until', 'is', null), where('disclosure.barred_until', '<=', app.now())]),
    )
  for (const row of app.db.all(waiting)) {
    if (row.outcome === 'sent') await recordNotification(app, row.id, row.disclosure_id)
    else if (row.mail === null || (row.done_at !== null && row.done_at <= app.now() - againAfter)) await tell(app, row)
  }
}

interface Untold {
  readonly id: number
  readonly disclosure_id: string
  readonly subject: string | null
  readonly address: Uint8Array | null
  readonly email: string | null
}

async function tell(app: App, { id, disclosure_id, subject, address, email }: Untold): Promise<void> {
  const to = email ?? (address && unwrap('concerned', disclosure_id, app.root, address))
  if (!to) return
  const facts = { link: `/disclosures/${id}/${codeOf(app, id)}` }
  const account = email === null ? null : subject
  await app.db.commit(() => {
    const mail_id = enqueueMail(app, { kind: 'disclosure-notice', purpose: 'account', to, account, facts })
    app.db.run(query.updateTable('disclosure_subject').set({ mail_id }).where('id', '=', id))
  })
}

async function recordNotification(app: App, id: number, disclosure: string): Promise<void> {
  await app.db.commit(() => {
    const told = { notified_at: app.now(), subject: null, address: null }
    app.db.run(query.updateTable('disclosure_subject').set(told).where('id', '=', id))
    const untold = query.selectFrom('disclosure_subject').select('id').where('disclosure_id', '=', disclosure)
    if (app.db.first(untold.where('notified_at', 'is', null))) return
    const forget_at = app.now() + registerRetention.register
    app.db.run(query.updateTable('disclosure').set({ forget_at }).where('id', '=', disclosure))
  })
}

function codeOf({ root }: App, number: number): string {
  return digest('disclosure-page', root.bytes, String(number)).toBase64({ alphabet: 'base64url', omitPadding: true })
}
