import type { AuthenticationResponseJSON, AuthenticatorTransport } from '@simplewebauthn/server'
import type { ActiveSession } from '../../actor.ts'
import type { App } from '../../app.ts'
import { preparedQuery, query } from '../../database/query.ts'
import { all, first } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { startOfDay } from '../../time.ts'
import { completeMfa, type SignInResult, signInAs } from '../sign-in/sign-in.ts'
import {
  expectationsOf,
  issueChallenge,
  loadWebAuthn,
  parseResponse,
  relyingPartyId,
  verifyOrRefuse,
} from './webauthn.ts'

/** The reference to a passkey that a browser may have. */
export interface PasskeyDescriptor {
  readonly id: string
  readonly transports: AuthenticatorTransport[]
}

/** Returns the request options for a passkey as the second factor. Throws `passkeys_unavailable`. */
export async function passkeyOptionsForMfa(app: App, { account }: ActiveSession) {
  return loadWebAuthn().generateAuthenticationOptions({
    rpID: relyingPartyId(app),
    challenge: await issueChallenge(app, account),
    allowCredentials: await passkeyDescriptors(app, account),
    userVerification: 'preferred',
  })
}

/** Returns the request options for a sign-in by any passkey of this instance. Throws `passkeys_unavailable`. */
export async function passkeyOptions(app: App) {
  return loadWebAuthn().generateAuthenticationOptions({
    rpID: relyingPartyId(app),
    challenge: await issueChallenge(app, null),
    userVerification: 'required',
  })
}

/** Completes a session with pending MFA by a passkey. Returns the token of the new session. Throws `passkey_refused`, `sign_in_failed`. */
export async function completeMfaWithPasskey(
  app: App,
  pendingMfa: ActiveSession,
  browser: string,
  response: string,
): Promise<string> {
  await verifyPasskey(app, response, pendingMfa.account)
  return completeMfa(app, pendingMfa, browser)
}

/**
 * Signs a browser in by a passkey alone. User verification is required, so it counts as both factors: the device, and a
 * biometric or PIN. Throws `passkey_refused`, `sign_in_failed`.
 */
export async function signInWithPasskey(
  app: App,
  browser: string,
  response: string,
  previousSession: Uint8Array | null,
): Promise<SignInResult> {
  const id = await verifyPasskey(app, response, null)
  return signInAs(app, { id }, browser, { factors: 'both', previousSession })
}

/** Returns the references to the passkeys of an account, oldest first. */
export async function passkeyDescriptors(app: App, account: string): Promise<PasskeyDescriptor[]> {
  const rows = await app.db.read(() =>
    all(
      query.selectFrom('passkey').select(['id', 'transports']).where('account_id', '=', account).orderBy('created_at'),
    ),
  )
  return rows.map(({ id, transports }) => ({ id, transports: transportsOf(transports) }))
}

// Returns the account of the passkey. Without an expected account the authenticator must have verified the user.
async function verifyPasskey(app: App, json: string, account: string | null): Promise<string> {
  const response = parseResponse<AuthenticationResponseJSON>(json)
  const row = await app.db.read(() => first(selectPasskey({ id: response.id })))
  const { counter } = await verifyOrRefuse(async () => {
    if (!row || (account !== null && row.account_id !== account)) return undefined
    const { verified, authenticationInfo } = await loadWebAuthn().verifyAuthenticationResponse({
      response,
      ...expectationsOf(app, account),
      credential: { id: row.id, publicKey: new Uint8Array(row.public_key), counter: row.counter },
      requireUserVerification: account === null,
    })
    return verified ? { counter: authenticationInfo.newCounter } : undefined
  })
  const update = updateUse({ id: response.id, counter, day: startOfDay(app.now()) })
  const used = await app.db.commit(() => first(update))
  if (!used) throw new AppError('passkey_refused')
  return used.account_id
}

function transportsOf(stored: string): AuthenticatorTransport[] {
  return stored === '' ? [] : (stored.split(' ') as AuthenticatorTransport[])
}

const selectPasskey = preparedQuery<{ id: string }>()((value) =>
  query.selectFrom('passkey').selectAll().where('id', '=', value('id')),
)

// A counter that does not rise indicates a cloned authenticator. Many authenticators do not count and send zero.
const updateUse = preparedQuery<{ id: string; counter: number; day: number }>()((value) =>
  query
    .updateTable('passkey')
    .set({ counter: value('counter'), used_on: value('day') })
    .where('id', '=', value('id'))
    .where(({ eb, or, and }) =>
      or([eb('counter', '<', value('counter')), and([eb('counter', '=', 0), eb('counter', '=', value('counter'))])]),
    )
    .returning('account_id'),
)
