/** The kinds of errors, by what the caller can do about them, with HTTP status and exit code. */
export const kinds = {
  invalid: { status: 400, exit: 2 },
  unauthorized: { status: 401, exit: 4 },
  forbidden: { status: 403, exit: 4 },
  gone: { status: 404, exit: 3 },
  wrong_method: { status: 405, exit: 2 },
  too_large: { status: 413, exit: 2 },
  wrong_type: { status: 415, exit: 2 },
  misdirected: { status: 421, exit: 2 },
  mismatch: { status: 422, exit: 2 },
  slow_down: { status: 429, exit: 6 },
  failed: { status: 500, exit: 1 },
  unreachable: { status: 502, exit: 5 },
  busy: { status: 503, exit: 6 },
  storage: { status: 507, exit: 1 },
  misconfigured: { status: 500, exit: 78 },
} as const
/** The kind of an error. */
export type Kind = keyof typeof kinds

/** Every error that callers can receive, by its stable code. The messages are in i18n, under `error.<code>`. */
export const errors = {
  age_missing: 'invalid',
  agreement_missing: 'invalid',
  already_answered: 'mismatch',
  backup_damaged: 'invalid',
  backup_newer: 'mismatch',
  body_malformed: 'invalid',
  body_not_utf8: 'invalid',
  body_too_large: 'too_large',
  clock_frozen: 'busy',
  code_gone: 'gone',
  content_missing: 'invalid',
  content_too_large: 'too_large',
  creation_needs_sign_in: 'unauthorized',
  creation_quota: 'slow_down',
  cross_origin: 'forbidden',
  database_exists: 'mismatch',
  database_in_use: 'busy',
  delivery_off: 'forbidden',
  delivery_quota: 'slow_down',
  email_taken: 'mismatch',
  failed: 'failed',
  field_invalid: 'invalid',
  field_unknown: 'invalid',
  grant_missing: 'forbidden',
  host_unknown: 'misdirected',
  idempotency_key_invalid: 'invalid',
  idempotency_key_reused: 'mismatch',
  idempotency_unsupported: 'invalid',
  last_sign_in_method: 'forbidden',
  link_unknown: 'invalid',
  media_type_unsupported: 'wrong_type',
  method_not_allowed: 'wrong_method',
  mfa_code_wrong: 'forbidden',
  mfa_missing: 'forbidden',
  mfa_required: 'forbidden',
  not_allowed: 'forbidden',
  not_found: 'gone',
  not_suspended: 'mismatch',
  notice_too_short: 'invalid',
  oidc_domain: 'forbidden',
  oidc_email: 'forbidden',
  oidc_email_taken: 'forbidden',
  oidc_expired: 'forbidden',
  oidc_off: 'gone',
  oidc_refused: 'forbidden',
  oidc_taken: 'forbidden',
  oidc_unreachable: 'busy',
  passkey_refused: 'forbidden',
  passkey_too_many: 'invalid',
  passkeys_unavailable: 'forbidden',
  passphrase_required: 'forbidden',
  passphrase_wait: 'slow_down',
  passphrase_wrong: 'forbidden',
  password_common: 'invalid',
  password_long: 'invalid',
  password_short: 'invalid',
  password_sign_in_off: 'forbidden',
  password_wrong: 'forbidden',
  picture_gone: 'gone',
  picture_too_large: 'too_large',
  picture_unreadable: 'invalid',
  policy_unchanged: 'mismatch',
  policy_unreadable: 'invalid',
  proof_required: 'forbidden',
  proof_wrong: 'forbidden',
  reauthentication_failed: 'forbidden',
  reauthentication_required: 'forbidden',
  receipt_gone: 'gone',
  recipient_end_to_end: 'invalid',
  recipient_refuses: 'forbidden',
  restore_not_moved: 'mismatch',
  scope_missing: 'forbidden',
  second_operator_needed: 'forbidden',
  secret_gone: 'gone',
  sign_in_failed: 'forbidden',
  sign_in_required: 'unauthorized',
  sign_up_closed: 'forbidden',
  sign_up_domain: 'forbidden',
  slow_down: 'slow_down',
  storage_full: 'storage',
  suspended: 'busy',
  token_invalid: 'unauthorized',
  tokens_full: 'forbidden',
  too_busy: 'busy',
  ttl_out_of_range: 'invalid',
  unreadable: 'failed',
  user_name_taken: 'mismatch',
} as const satisfies Record<string, Kind>
/** The stable code of an error. */
export type ErrorCode = keyof typeof errors

/** Values in the message of an error: limits and units, never input. */
export type Facts = Readonly<Record<string, string | number>>

/** The only error whose code and message callers receive. Any other error becomes `failed`. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly facts: Facts
  constructor(code: ErrorCode, facts: Facts = {}) {
    super(code)
    this.name = 'AppError'
    this.code = code
    this.facts = facts
  }
  get kind(): Kind {
    return errors[this.code]
  }
}

/** Returns the code of a system error, such as ENOENT; `otherwise` for any other error. It contains no input. */
export function systemErrorCode(error: unknown, otherwise = 'failed'): string {
  return error instanceof Error && 'code' in error ? String(error.code) : otherwise
}

/** The instance cannot start with its configuration. The message is for the operator's terminal; exit code 78. */
export class Misconfigured extends Error {}

/** A command failed. The message is for the terminal and contains no secrets; the kind determines the exit code. */
export class CommandError extends Error {
  readonly kind: Kind
  constructor(kind: Kind, message: string) {
    super(message)
    this.name = 'CommandError'
    this.kind = kind
  }
}
