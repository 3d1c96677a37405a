import type { Schema } from '../../database/schema/schema.ts'
import type { TextKey } from '../../i18n/text.ts'
import { day, hour, minute, year } from '../../time.ts'

/**
 * The category of a stored value. `content` is what was shared or can open it; `personal` identifies a person; `credential`
 * proves their identity; `technical` says nothing about a person.
 */
export type Category = 'content' | 'technical' | 'moment' | 'visitor' | 'preference' | 'personal' | 'credential'

interface TableEntry<Table extends keyof Schema> {
  readonly purpose: TextKey
  readonly retention: TextKey
  readonly columns: { readonly [Column in keyof Schema[Table]]: Category }
}

/** Every table and column (P04). A column that is missing here does not compile; the live schema is tested against this list. */
export const inventory: { readonly [Table in keyof Schema]: TableEntry<Table> } = {
  instance: {
    purpose: 'privacy.purpose.instance',
    retention: 'privacy.retention.instance',
    columns: { id: 'technical', region: 'technical', key_id: 'technical', created_at: 'moment' },
  },
  secret: {
    purpose: 'privacy.purpose.secret',
    retention: 'privacy.retention.secret',
    columns: {
      id: 'technical',
      lookup: 'technical',
      key_id: 'technical',
      salt: 'technical',
      commitment: 'technical',
      sealed: 'content',
      link: 'content',
      passphrase_salt: 'technical',
      proof: 'technical',
      attempts: 'technical',
      views_left: 'technical',
      created_at: 'moment',
      expires_at: 'moment',
      replay_token: 'technical',
      replay_until: 'moment',
    },
  },
  receipt: {
    purpose: 'privacy.purpose.receipt',
    retention: 'privacy.retention.receipt',
    columns: {
      id: 'technical',
      lookup: 'technical',
      end_to_end: 'technical',
      created_at: 'moment',
      expires_at: 'moment',
      revealed_at: 'moment',
      burned_at: 'moment',
      forget_at: 'moment',
    },
  },
  idempotent_response: {
    purpose: 'privacy.purpose.repeat',
    retention: 'privacy.retention.repeat',
    columns: { lookup: 'technical', fingerprint: 'technical', wrapped: 'content', forget_at: 'moment' },
  },
  purge: {
    purpose: 'privacy.purpose.purge',
    retention: 'privacy.retention.purge',
    columns: {
      id: 'technical',
      rule: 'technical',
      due_at: 'moment',
      ran_at: 'moment',
      removed: 'technical',
      oldest_due_at: 'moment',
      erased_at: 'moment',
      anchor: 'technical',
      previous: 'technical',
      hash: 'technical',
    },
  },
  statistic: {
    purpose: 'privacy.purpose.statistic',
    retention: 'privacy.retention.statistic',
    columns: {
      day: 'moment',
      region: 'technical',
      created: 'technical',
      revealed: 'technical',
      burned: 'technical',
      expired: 'technical',
    },
  },
  account: {
    purpose: 'privacy.purpose.account',
    retention: 'privacy.retention.account',
    columns: {
      id: 'technical',
      user_name: 'personal',
      email: 'personal',
      password: 'credential',
      role: 'technical',
      real_name: 'personal',
      picture: 'personal',
      totp_secret: 'credential',
      totp_step: 'technical',
      totp_since: 'moment',
      age_stated_at: 'moment',
      created_at: 'moment',
      confirmed_at: 'moment',
      disabled_at: 'moment',
      closed_at: 'moment',
      erase_due_at: 'moment',
    },
  },
  session: {
    purpose: 'privacy.purpose.session',
    retention: 'privacy.retention.session',
    columns: {
      lookup: 'credential',
      account_id: 'technical',
      browser: 'visitor',
      created_at: 'moment',
      expires_at: 'moment',
      ends_at: 'moment',
      authenticated_at: 'moment',
      used_on: 'moment',
    },
  },
  code: {
    purpose: 'privacy.purpose.code',
    retention: 'privacy.retention.code',
    columns: {
      lookup: 'credential',
      purpose: 'technical',
      account_id: 'technical',
      email: 'personal',
      role: 'technical',
      data: 'technical',
      created_at: 'moment',
      expires_at: 'moment',
    },
  },
  recovery_code: {
    purpose: 'privacy.purpose.recovery_code',
    retention: 'privacy.retention.recovery_code',
    columns: {
      lookup: 'credential',
      account_id: 'technical',
      created_at: 'moment',
    },
  },
  passkey: {
    purpose: 'privacy.purpose.passkey',
    retention: 'privacy.retention.passkey',
    columns: {
      id: 'credential',
      account_id: 'technical',
      name: 'personal',
      public_key: 'credential',
      counter: 'technical',
      transports: 'technical',
      created_at: 'moment',
      used_on: 'moment',
    },
  },
  identity: {
    purpose: 'privacy.purpose.identity',
    retention: 'privacy.retention.identity',
    columns: {
      issuer: 'personal',
      subject: 'personal',
      account_id: 'technical',
      created_at: 'moment',
    },
  },
  token: {
    purpose: 'privacy.purpose.token',
    retention: 'privacy.retention.token',
    columns: {
      lookup: 'credential',
      id: 'technical',
      account_id: 'technical',
      name: 'personal',
      scopes: 'technical',
      created_at: 'moment',
      expires_at: 'moment',
      used_on: 'moment',
    },
  },
  consent: {
    purpose: 'privacy.purpose.consent',
    retention: 'privacy.retention.consent',
    columns: {
      id: 'technical',
      account_id: 'technical',
      purpose: 'personal',
      version: 'technical',
      wording: 'technical',
      wording_hash: 'technical',
      language: 'technical',
      answer: 'personal',
      way: 'technical',
      at: 'moment',
    },
  },
  owned_secret: {
    purpose: 'privacy.purpose.owned',
    retention: 'privacy.retention.owned',
    columns: {
      id: 'technical',
      account_id: 'technical',
      note: 'content',
      notify: 'preference',
      notified_at: 'moment',
    },
  },
  mail: {
    purpose: 'privacy.purpose.mail',
    retention: 'privacy.retention.mail',
    columns: {
      id: 'technical',
      account_id: 'technical',
      kind: 'technical',
      purpose: 'technical',
      recipient: 'personal',
      body: 'content',
      unsubscribe: 'credential',
      created_at: 'moment',
      next_try_at: 'moment',
      tries: 'technical',
      outcome: 'technical',
      done_at: 'moment',
      forget_at: 'moment',
    },
  },
  refusal: {
    purpose: 'privacy.purpose.refusal',
    retention: 'privacy.retention.refusal',
    columns: {
      mark: 'personal',
      purpose: 'preference',
      at: 'moment',
    },
  },
  policy_version: {
    purpose: 'privacy.purpose.statement',
    retention: 'privacy.retention.statement',
    columns: {
      id: 'technical',
      revision: 'technical',
      text: 'technical',
      author: 'technical',
      material: 'technical',
      published_at: 'moment',
      effective_at: 'moment',
      noticed_at: 'moment',
    },
  },
  processor: {
    purpose: 'privacy.purpose.processor',
    retention: 'privacy.retention.processor',
    columns: {
      id: 'technical',
      name: 'technical',
      purpose: 'technical',
      categories: 'technical',
      country: 'technical',
      agreement: 'technical',
      host: 'technical',
      since: 'moment',
      ended_at: 'moment',
    },
  },
  message: {
    purpose: 'privacy.purpose.message',
    retention: 'privacy.retention.message',
    columns: {
      id: 'technical',
      kind: 'technical',
      body: 'content',
      address: 'personal',
      mark: 'personal',
      received_at: 'moment',
      due_at: 'moment',
      reminded: 'technical',
      answer: 'content',
      answered_at: 'moment',
      forget_at: 'moment',
    },
  },
  disclosure: {
    purpose: 'privacy.purpose.disclosure',
    retention: 'privacy.retention.register',
    columns: {
      id: 'technical',
      asked: 'content',
      given: 'content',
      barred_by: 'content',
      recorded_at: 'moment',
      barred_until: 'moment',
      forget_at: 'moment',
    },
  },
  disclosure_subject: {
    purpose: 'privacy.purpose.concerned',
    retention: 'privacy.retention.concerned',
    columns: {
      id: 'technical',
      disclosure_id: 'technical',
      subject: 'personal',
      address: 'personal',
      mail_id: 'technical',
      notified_at: 'moment',
    },
  },
  legal_hold: {
    purpose: 'privacy.purpose.hold',
    retention: 'privacy.retention.register',
    columns: {
      id: 'technical',
      subject: 'personal',
      reference: 'content',
      set_by: 'personal',
      set_at: 'moment',
      confirmed_at: 'moment',
      review_at: 'moment',
      reminded_at: 'moment',
      released_at: 'moment',
      forget_at: 'moment',
    },
  },
  announcement: {
    purpose: 'privacy.purpose.announcement',
    retention: 'privacy.retention.announcement',
    columns: {
      id: 'technical',
      kind: 'technical',
      receiver: 'technical',
      published_at: 'moment',
      transfer_at: 'moment',
      withdrawn_at: 'moment',
      noticed_at: 'moment',
    },
  },
  support_grant: {
    purpose: 'privacy.purpose.support_grant',
    retention: 'privacy.retention.support_grant',
    columns: {
      id: 'technical',
      account_id: 'technical',
      given_at: 'moment',
      expires_at: 'moment',
      ended_at: 'moment',
      forget_at: 'moment',
    },
  },
  access_log: {
    purpose: 'privacy.purpose.access_log',
    retention: 'privacy.retention.access_log',
    columns: {
      id: 'technical',
      account_id: 'technical',
      viewer: 'technical',
      way: 'technical',
      at: 'moment',
      forget_at: 'moment',
    },
  },
}

