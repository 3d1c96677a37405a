import type { Selectable } from 'kysely'
import type { App } from '../../app.ts'
import { unwrap, wrap } from '../../crypto/sealing.ts'
import { query } from '../../database/query.ts'
import type { DisclosureTable } from '../../database/schema/registers.ts'
import { all, first, run, type Unit } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { registerRetention } from '../inventory/periods.ts'

/** A prohibition to notify the people concerned: until when, and by which law. */
export interface GagOrder {
  readonly until: number
  readonly law: string
}

/** A legal request for data, as the operator enters it in the register. */
export interface NewDisclosure {
  readonly requested: string
  /** What was disclosed; undefined if nothing was. */
  readonly disclosed: string | undefined
  /** The ids of the accounts that the request concerns. */
  readonly accounts: readonly string[]
  readonly gagOrder: GagOrder | undefined
}

/** An entry of the register, as the operator reads it. */
export interface Disclosure {
  readonly id: string
  readonly requested: string
  readonly disclosed: string | undefined
  readonly recordedAt: number
  readonly barredUntil: number | null
  readonly barredBy: string | undefined
  /** How many people the request concerns. */
  readonly subjects: number
  /** How many of them have been notified. */
  readonly notified: number
}

/**
 * Records a legal request in the register (P28) and returns its id. The people concerned are notified at once, or when
 * the gag order ends. Throws `field_invalid` for a gag order that has ended, `not_found` for an unknown account.
 */
export async function recordDisclosure(app: App, disclosure: NewDisclosure): Promise<string> {
  const { requested, disclosed, accounts, gagOrder } = disclosure
  if (gagOrder && gagOrder.until <= app.now()) throw new AppError('field_invalid', { field: 'barred-until' })
  const id = app.random(4).toHex()
  await app.db.commit(function* () {
    const now = app.now()
    const row = {
      id,
      asked: seal(app, id, requested),
      given: disclosed === undefined ? null : seal(app, id, disclosed),
      ...gagColumns(app, id, gagOrder),
      recorded_at: now,
      forget_at: accounts.length === 0 ? now + registerRetention.register : null,
    }
    yield* run(query.insertInto('disclosure').values(row))
    for (const account of accounts) yield* addSubject(app, id, account)
  })
  return id
}

// The address is stored beside the account, so that the notice can be sent even if the account is erased first.
function* addSubject(app: App, disclosure: string, account: string): Unit<void> {
  const row = yield* first(query.selectFrom('account').select('email').where('id', '=', account))
  if (!row) throw new AppError('not_found')
  const address = wrap('concerned', disclosure, app.root, row.email, app.random)
  yield* run(query.insertInto('disclosure_subject').values({ disclosure_id: disclosure, subject: account, address }))
}

/** Extends or lifts a gag order; notices that were already sent are not affected. Throws `not_found`. */
export async function changeGagOrder(app: App, id: string, gagOrder: GagOrder | undefined): Promise<void> {
  const change = query
    .updateTable('disclosure')
    .set(gagColumns(app, id, gagOrder))
    .where('id', '=', id)
  if ((await app.db.commit(() => run(change))) === 0) throw new AppError('not_found')
}

function gagColumns(app: App, id: string, gagOrder: GagOrder | undefined) {
  return { barred_until: gagOrder?.until ?? null, barred_by: gagOrder ? seal(app, id, gagOrder.law) : null }
}

/** Lists the register of legal requests, oldest first. */
export async function listDisclosures(app: App): Promise<Disclosure[]> {
  const rows = query.selectFrom('disclosure').selectAll().orderBy('recorded_at')
  return app.db.read(function* () {
    const disclosures: Disclosure[] = []
    for (const row of yield* all(rows)) disclosures.push(yield* disclosureOf(app, row))
    return disclosures
  })
}

function* disclosureOf(app: App, row: Selectable<DisclosureTable>): Unit<Disclosure> {
  const { id, barred_until, barred_by } = row
  const subjects = yield* all(
    query.selectFrom('disclosure_subject').select('notified_at').where('disclosure_id', '=', id),
  )
  return {
    id,
    ...contentOf(app, row),
    barredUntil: barred_until,
    barredBy: barred_by === null ? undefined : unseal(app, id, barred_by),
    subjects: subjects.length,
    notified: subjects.filter(({ notified_at }) => notified_at !== null).length,
  }
}

/** Decrypts what was requested and what was disclosed. */
export function contentOf(app: App, row: Pick<DisclosureTable, 'id' | 'asked' | 'given' | 'recorded_at'>) {
  const { id, asked, given, recorded_at } = row
  return {
    requested: unseal(app, id, asked),
    disclosed: given === null ? undefined : unseal(app, id, given),
    recordedAt: recorded_at,
  }
}

function seal({ root, random }: App, id: string, content: string): Uint8Array {
  return wrap('disclosure', id, root, content, random)
}

function unseal({ root }: App, id: string, sealed: Uint8Array): string {
  return unwrap('disclosure', id, root, sealed)
}
