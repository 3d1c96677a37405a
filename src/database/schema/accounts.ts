import type { Generated } from 'kysely'
import type { Day, Moment } from './moments.ts'

/** Who may do what: an operator runs the instance, a member shares secrets. */
export type Role = 'member' | 'operator'

/** One person's account. `email` and `user_name` are kept in the form they are compared in. */
export interface AccountTable {
  id: string
  user_name: string
  email: string
  /** The PHC string of argon2id; null where the account signs in another way. */
  password: string | null
  role: Role
  real_name: string | null
  picture: Uint8Array | null
  /** Wrapped with the root key; counts once `totp_since` is set. */
  totp_secret: Uint8Array | null
  totp_step: number | null
  totp_since: Moment | null
  age_stated_at: Moment
  created_at: Moment
  confirmed_at: Moment | null
  disabled_at: Moment | null
  closed_at: Moment | null
  erase_due_at: Moment | null
}

/** A signed-in browser. `lookup` is the hash of the cookie; `authenticated_at` is empty while a second factor is awaited. */
export interface SessionTable {
  lookup: Uint8Array
  account_id: string
  browser: string
  created_at: Moment
  expires_at: Moment
  ends_at: Moment
  authenticated_at: Moment | null
  used_on: Day
}

/** What a mailed or printed code is good for. */
export type CodePurpose =
  | 'confirm'
  | 'reset'
  | 'change-email'
  | 'invite'
  | 'first-operator'
  | 'login'
  | 'restore'
  | 'oidc'
  | 'passkey'
  | 'address-look-up'

/** A single-use code: the hash of what was mailed, printed, or given to a browser. `data` is wrapped. */
export interface CodeTable {
  lookup: Uint8Array
  purpose: CodePurpose
  account_id: string | null
  email: string | null
  role: Role | null
  data: Uint8Array | null
  created_at: Moment
  expires_at: Moment
}

/** What lets a person in who lost the second factor. Used once, which deletes it. */
export interface RecoveryCodeTable {
  lookup: Uint8Array
  account_id: string
  created_at: Moment
}

/** A passkey (WebAuthn credential); `id` as the browser names it. */
export interface PasskeyTable {
  id: string
  account_id: string
  name: string
  public_key: Uint8Array
  counter: number
  transports: string
  created_at: Moment
  used_on: Day | null
}

/** Who the account is at an OpenID provider. */
export interface IdentityTable {
  issuer: string
  subject: string
  account_id: string
  created_at: Moment
}

/** An API token: its hash, and a short `id` to name it by. */
export interface TokenTable {
  lookup: Uint8Array
  id: string
  account_id: string
  name: string
  scopes: string
  created_at: Moment
  expires_at: Moment
  used_on: Day | null
}

/**
 * What a person agreed to, refused or took back, with the words that were shown, in their language. The database itself
 * refuses to change a record. `wording_hash` is empty in records of before it was noted.
 */
export interface ConsentTable {
  id: Generated<number>
  account_id: string
  purpose: string
  version: number
  wording: string
  wording_hash: Uint8Array | null
  language: Generated<string>
  answer: 'given' | 'refused' | 'withdrawn'
  way: string
  at: Moment
}

/** That a secret is somebody's own: shares its number with the receipt. `note` is wrapped. */
export interface OwnedSecretTable {
  id: number
  account_id: string
  note: Uint8Array | null
  notify: Generated<number>
  notified_at: Moment | null
}

/** The outbox. `body` is wrapped, and erased when the mail is sent or given up; `unsubscribe` is a hash. */
export interface MailTable {
  id: string
  account_id: string | null
  kind: string
  purpose: string
  recipient: string
  body: Uint8Array | null
  unsubscribe: Uint8Array
  created_at: Moment
  next_try_at: Moment | null
  tries: Generated<number>
  outcome: 'sent' | 'refused' | 'given_up' | null
  done_at: Moment | null
  forget_at: Moment
}

/** An address, as a keyed hash, that wants no mail of a purpose; `all` is every purpose. */
export interface RefusalTable {
  mark: Uint8Array
  purpose: string
  at: Moment
}

export interface AccountTables {
  account: AccountTable
  session: SessionTable
  code: CodeTable
  recovery_code: RecoveryCodeTable
  passkey: PasskeyTable
  identity: IdentityTable
  token: TokenTable
  consent: ConsentTable
  owned_secret: OwnedSecretTable
  mail: MailTable
  refusal: RefusalTable
}