type MomentColumn = 'expires_at' | 'replay_until' | 'forget_at' | 'ran_at' | 'erase_due_at' | 'day'

/** A purge rule: deletes each row of `table` whose `due` moment lies more than `after` milliseconds in the past. */
export interface RetentionRule {
  readonly name: string
  readonly promise: `P${number}`
  readonly table:
    | 'secret'
    | 'receipt'
    | 'idempotent_response'
    | 'purge'
    | 'account'
    | 'session'
    | 'code'
    | 'token'
    | 'mail'
    | 'statistic'
    | 'message'
    | 'disclosure'
    | 'legal_hold'
    | 'support_grant'
    | 'access_log'
  readonly dueColumn: MomentColumn
  readonly delay: number
}

/** The purge rules, in the order they run: a secret is deleted before the receipt with the same id. */
export const retentionRules: readonly RetentionRule[] = [
  { name: 'expired secrets', promise: 'P24', table: 'secret', dueColumn: 'expires_at', delay: 0 },
  { name: 'repeatable reveals', promise: 'P24', table: 'secret', dueColumn: 'replay_until', delay: 0 },
  { name: 'old receipts', promise: 'P24', table: 'receipt', dueColumn: 'forget_at', delay: 0 },
  { name: 'repeatable creates', promise: 'P24', table: 'idempotent_response', dueColumn: 'forget_at', delay: 0 },
  { name: 'closed accounts', promise: 'P22', table: 'account', dueColumn: 'erase_due_at', delay: 0 },
  { name: 'ended sessions', promise: 'P04', table: 'session', dueColumn: 'expires_at', delay: 0 },
  { name: 'old codes', promise: 'P04', table: 'code', dueColumn: 'expires_at', delay: 0 },
  { name: 'expired tokens', promise: 'P04', table: 'token', dueColumn: 'expires_at', delay: 0 },
  { name: 'old mail', promise: 'P04', table: 'mail', dueColumn: 'forget_at', delay: 0 },
  { name: 'old statistics', promise: 'P11', table: 'statistic', dueColumn: 'day', delay: 731 * day },
  { name: 'old messages', promise: 'P27', table: 'message', dueColumn: 'forget_at', delay: 0 },
  { name: 'old disclosures', promise: 'P28', table: 'disclosure', dueColumn: 'forget_at', delay: 0 },
  { name: 'old holds', promise: 'P23', table: 'legal_hold', dueColumn: 'forget_at', delay: 0 },
  { name: 'old grants', promise: 'P03', table: 'support_grant', dueColumn: 'forget_at', delay: 0 },
  { name: 'old views', promise: 'P03', table: 'access_log', dueColumn: 'forget_at', delay: 0 },
  { name: 'purge ledger', promise: 'P25', table: 'purge', dueColumn: 'ran_at', delay: 30 * day },
]

