import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import type { ConsentTable } from '../../database/schema/accounts.ts'
import { all, first, run, type Unit } from '../../database/unit.ts'
import { locale } from '../../i18n/text.ts'

/** An answer to a request for consent, with the wording that was shown. */
export type ConsentAnswer = Pick<ConsentTable, 'purpose' | 'version' | 'wording' | 'answer' | 'way'>

/** One record of the ledger, with the fields of ISO/IEC TS 27560: purpose, wording, time, method and withdrawal. */
export interface ConsentRecord extends ConsentAnswer {
  /** SHA-256 of the wording, in hexadecimal. */
  readonly wordingHash: string | null
  readonly language: string
  readonly at: number
  /** When the consent was withdrawn; null if it was not given or not withdrawn. */
  readonly withdrawnAt: number | null
}

/** Appends an answer to the ledger (P09), inside the caller's commit. Database triggers prevent changes to records. */
export function* appendConsent(app: App, account: string, answer: ConsentAnswer): Unit<void> {
  const row = { account_id: account, ...answer, wording_hash: hashOf(answer.wording), language: locale, at: app.now() }
  yield* run(query.insertInto('consent').values(row))
}

/** Returns the newest answer of an account to a purpose, if any. */
export function lastAnswer(account: string, purpose: string) {
  return first(
    query
      .selectFrom('consent')
      .select(['answer', 'version', 'at'])
      .where('account_id', '=', account)
      .where('purpose', '=', purpose)
      .orderBy('id', 'desc')
      .limit(1),
  )
}

/** Lists every consent that an account gave, refused and withdrew, newest first. */
export async function consentHistory(app: App, account: string): Promise<ConsentRecord[]> {
  const rows = await app.db.read(() =>
    all(query.selectFrom('consent').selectAll().where('account_id', '=', account).orderBy('id', 'desc')),
  )
  const withdrawn = new Map<string, number>()
  return rows.map(({ purpose, version, wording, wording_hash, language, answer, way, at }) => {
    const withdrawnAt = answer === 'given' ? (withdrawn.get(purpose) ?? null) : null
    if (answer === 'withdrawn') withdrawn.set(purpose, at)
    if (answer === 'given') withdrawn.delete(purpose)
    const wordingHash = wording_hash === null ? null : Buffer.from(wording_hash).toString('hex')
    return { purpose, version, wording, wordingHash, language, answer, way, at, withdrawnAt }
  })
}

function hashOf(wording: string): Uint8Array {
  return new Bun.CryptoHasher('sha256').update(wording).digest()
}
