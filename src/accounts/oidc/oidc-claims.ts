import type { App } from '../../app.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { AppError } from '../../errors.ts'
import { parseAddress } from '../../mail/addresses.ts'

/** A user as described by the claims of the provider. */
export interface OidcProfile {
  readonly issuer: string
  readonly subject: string
  /** The address, only if the provider has verified it. */
  readonly email: string | undefined
  /** The proposed user name. */
  readonly name: string
  /** The role by group membership; undefined if the configuration maps no groups. */
  readonly role: Role | undefined
  /** The provider verified more than one factor: `amr` contains `mfa` (RFC 8176). */
  readonly isStrong: boolean
}

/** The claims of the ID token and the userinfo endpoint. */
export interface Claims {
  readonly iss: string
  readonly sub: string
  readonly [name: string]: unknown
}

/** Maps claims to a profile by the configured domains and groups. Throws `oidc_email`, `oidc_domain`. */
export function profileFromClaims({ config }: Pick<App, 'config'>, claims: Claims): OidcProfile {
  const email = emailOf(claims)
  refuseDomain(config.oidcDomains, email)
  return {
    issuer: claims.iss,
    subject: claims.sub,
    email,
    name: userNameFrom(stringsOf(claims['preferred_username'])[0] ?? email ?? ''),
    role: roleOf(config.oidcOperators, stringsOf(claims[config.oidcGroupsClaim])),
    isStrong: stringsOf(claims['amr']).includes('mfa'),
  }
}

// An unverified address does not show who reads its mail.
function emailOf({ email, email_verified: isVerified }: Claims): string | undefined {
  return typeof email === 'string' && isVerified === true ? parseAddress(email) : undefined
}

function userNameFrom(value: string): string {
  const [name = ''] = value.toLowerCase().split('@', 1)
  return name.replaceAll(/[^a-z0-9._-]/g, '').slice(0, 32)
}

function refuseDomain(domains: readonly string[], email: string | undefined): void {
  if (domains.length === 0) return
  if (email === undefined) throw new AppError('oidc_email')
  if (!domains.includes(email.slice(email.lastIndexOf('@') + 1))) throw new AppError('oidc_domain')
}

function roleOf(operators: readonly string[], groups: readonly string[]): Role | undefined {
  if (operators.length === 0) return undefined
  return groups.some((group) => operators.includes(group)) ? 'operator' : 'member'
}

function stringsOf(claim: unknown): string[] {
  const values = Array.isArray(claim) ? claim : [claim]
  return values.filter((value) => typeof value === 'string')
}