/** How long a client can repeat its own reveal, in milliseconds (P24). */
export const replayWindow = minute

/** How long the stored response to a create request can be repeated, in milliseconds. */
export const idempotencyWindow = hour

/** How long a receipt is kept, as a multiple of the lifetime of its secret. */
export const receiptLifetimeFactor = 2

/** Maximum purge interval, in milliseconds (P24). */
export const maxPurgeInterval = hour

/** Maximum retention of a line in a log file, in milliseconds (P05). */
export const maxLogRetention = 90 * day

/** Smallest count that is shown: a smaller one could identify someone (P11). */
export const minCellSize = 5

/** Every field of the log (P05). A field that is missing here does not compile. */
export const logFields = {
  time: 'moment',
  event: 'technical',
  request_id: 'technical',
  method: 'technical',
  route: 'technical',
  status: 'technical',
  code: 'technical',
  took_ms: 'technical',
  removed: 'technical',
  listening: 'technical',
  version: 'technical',
  browser: 'visitor',
  language: 'visitor',
  region: 'visitor',
  theme: 'visitor',
  address: 'visitor',
} as const satisfies Record<string, Category>
export type LogField = keyof typeof logFields

/** Every field of the security log (P05, P06): what was refused, without user names or content. */
export const securityLogFields = {
  time: 'moment',
  event: 'technical',
  code: 'technical',
  request_id: 'technical',
  method: 'technical',
  route: 'technical',
  region: 'technical',
  address: 'visitor',
} as const satisfies Record<string, Category>
export type SecurityLogField = keyof typeof securityLogFields

