import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import type { ConsentTable } from '../../database/schema/accounts.ts'
import { locale } from '../../i18n/text.ts'

/** An answer to a purpose, with the words that were shown. */
export type ConsentAnswer = Pick<ConsentTable, 'purpose' | 'version' | 'wording' | 'answer' | 'way'>

/** One record of the ledger, with the fields of ISO/IEC TS 27560: what for, which words, when, how, taken back when. */
export interface ConsentRecord extends ConsentAnswer {
  /** SHA-256 of the words, in hexadecimal. */
  readonly wordingHash: string | null
  readonly language: string
  readonly at: number
  /** When what was given was taken back. */
  readonly withdrawnAt: number | null
}

/** Adds an answer to the ledger (P09), inside the caller's commit. Records are only ever added: the database sees to it. */
export function appendConsent(app: App, account: string, answer: ConsentAnswer): void {
  const row = { account_id: account, ...answer, wording_hash: hashOf(answer.wording), language: locale, at: app.now() }
  app.db.run(query.insertInto('consent').values(row))
}

/** What an account said last about a purpose. */
export function lastAnswer(app: App, account: string, purpose: string) {
  return app.db.first(
    query
      .selectFrom('consent')
      .select(['answer', 'version', 'at'])
      .where('account_id', '=', account)
      .where('purpose', '=', purpose)
      .orderBy('id', 'desc')
      .limit(1),
  )
}

/** All that a person agreed to, refused and took back, newest first. */
export function consentHistory(app: App, account: string): ConsentRecord[] {
  const rows = app.db.all(
    query.selectFrom('consent').selectAll().where('account_id', '=', account).orderBy('id', 'desc'),
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
