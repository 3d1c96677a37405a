import type { Generated } from 'kysely'
import type { Day, Moment } from './moments.ts'

/** The role of an account: an operator runs the instance, a member shares secrets. */
export type Role = 'member' | 'operator'

/** An account. `email` and `user_name` are stored in normalised form. */
export interface AccountTable {
  id: string
  user_name: string
  email: string
  /** The PHC string of argon2id; null if the account signs in another way. */
  password: string | null
  role: Role
  real_name: string | null
  picture: Uint8Array | null
  /** Wrapped under the root key; in use once `totp_since` is set. */
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

/** A session. `lookup` is the hash of the cookie; `authenticated_at` is null while the second factor is missing. */
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

/** The purpose of a single-use code. */
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

/** A single-use code: the hash of what was mailed, printed, or sent to a browser. `data` is wrapped. */
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

/** A recovery code, which replaces a lost second factor. Using it deletes it. */
export interface RecoveryCodeTable {
  lookup: Uint8Array
  account_id: string
  created_at: Moment
}

/** A passkey (WebAuthn credential); `id` is the credential id. */
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

/** The identity of an account at an OpenID provider. */
export interface IdentityTable {
  issuer: string
  subject: string
  account_id: string
  created_at: Moment
}

/** An API token: its hash, and a short `id` that names it. */
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

/** A consent that was given, refused or withdrawn, with the displayed wording and its language. A trigger refuses changes. */
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

/** The ownership of a secret by an account. `id` is that of the receipt; `note` is wrapped. */
export interface OwnedSecretTable {
  id: number
  account_id: string
  note: Uint8Array | null
  notify: Generated<number>
  notified_at: Moment | null
}

/** A mail in the outbox. `body` is wrapped, and deleted when the mail is sent or given up; `unsubscribe` is a hash. */
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

/** The refusal of mail of a purpose, or of `all` mail, by an address. `address_hash` is keyed. */
export interface RefusalTable {
  address_hash: Uint8Array
  purpose: string
  at: Moment
}

/** The tables of accounts and mail. */
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
