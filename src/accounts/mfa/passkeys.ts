import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { AppError } from '../../errors.ts'
import { type FactorOwner, onFactorAdded, onFactorRemoved, reauthenticateOwner } from './factors.ts'
import { passkeyDescriptors } from './passkey-login.ts'
import {
  algorithms,
  expectationsOf,
  issueChallenge,
  loadWebAuthn,
  orRefuse,
  parseAnswer,
  relyingPartyId,
} from './webauthn.ts'

/** As many passkeys as one account may have. */
export const maxPasskeys = 20

/** A passkey as its owner sees it. */
export interface PasskeyInfo {
  readonly id: string
  readonly name: string
  readonly createdAt: number
  readonly usedOn: number | null
}

/** The passkeys of an account, oldest first. */
export function listPasskeys(app: App, { account }: Pick<FactorOwner, 'account'>): PasskeyInfo[] {
  const all = query.selectFrom('passkey').select(['id', 'name', 'created_at', 'used_on'])
  return app.db
    .all(all.where('account_id', '=', account).orderBy('created_at'))
    .map(({ id, name, created_at, used_on }) => ({ id, name, createdAt: created_at, usedOn: used_on }))
}

/**
 * What the browser needs to make a passkey, once its owner has shown again who they are. Throws what `proveHolder` throws, `passkeys_unavailable`, `passkey_too_many`, `slow_down`.
 */
export async function passkeyRegistrationOptions(app: App, holder: FactorOwner, proof?: string) {
  const { account } = holder
  const rpID = relyingPartyId(app)
  const known = passkeyDescriptors(app, account)
  if (known.length >= maxPasskeys) throw new AppError('passkey_too_many', { limit: maxPasskeys })
  await reauthenticateOwner(app, holder, proof)
  return loadWebAuthn().generateRegistrationOptions({
    rpName: app.config.name,
    rpID,
    userName: nameOf(app, account),
    userID: new TextEncoder().encode(account),
    challenge: await issueChallenge(app, account),
    attestationType: 'none',
    excludeCredentials: known,
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    supportedAlgorithmIDs: algorithms,
  })
}

/** Keeps a passkey that the browser made. Gives recovery codes, if it is the first factor. Throws `passkey_refused`. */
export async function addPasskey(app: App, holder: FactorOwner, name: string, words: string): Promise<string[]> {
  const { account } = holder
  const { id, publicKey, counter, transports } = await orRefuse(async () => {
    const { verified, registrationInfo } = await loadWebAuthn().verifyRegistrationResponse({
      response: parseAnswer<RegistrationResponseJSON>(words),
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
    transports: (transports ?? []).filter((one) => /^[a-z-]{1,20}$/.test(one)).join(' '),
    created_at: app.now(),
    used_on: null,
  }
  return app.db.commit(() => {
    // One that is there already stays whose it is.
    const insert = query.insertInto('passkey').values(row)
    if (app.db.run(insert.onConflict((conflict) => conflict.doNothing())).changes === 0)
      throw new AppError('passkey_refused')
    return onFactorAdded(app, holder)
  })
}

/**
 * Takes a passkey away; one that is gone stays gone. Throws what `proveHolder` throws, `mfa_required`,
 * `last_sign_in_method`, `slow_down`.
 */
export async function removePasskey(app: App, holder: FactorOwner, id: string, proof?: string): Promise<void> {
  await reauthenticateOwner(app, holder, proof)
  const remove = query.deleteFrom('passkey').where('id', '=', id).where('account_id', '=', holder.account)
  await app.db.commit(() => {
    if (app.db.run(remove).changes > 0) onFactorRemoved(app, holder)
  })
}

function nameOf(app: App, account: string): string {
  const named = query.selectFrom('account').select('user_name').where('id', '=', account)
  return app.db.first(named)?.user_name ?? ''
}