/** Every header of an email (P04, P13). None names a machine or a program. */
export const mailHeaders = {
  from: 'technical',
  to: 'personal',
  subject: 'technical',
  date: 'moment',
  'message-id': 'technical',
  'auto-submitted': 'technical',
  'list-unsubscribe': 'credential',
  'list-unsubscribe-post': 'technical',
  'mime-version': 'technical',
  'content-type': 'technical',
} as const satisfies Record<string, Category>

/** A response header: which responses carry it, and the pattern its value must match. */
export interface ResponseHeader {
  readonly sentOn: 'every' | 'tls' | 'some'
  readonly pattern: RegExp
}

const some: ResponseHeader = { sentOn: 'some', pattern: /^/ }

/** Every header that a response may have (P15, P30). None names a machine or a program, or admits another site. */
export const responseHeaders = {
  'content-security-policy': {
    sentOn: 'every',
    pattern: /^default-src 'none'; (?=.*frame-ancestors 'none')(?!.*(?:unsafe|\*|https?:|data:))/,
  },
  'x-content-type-options': { sentOn: 'every', pattern: /^nosniff$/ },
  'x-frame-options': { sentOn: 'every', pattern: /^DENY$/ },
  'referrer-policy': { sentOn: 'every', pattern: /^no-referrer$/ },
  'cross-origin-opener-policy': { sentOn: 'every', pattern: /^same-origin$/ },
  'cross-origin-embedder-policy': { sentOn: 'every', pattern: /^require-corp$/ },
  'cross-origin-resource-policy': { sentOn: 'every', pattern: /^same-origin$/ },
  'permissions-policy': { sentOn: 'every', pattern: /browsing-topics=\(\)/ },
  'x-robots-tag': { sentOn: 'every', pattern: /noindex/ },
  'origin-agent-cluster': { sentOn: 'every', pattern: /^\?1$/ },
  'x-permitted-cross-domain-policies': { sentOn: 'every', pattern: /^none$/ },
  'cache-control': { sentOn: 'every', pattern: /^no-store$/ },
  'x-request-id': { sentOn: 'every', pattern: /^[0-9a-f]{16}$/ },
  vary: { sentOn: 'every', pattern: /Cookie/ },
  'strict-transport-security': { sentOn: 'tls', pattern: /^max-age=(?:3153[6-9]|31[6-9]|3[2-9]|[4-9])\d{3,}/ },
  'content-type': some,
  'content-length': some,
  'content-encoding': some,
  'content-disposition': some,
  location: some,
  allow: some,
  'set-cookie': some,
  'clear-site-data': some,
  'www-authenticate': some,
  'retry-after': some,
  ratelimit: some,
  'ratelimit-policy': some,
} as const satisfies Record<string, ResponseHeader>

