import type { App } from '../../app.ts'
import { preparedQuery, query } from '../../database/query.ts'
import { first, run } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { onSignInMethodRemoved } from '../mfa/factor-changes.ts'
import type { FactorOwner } from '../mfa/factor-owner.ts'
import { notifyFactorChange } from '../mfa/notify-factor-change.ts'
import { reauthenticateOwner } from '../mfa/reauthenticate-owner.ts'
import { type OidcRedirect, startAuthorization } from './oidc-authorization.ts'
import type { OidcProfile } from './oidc-claims.ts'

/**
 * Starts linking an identity of the provider to the owner's account, after re-authentication. An identity is never linked
 * by an equal email address, because the provider, or the next user of that address there, could take over the account.
 * Throws what `reauthenticateOwner` throws, `oidc_off`, `oidc_unreachable`.
 */
export async function startOidcLink(app: App, owner: FactorOwner, proof?: string): Promise<OidcRedirect> {
  await reauthenticateOwner(app, owner, proof)
  return startAuthorization(app, owner.account)
}

/** Links an identity to an account; does nothing if it is linked to it already. Throws `oidc_taken`. */
export async function linkIdentity(app: App, account: string, { issuer, subject }: OidcProfile): Promise<void> {
  const identity = { issuer, subject, account_id: account, created_at: app.now() }
  await app.db.commit(function* () {
    const existing = yield* findIdentity({ issuer, subject })
    if (existing && existing.account_id !== account) throw new AppError('oidc_taken')
    if (existing) return
    yield* run(query.insertInto('identity').values(identity))
    yield* notifyFactorChange(app, account)
  })
}

/** Unlinks the identities of the owner's account. Throws what `reauthenticateOwner` throws, `last_sign_in_method`. */
export async function unlinkOidc(app: App, owner: FactorOwner, proof?: string): Promise<void> {
  await reauthenticateOwner(app, owner, proof)
  const remove = query.deleteFrom('identity').where('account_id', '=', owner.account)
  await app.db.commit(function* () {
    if ((yield* run(remove)) > 0) yield* onSignInMethodRemoved(app, owner)
  })
}

/** Finds the account of an identity, with its role. */
export function findIdentity({ issuer, subject }: Pick<OidcProfile, 'issuer' | 'subject'>) {
  return first(selectIdentity({ issuer, subject }))
}

const selectIdentity = preparedQuery<{ issuer: string; subject: string }>()((value) =>
  query
    .selectFrom('identity')
    .innerJoin('account', 'account.id', 'identity.account_id')
    .select(['identity.account_id', 'account.role'])
    .where('issuer', '=', value('issuer'))
    .where('subject', '=', value('subject')),
)
