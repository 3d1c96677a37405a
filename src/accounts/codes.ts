import type { App } from '../app.ts'
import { digest, unwrap, wrap } from '../crypto/sealing.ts'
import { query } from '../database/query.ts'
import type { CodePurpose, Role } from '../database/schema/accounts.ts'
import { first, run, type Unit } from '../database/unit.ts'

/** The values of a new code. `data` is encrypted so that only the code itself decrypts it. */
export interface NewCode {
  readonly purpose: CodePurpose
  readonly account?: string | null
  readonly email?: string
  readonly role?: Role
  readonly data?: string
  /** Lifetime in milliseconds. */
  readonly ttl: number
}

/** The stored values of a valid code. */
export interface Code {
  readonly account: string | null
  readonly email: string | null
  readonly role: Role | null
  readonly data: string | undefined
  readonly createdAt: number
  readonly expiresAt: number
}

/** Creates a code of 32 random bytes, inside the caller's commit. Returns its value; only a hash of it is stored. */
export function* issueCode(app: App, { purpose, account, email, role, data, ttl }: NewCode): Unit<string> {
  const raw = app.random(32).toBase64({ alphabet: 'base64url', omitPadding: true })
  const now = app.now()
  yield* run(
    query.insertInto('code').values({
      lookup: lookupOfCode(raw),
      purpose,
      account_id: account ?? null,
      email: email ?? null,
      role: role ?? null,
      data: data === undefined ? null : wrap('code', raw, app.root, data, app.random),
      created_at: now,
      expires_at: now + ttl,
    }),
  )
  return raw
}

/** Finds an unexpired code without using it up. */
export async function findCode(app: App, purpose: CodePurpose, raw: string): Promise<Code | undefined> {
  const row = await app.db.read(() =>
    first(
      query
        .selectFrom('code')
        .selectAll()
        .where('lookup', '=', lookupOfCode(raw))
        .where('purpose', '=', purpose)
        .where('expires_at', '>', app.now()),
    ),
  )
  return row && codeOf(app, raw, row)
}

/** Uses up a code, inside the caller's commit. Of several concurrent callers one gets it. */
export function* claimCode(app: App, purpose: CodePurpose, raw: string): Unit<Code | undefined> {
  const row = yield* first(
    query
      .deleteFrom('code')
      .where('lookup', '=', lookupOfCode(raw))
      .where('purpose', '=', purpose)
      .where('expires_at', '>', app.now())
      .returningAll(),
  )
  return row && codeOf(app, raw, row)
}

/** Deletes the codes of an account for one purpose, inside the caller's commit. */
export function* deleteCodes(purpose: CodePurpose, account: string): Unit<void> {
  yield* run(query.deleteFrom('code').where('purpose', '=', purpose).where('account_id', '=', account))
}

function lookupOfCode(raw: string): Uint8Array {
  return digest('code', raw)
}

interface CodeRow {
  readonly account_id: string | null
  readonly email: string | null
  readonly role: Role | null
  readonly data: Uint8Array | null
  readonly created_at: number
  readonly expires_at: number
}

function codeOf(app: App, raw: string, row: CodeRow): Code {
  return {
    account: row.account_id,
    email: row.email,
    role: row.role,
    data: row.data === null ? undefined : unwrap('code', raw, app.root, row.data),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
