import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { all, first, run } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { onFactorAdded, onFactorRemoved } from './factor-changes.ts'
import type { FactorOwner } from './factor-owner.ts'
import { passkeyDescriptors } from './passkey-login.ts'
import { reauthenticateOwner } from './reauthenticate-owner.ts'
import {
  algorithms,
  expectationsOf,
  issueChallenge,
  loadWebAuthn,
  parseResponse,
  relyingPartyId,
  verifyOrRefuse,
} from './webauthn.ts'

/** The maximum number of passkeys of an account. */
export const maxPasskeys = 20

/** A passkey in the list of its owner. `usedOn` is the start of a day; null if it was never used. */
export interface PasskeyInfo {
  readonly id: string
  readonly name: string
  readonly createdAt: number
  readonly usedOn: number | null
}

/** Lists the passkeys of an account, oldest first. */
export async function listPasskeys(app: App, { account }: Pick<FactorOwner, 'account'>): Promise<PasskeyInfo[]> {
  const passkeys = query
    .selectFrom('passkey')
    .select(['id', 'name', 'created_at', 'used_on'])
    .where('account_id', '=', account)
    .orderBy('created_at')
  const rows = await app.db.read(() => all(passkeys))
  return rows.map(({ id, name, created_at, used_on }) => ({ id, name, createdAt: created_at, usedOn: used_on }))
}

/**
 * Returns the creation options for a new passkey after re-authentication. Throws what `reauthenticateOwner` throws,
 * `passkeys_unavailable`, `passkey_too_many`.
 */
export async function passkeyRegistrationOptions(app: App, owner: FactorOwner, proof?: string) {
  const { account } = owner
  const rpID = relyingPartyId(app)
  const existing = await passkeyDescriptors(app, account)
  if (existing.length >= maxPasskeys) throw new AppError('passkey_too_many', { limit: maxPasskeys })
  await reauthenticateOwner(app, owner, proof)
  return loadWebAuthn().generateRegistrationOptions({
    rpName: app.config.name,
    rpID,
    userName: await userNameOf(app, account),
    userID: new TextEncoder().encode(account),
    challenge: await issueChallenge(app, account),
    attestationType: 'none',
    excludeCredentials: existing,
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    supportedAlgorithmIDs: algorithms,
  })
}

/** Stores a new passkey. Returns recovery codes if it is the first factor. Throws `passkey_refused`. */
export async function addPasskey(app: App, owner: FactorOwner, name: string, response: string): Promise<string[]> {
  const { account } = owner
  const { id, publicKey, counter, transports } = await verifyOrRefuse(async () => {
    const { verified, registrationInfo } = await loadWebAuthn().verifyRegistrationResponse({
      response: parseResponse<RegistrationResponseJSON>(response),
      ...expectationsOf(app, account),
      requireUserVerification: false,
      supportedAlgorithmIDs: algorithms,
    })
    return verified ? registrationInfo.credential : undefined
  })
  const row = {
    id,
    account_id: account,
    name,
    public_key: publicKey,
    counter,
    transports: (transports ?? []).filter((transport) => /^[a-z-]{1,20}$/.test(transport)).join(' '),
    created_at: app.now(),
    used_on: null,
  }
  return app.db.commit(function* () {
    // A credential id that is stored already stays with its account.
    const insert = query.insertInto('passkey').values(row)
    if ((yield* run(insert.onConflict((conflict) => conflict.doNothing()))) === 0) throw new AppError('passkey_refused')
    return yield* onFactorAdded(app, owner)
  })
}

/**
 * Removes a passkey; does nothing if it does not exist. Throws what `reauthenticateOwner` throws, `mfa_required`,
 * `last_sign_in_method`.
 */
export async function removePasskey(app: App, owner: FactorOwner, id: string, proof?: string): Promise<void> {
  await reauthenticateOwner(app, owner, proof)
  const remove = query.deleteFrom('passkey').where('id', '=', id).where('account_id', '=', owner.account)
  await app.db.commit(function* () {
    if ((yield* run(remove)) > 0) yield* onFactorRemoved(app, owner)
  })
}

async function userNameOf(app: App, account: string): Promise<string> {
  const select = query.selectFrom('account').select('user_name').where('id', '=', account)
  return (await app.db.read(() => first(select)))?.user_name ?? ''
}
