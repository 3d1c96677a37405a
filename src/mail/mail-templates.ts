/** Every kind of mail with the facts in its text. A `link` is a path within this instance that starts with a slash. */
export interface MailFacts {
  /** To an address that was used to sign up; the link confirms it. */
  'confirm-email': { link: string }
  /** To an address that was used to sign up and already has an account. */
  'already-registered': Record<string, never>
  'reset-password': { link: string }
  invitation: { link: string }
  'login-link': { link: string }
  'password-changed': Record<string, never>
  /** To the new address; the link confirms it. */
  'confirm-new-email': { link: string }
  /** To the old address. */
  'email-changed': Record<string, never>
  /** A second factor, a passkey or recovery codes were added or removed. */
  'mfa-changed': Record<string, never>
  'token-created': { name: string }
  /** To the recipient of a secret: its link, never its passphrase. */
  'secret-link': { link: string; from: string; expiresAt: number }
  'secret-opened': { at: number }
  /** The account was closed; the link restores it until `eraseAt`. */
  'account-closed': { eraseAt: number; link: string }
  'account-restored': Record<string, never>
  /** The last mail to an account. */
  'account-erased': { at: number }
  /** To every account: a material change of the privacy policy was announced. */
  'policy-notice': { link: string; effectiveAt: number }
  /** To every account: a change of operator was announced. */
  'transfer-notice': { link: string; receiver: string; transferAt: number }
  /** To a person whom a legal request concerned, once the law permits it. */
  'disclosure-notice': { link: string }
  /** To the sender of a message to the operator; contains neither message nor answer. */
  'message-answered': { link: string }
  /** To an address whose stored data was requested; the link shows it. */
  'address-look-up': { link: string }
  /** To the operator, as are the next two. */
  'operator-message': { link: string; number: string }
  'complaint-due': { link: string; number: string; dueAt: number }
  'hold-review': { link: string; reviewAt: number }
  test: Record<string, never>
}

/** The name of a kind of mail. */
export type MailKind = keyof MailFacts
