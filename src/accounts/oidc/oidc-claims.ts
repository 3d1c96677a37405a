import type { App } from '../../app.ts'
import type { Role } from '../../database/schema/accounts.ts'
import { AppError } from '../../errors.ts'
import { parseAddress } from '../../mail/addresses.ts'

/** Somebody as the provider describes them. */
export interface OidcProfile {
  readonly issuer: string
  readonly subject: string
  /** Only an address that the provider has verified. */
  readonly email: string | undefined
  /** A user name to propose. */
  readonly name: string
  /** Their role by the groups that they are in; undefined where the operator maps none. */
  readonly role: Role | undefined
  /** They showed the provider more than one factor (RFC 8176). */
  readonly isStrong: boolean
}

/** What the provider said, by the names of the claims. */
export interface Claims {
  readonly iss: string
  readonly sub: string
  readonly [name: string]: unknown
}

/** Reads the claims by the operator's rules. Throws `oidc_email`, `oidc_domain`. */
export function profileFromClaims({ config }: Pick<App, 'config'>, claims: Claims): OidcProfile {
  const email = emailOf(claims)
  refuseDomain(config.oidcDomains, email)
  return {
    issuer: claims.iss,
    subject: claims.sub,
    email,
    name: nameOf(wordsOf(claims['preferred_username'])[0] ?? email ?? ''),
    role: roleOf(config.oidcOperators, wordsOf(claims[config.oidcGroupsClaim])),
    isStrong: wordsOf(claims['amr']).includes('mfa'),
  }
}

// An address that nobody verified says nothing of who reads its mail.
function emailOf({ email, email_verified: isVerified }: Claims): string | undefined {
  return typeof email === 'string' && isVerified === true ? parseAddress(email) : undefined
}

function nameOf(words: string): string {
  const [name = ''] = words.toLowerCase().split('@', 1)
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

function wordsOf(claim: unknown): string[] {
  const all = Array.isArray(claim) ? claim : [claim]
  return all.filter((one) => typeof one === 'string')
}
