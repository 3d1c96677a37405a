import { Secret, TOTP } from 'otpauth'
import type { App } from '../../app.ts'
import { unwrap, wrap } from '../../crypto/sealing.ts'
import { preparedQuery, type Query, query } from '../../database/query.ts'
import { first, run, type Unit } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'

// The defaults of RFC 6238, which every authenticator app supports: SHA-1, six digits, a new code every 30 seconds.
const period = 30
const keyLength = 20
const totpOptions = { algorithm: 'SHA1', digits: 6, period } as const

/** The key of an authenticator app, as an `otpauth:` URI for a QR code and in groups of four letters for typing. */
export interface TotpKey {
  readonly uri: string
  readonly text: string
}

/** Creates a new key for an authenticator app; does nothing if the account has a confirmed one. */
export async function startTotp(app: App, account: string): Promise<void> {
  const key = new Secret({ buffer: new Uint8Array(app.random(keyLength)).buffer }).base32
  const pending = { totp_secret: wrap('totp', account, app.root, key, app.random), totp_step: null }
  await app.db.commit(() =>
    run(query.updateTable('account').set(pending).where('id', '=', account).where('totp_since', 'is', null)),
  )
}

/** Returns the key that is not confirmed yet. A confirmed key is never returned. */
export async function pendingTotp(app: App, account: string): Promise<TotpKey | undefined> {
  const row = await app.db.read(() => first(selectTotp({ account })))
  if (!row?.totp_secret || row.totp_since !== null) return undefined
  const totp = totpOf(app, account, row.totp_secret, row.user_name)
  return { uri: totp.toString(), text: totp.secret.base32.replace(/.{4}(?=.)/g, '$& ') }
}

/** Tests whether the account has a confirmed authenticator app. */
export async function hasTotp(app: App, account: string): Promise<boolean> {
  return (await app.db.read(() => first(selectTotp({ account }))))?.totp_since != null
}

/**
 * Confirms an authenticator app by its first correct code; from then on it is a second factor. `inCommit` runs in the same
 * commit and its result is returned. Throws `mfa_code_wrong`, `slow_down`.
 */
export function confirmTotp<T>(
  app: App,
  account: string,
  network: string,
  code: string,
  inCommit: () => Unit<T>,
): Promise<T> {
  // Confirms only the key that the code was verified with, not one created in the meantime.
  const claim = (step: number, secret: Uint8Array) => confirmStep({ account, secret, step, now: app.now() })
  return acceptCode(app, { account, network, code, isConfirmed: false }, claim, inCommit)
}

/**
 * Verifies a code of the app and uses it up: at most one time step early or late, and newer than the last one used. Throws
 * `mfa_code_wrong`, `slow_down`.
 */
export async function consumeTotp(app: App, account: string, network: string, code: string): Promise<void> {
  const claim = (step: number) => consumeStep({ account, step })
  await acceptCode(app, { account, network, code, isConfirmed: true }, claim, function* () {})
  app.throttle.reset('totp', account, network)
}

interface Attempt {
  readonly account: string
  readonly network: string
  readonly code: string
  readonly isConfirmed: boolean
}

// `claim` returns the query that stores the time step of the code; it returns no row if the step was used before.
async function acceptCode<T>(
  app: App,
  { account, network, code, isConfirmed }: Attempt,
  claim: (step: number, secret: Uint8Array) => Query<unknown>,
  inCommit: () => Unit<T>,
): Promise<T> {
  app.throttle.consume('totp', account, network)
  const { totp_secret: secret = null, totp_since = null } =
    (await app.db.read(() => first(selectTotp({ account })))) ?? {}
  const isExpected = secret !== null && (totp_since !== null) === isConfirmed
  const step = isExpected ? stepOf(app, account, secret, code) : undefined
  return app.db.commit(function* () {
    if (!secret || step === undefined || !(yield* first(claim(step, secret)))) throw new AppError('mfa_code_wrong')
    return yield* inCommit()
  })
}

/** Deletes the authenticator app, inside the caller's commit. Returns whether there was a confirmed one. */
export function* deleteTotp(account: string): Unit<boolean> {
  const empty = { totp_secret: null, totp_step: null, totp_since: null }
  const wasConfirmed = (yield* first(selectTotp({ account })))?.totp_since != null
  yield* run(query.updateTable('account').set(empty).where('id', '=', account))
  return wasConfirmed
}

/** Tests whether a text has the form of a TOTP code: six digits, in any grouping. */
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
  return new TOTP({ ...totpOptions, issuer: app.config.name, label, secret })
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
const consumeStep = preparedQuery<{ account: string; step: number }>()((value) =>
  query
    .updateTable('account')
    .set({ totp_step: value('step') })
    .where('id', '=', value('account'))
    .where('totp_since', 'is not', null)
    .where((where) => where.or([where('totp_step', 'is', null), where('totp_step', '<', value('step'))]))
    .returning('id'),
)
