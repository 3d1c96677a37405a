import type { AuthenticationResponseJSON, AuthenticatorTransport } from '@simplewebauthn/server'
import type { App } from '../../app.ts'
import { preparedQuery, query } from '../../database/query.ts'
import { AppError } from '../../errors.ts'
import { startOfDay } from '../../time.ts'
import type { ActiveSession } from '../sessions/sessions.ts'
import { completeMfa, type SignInResult, signInAs } from '../sign-in/sign-in.ts'
import { expectationsOf, issueChallenge, loadWebAuthn, orRefuse, parseAnswer, relyingPartyId } from './webauthn.ts'

/** How a browser is told of a passkey that it may have. */
export interface PasskeyDescriptor {
  readonly id: string
  readonly transports: AuthenticatorTransport[]
}

/** What the browser needs to show a passkey as the second factor of a half session. Throws `passkeys_unavailable`. */
export async function passkeyOptionsForMfa(app: App, { account }: ActiveSession) {
  return loadWebAuthn().generateAuthenticationOptions({
    rpID: relyingPartyId(app),
    challenge: await issueChallenge(app, account),
    allowCredentials: passkeyDescriptors(app, account),
    userVerification: 'preferred',
  })
}

/** What the browser needs to sign in whoever it has a passkey of. Throws `passkeys_unavailable`. */
export async function passkeyOptions(app: App) {
  return loadWebAuthn().generateAuthenticationOptions({
    rpID: relyingPartyId(app),
    challenge: await issueChallenge(app, null),
    userVerification: 'required',
  })
}

/** Completes a half session by a passkey of its account; gives the cookie's new value. Throws `passkey_refused`, `sign_in_failed`. */
export async function completeMfaWithPasskey(
  app: App,
  half: ActiveSession,
  browser: string,
  answer: string,
): Promise<string> {
  await show(app, answer, half.account)
  return completeMfa(app, half, browser)
}

/**
 * Signs in by a passkey alone. The authenticator has checked who holds it, so one gesture is two factors: a thing, and
 * a finger or a PIN. Throws `passkey_refused`, `sign_in_failed`.
 */
export async function signInWithPasskey(
  app: App,
  browser: string,
  answer: string,
  replaces: Uint8Array | null,
): Promise<SignInResult> {
  const id = await show(app, answer, null)
  return signInAs(app, { id }, browser, { factors: 'both', replaces })
}

/** The passkeys of an account, as browsers are told of them. */
export function passkeyDescriptors(app: App, account: string): PasskeyDescriptor[] {
  const rows = app.db.all(
    query.selectFrom('passkey').select(['id', 'transports']).where('account_id', '=', account).orderBy('created_at'),
  )
  return rows.map(({ id, transports }) => ({ id, transports: transportsOf(transports) }))
}

// Whose passkey this is. With no account in mind, the authenticator must have checked who holds it.
async function show(app: App, words: string, account: string | null): Promise<string> {
  const response = parseAnswer<AuthenticationResponseJSON>(words)
  const row = app.db.first(selectPasskey({ id: response.id }))
  const { counter } = await orRefuse(async () => {
    if (!row || (account !== null && row.account_id !== account)) return undefined
    const { verified, authenticationInfo } = await loadWebAuthn().verifyAuthenticationResponse({
      response,
      ...expectationsOf(app, account),
      credential: { id: row.id, publicKey: new Uint8Array(row.public_key), counter: row.counter },
      requireUserVerification: account === null,
    })
    return verified ? { counter: authenticationInfo.newCounter } : undefined
  })
  const used = use({ id: response.id, counter, day: startOfDay(app.now()) })
  const shown = await app.db.commit(() => app.db.first(used))
  if (!shown) throw new AppError('passkey_refused')
  return shown.account_id
}

function transportsOf(words: string): AuthenticatorTransport[] {
  return words === '' ? [] : (words.split(' ') as AuthenticatorTransport[])
}

const selectPasskey = preparedQuery<{ id: string }>()((value) =>
  query.selectFrom('passkey').selectAll().where('id', '=', value('id')),
)

// A counter that does not rise tells of a copied authenticator. Many never count, and stay at zero.
const use = preparedQuery<{ id: string; counter: number; day: number }>()((value) =>
  query
    .updateTable('passkey')
    .set({ counter: value('counter'), used_on: value('day') })
    .where('id', '=', value('id'))
    .where(({ eb, or, and }) =>
      or([eb('counter', '<', value('counter')), and([eb('counter', '=', 0), eb('counter', '=', value('counter'))])]),
    )
    .returning('account_id'),
)
