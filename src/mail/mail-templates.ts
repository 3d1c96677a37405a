/** Every kind of mail with what its text names. A link is a path within this instance, from its first slash. */
export interface MailFacts {
  /** To an address that signed up: the link confirms it. */
  'confirm-email': { link: string }
  /** To an address that signed up and has an account already. */
  'already-registered': Record<string, never>
  'reset-password': { link: string }
  invitation: { link: string }
  'login-link': { link: string }
  'password-changed': Record<string, never>
  /** To the new address: the link confirms it. */
  'confirm-new-email': { link: string }
  /** To the old address. */
  'email-changed': Record<string, never>
  /** A second factor, a passkey or recovery codes came or went. */
  'factor-changed': Record<string, never>
  'token-made': { name: string }
  /** To a recipient: somebody's link. Never the passphrase. */
  'secret-link': { link: string; from: string; expiresAt: number }
  'secret-opened': { at: number }
  /** The account was closed; the link takes it back until `eraseAt`. */
  'account-closed': { eraseAt: number; link: string }
  'account-restored': Record<string, never>
  /** The last one. */
  'account-erased': { at: number }
  /** To every account: a material change of the statement is coming. */
  'statement-notice': { link: string; effectiveAt: number }
  /** To every account: the instance changes hands. */
  'transfer-notice': { link: string; receiver: string; transferAt: number }
  /** To whom an order concerned, once the law allows it. */
  'disclosure-notice': { link: string }
  /** To who wrote to the operator: never what was written. */
  'message-answered': { link: string }
  /** To who asks what is held about this address: the link shows it. */
  'about-address': { link: string }
  /** To the operator, as the next three are. */
  'operator-message': { link: string; number: string }
  'complaint-due': { link: string; number: string; dueAt: number }
  'hold-review': { link: string; reviewAt: number }
  test: Record<string, never>
}
export type MailKind = keyof MailFacts
