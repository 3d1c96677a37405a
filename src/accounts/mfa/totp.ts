import { Secret, TOTP } from 'otpauth'
import type { App } from '../../app.ts'
import { unwrap, wrap } from '../../crypto/sealing.ts'
import { preparedQuery, query, type Runnable } from '../../database/query.ts'
import { AppError } from '../../errors.ts'

// RFC 6238, as every authenticator app has it: SHA-1, six digits, a new code every thirty seconds.
const period = 30
const keyLength = 20
const standard = { algorithm: 'SHA1', digits: 6, period } as const

/** The key of an authenticator app: as its QR code says it, and as a person types it. */
export interface TotpKey {
  readonly uri: string
  readonly text: string
}

/** Makes a new key for an account whose app does not count yet; one that counts already is left alone. */
export async function startTotp(app: App, account: string): Promise<void> {
  const key = new Secret({ buffer: new Uint8Array(app.random(keyLength)).buffer }).base32
  const fresh = { totp_secret: wrap('totp', account, app.root, key, app.random), totp_step: null }
  await app.db.commit(() =>
    app.db.run(query.updateTable('account').set(fresh).where('id', '=', account).where('totp_since', 'is', null)),
  )
}

/** The key that waits for its first right code, or nothing. Once it counts, nobody is shown it again. */
export function pendingTotp(app: App, account: string): TotpKey | undefined {
  const row = app.db.first(selectTotp({ account }))
  if (!row?.totp_secret || row.totp_since !== null) return undefined
  const totp = totpOf(app, account, row.totp_secret, row.user_name)
  return { uri: totp.toString(), text: totp.secret.base32.replace(/.{4}(?=.)/g, '$& ') }
}

/** Whether a code of the app counts as a second factor. */
export function hasTotp(app: App, account: string): boolean {
  return app.db.first(selectTotp({ account }))?.totp_since != null
}

/**
 * Confirms the app by its first right code; from then on it is a second factor. `also` runs in the same commit and its
 * result is returned. Throws `mfa_code_wrong`, `slow_down`.
 */
export function confirmTotp<T>(app: App, account: string, network: string, code: string, also: () => T): Promise<T> {
  // The key that the code was checked with, and no other that came meanwhile.
  const take = (step: number, secret: Uint8Array) => confirmStep({ account, secret, step, now: app.now() })
  return acceptCode(app, { account, network, code, isConfirmed: false }, take, also)
}

/**
 * Spends a code of the app: right, at most one step early or late, and newer than the last one that was taken. `also`
 * runs in the same commit and its result is returned. Throws `mfa_code_wrong`, `slow_down`.
 */
export async function consumeTotp<T>(
  app: App,
  account: string,
  network: string,
  code: string,
  also: () => T,
): Promise<T> {
  // Of two who bring the same code, one finds the step older than it: a code that was looked at over a shoulder is spent.
  const take = (step: number) => spendStep({ account, step })
  const done = await acceptCode(app, { account, network, code, isConfirmed: true }, take, also)
  app.throttle.reset('totp', account, network)
  return done
}

interface Guess {
  readonly account: string
  readonly network: string
  readonly code: string
  readonly isConfirmed: boolean
}

// `take` gives the query that takes a step of the code; it finds no row where the code no longer counts.
async function acceptCode<T>(
  app: App,
  { account, network, code, isConfirmed }: Guess,
  take: (step: number, secret: Uint8Array) => Runnable<unknown>,
  also: () => T,
): Promise<T> {
  app.throttle.consume('totp', account, network)
  const { totp_secret: secret = null, totp_since = null } = app.db.first(selectTotp({ account })) ?? {}
  const counts = secret !== null && (totp_since !== null) === isConfirmed
  const step = counts ? stepOf(app, account, secret, code) : undefined
  return app.db.commit(() => {
    if (!secret || step === undefined || !app.db.first(take(step, secret))) throw new AppError('mfa_code_wrong')
    return also()
  })
}

/** Removes the app, inside the caller's commit. False: there was none that counted. */
export function deleteTotp(app: App, account: string): boolean {
  const empty = { totp_secret: null, totp_step: null, totp_since: null }
  const had = app.db.first(selectTotp({ account }))?.totp_since != null
  app.db.run(query.updateTable('account').set(empty).where('id', '=', account))
  return had
}

/** Whether this can only be a code of an app: six digits, however they are grouped. */
export function looksLikeTotp(code: string): boolean {
  return /^\d{6}$/.test(code.replaceAll(/\s/g, ''))
}

function stepOf(app: App, account: string, wrapped: Uint8Array, code: string): number | undefined {
  const now = app.now()
  const token = code.replaceAll(/\s/g, '')
  const delta = totpOf(app, account, wrapped, '').validate({ token, timestamp: now, window: 1 })
  return delta === null ? undefined : TOTP.counter({ period, timestamp: now }) + delta
}

function totpOf(app: App, account: string, wrapped: Uint8Array, label: string): TOTP {
  const secret = Secret.fromBase32(unwrap('totp', account, app.root, wrapped))
  return new TOTP({ ...standard, issuer: app.config.name, label, secret })
}

const selectTotp = preparedQuery<{ account: string }>()((value) =>
  query.selectFrom('account').select(['user_name', 'totp_secret', 'totp_since']).where('id', '=', value('account')),
)

const confirmStep = preparedQuery<{ account: string; secret: Uint8Array; step: number; now: number }>()((value) =>
  query
    .updateTable('account')
    .set({ totp_since: value('now'), totp_step: value('step') })
    .where('id', '=', value('account'))
    .where('totp_secret', '=', value('secret'))
    .where('totp_since', 'is', null)
    .returning('id'),
)
const spendStep = preparedQuery<{ account: string; step: number }>()((value) =>
  query
    .updateTable('account')
    .set({ totp_step: value('step') })
    .where('id', '=', value('account'))
    .where('totp_since', 'is not', null)
    .where((where) => where.or([where('totp_step', 'is', null), where('totp_step', '<', value('step'))]))
    .returning('id'),
)