/** Every cookie (P16), with `maxAge` in seconds. A cookie is set only when the visitor asks for what it does. */
export const cookies = {
  sotto_theme: { purpose: 'privacy.purpose.theme', retention: 'privacy.retention.theme', maxAge: 365 * 86_400 },
  '__Host-sotto_session': {
    purpose: 'privacy.purpose.cookie',
    retention: 'privacy.retention.cookie',
    maxAge: 7 * 86_400,
  },
  sotto_session: { purpose: 'privacy.purpose.cookieHttp', retention: 'privacy.retention.cookie', maxAge: 7 * 86_400 },
  '__Host-sotto_outside': { purpose: 'privacy.purpose.outside', retention: 'privacy.retention.outside', maxAge: 900 },
  sotto_outside: { purpose: 'privacy.purpose.outsideHttp', retention: 'privacy.retention.outside', maxAge: 900 },
} as const satisfies Record<string, { purpose: TextKey; retention: TextKey; maxAge: number }>
export type CookieName = keyof typeof cookies

/** The purposes of email (P12). An essential purpose needs no consent; any other is off until a person agrees to it (P08). */
export const mailPurposes = {
  account: { essential: true, version: 1, wording: 'purpose.account' },
  delivery: { essential: true, version: 1, wording: 'purpose.delivery' },
  recourse: { essential: true, version: 1, wording: 'purpose.recourse' },
  opened: { essential: false, version: 1, wording: 'purpose.opened' },
  news: { essential: false, version: 1, wording: 'purpose.news' },
  feedback: { essential: false, version: 1, wording: 'purpose.feedback' },
} as const satisfies Record<string, { essential: boolean; version: number; wording: TextKey }>
export type MailPurpose = keyof typeof mailPurposes

/** What a person must agree to at sign-up, each with its own checkbox (P09, P10). */
export const conditions = {
  statement: { version: 1, wording: 'condition.statement' },
} as const satisfies Record<string, { version: number; wording: TextKey }>

/** Minimum age for an account, in years (P10). The operator can raise it. */
export const minAge = 13

/**
 * How long the record of a sent email is kept, in milliseconds; its content is erased on sending. The confirmation of an
 * erasure is the only record left that names the owner: it is kept for `last`, or, when the date of closing is known, for
 * `lastOfAccount` within `erasedWithin` (P22).
 */
export const mailRetention = {
  standard: 30 * day,
  erasureConfirmation: day - 4 * hour,
  closingConfirmation: 3 * day,
} as const

/** How long a legal hold waits for confirmation by another operator, in milliseconds (P23). */
export const unconfirmedHoldRetention = 30 * day

/** How long the record of an erasure is kept, in milliseconds, so that an older backup does not bring the account back (P22). */
export const erasureRetention = 400 * day

/** Maximum time from closing an account to its erasure, in milliseconds, including the grace period (P22). */
export const erasureDeadline = 30 * day

/** Notice period of a material change of the statement and of a transfer, in milliseconds (P26, P29). */
export const noticePeriod = 30 * day

/** Maximum time to answer a complaint, in milliseconds (P27). */
export const answerDeadline = 45 * day

/** How long a complaint is kept after its answer, feedback after its arrival, and a register entry after its end, in milliseconds. */
export const registerRetention = { complaint: year, feedback: 90 * day, register: 2 * year } as const

/** Maximum time until the review of a legal hold, in milliseconds (P23). */
export const maxLegalHold = year

/** The database triggers that prevent a consent from being changed, replaced or deleted (P09). */
export const consentTriggers: readonly string[] = ['consent_unchanged', 'consent_unreplaced', 'consent_kept']

/** Maximum duration of a support grant, in milliseconds (P03). */
export const maxGrantDuration = 72 * hour

/** How long an ended grant and an access log entry are kept, in milliseconds (P03). */
export const accessLogRetention = year

/**
 * The columns that support sees while the owner's grant is in force (P03). They contain no shared content, notes or names,
 * and nothing that could open a secret.
 */
export const supportVisibleColumns = {
  receipt: ['end_to_end', 'created_at', 'expires_at', 'revealed_at', 'burned_at'],
  session: ['browser', 'created_at', 'expires_at', 'authenticated_at', 'used_on'],
  token: ['scopes', 'created_at', 'expires_at', 'used_on'],
  passkey: ['transports', 'created_at', 'used_on'],
  identity: ['created_at'],
  mail: ['kind', 'purpose', 'created_at', 'tries', 'outcome', 'done_at'],
} as const satisfies { readonly [Table in keyof Schema]?: readonly (keyof Schema[Table])[] }
