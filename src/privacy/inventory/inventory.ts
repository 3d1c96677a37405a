import type { Schema } from '../../database/schema/schema.ts'
import type { TextKey } from '../../i18n/text.ts'
import { day, hour, minute, year } from '../../time.ts'

/**
 * The category of a stored value. `content` is what was shared or can open it; `personal` identifies a person; `credential`
 * proves their identity; `technical` says nothing about a person.
 */
export type Category = 'content' | 'technical' | 'moment' | 'visitor' | 'preference' | 'personal' | 'credential'

interface TablePromise<Table extends keyof Schema> {
  readonly purpose: TextKey
  readonly keptFor: TextKey
  readonly columns: { readonly [Column in keyof Schema[Table]]: Category }
}

/** Every table and column (P04). A column that is missing here does not compile; the live schema is tested against this list. */
export const inventory: { readonly [Table in keyof Schema]: TablePromise<Table> } = {
  instance: {
    purpose: 'privacy.purpose.instance',
    keptFor: 'privacy.kept.instance',
    columns: { id: 'technical', region: 'technical', key_id: 'technical', created_at: 'moment' },
  },
  secret: {
    purpose: 'privacy.purpose.secret',
    keptFor: 'privacy.kept.secret',
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
    keptFor: 'privacy.kept.receipt',
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
    keptFor: 'privacy.kept.repeat',
    columns: { lookup: 'technical', fingerprint: 'technical', wrapped: 'content', forget_at: 'moment' },
  },
  purge: {
    purpose: 'privacy.purpose.purge',
    keptFor: 'privacy.kept.purge',
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
    keptFor: 'privacy.kept.statistic',
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
    keptFor: 'privacy.kept.account',
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
    keptFor: 'privacy.kept.session',
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
    keptFor: 'privacy.kept.code',
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
    keptFor: 'privacy.kept.recovery_code',
    columns: {
      lookup: 'credential',
      account_id: 'technical',
      created_at: 'moment',
    },
  },
  passkey: {
    purpose: 'privacy.purpose.passkey',
    keptFor: 'privacy.kept.passkey',
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
    keptFor: 'privacy.kept.identity',
    columns: {
      issuer: 'personal',
      subject: 'personal',
      account_id: 'technical',
      created_at: 'moment',
    },
  },
  token: {
    purpose: 'privacy.purpose.token',
    keptFor: 'privacy.kept.token',
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
    keptFor: 'privacy.kept.consent',
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
    keptFor: 'privacy.kept.owned',
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
    keptFor: 'privacy.kept.mail',
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
    keptFor: 'privacy.kept.refusal',
    columns: {
      mark: 'personal',
      purpose: 'preference',
      at: 'moment',
    },
  },
  policy_version: {
    purpose: 'privacy.purpose.policy',
    keptFor: 'privacy.kept.policy',
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
    keptFor: 'privacy.kept.processor',
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
    keptFor: 'privacy.kept.message',
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
    keptFor: 'privacy.kept.register',
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
    purpose: 'privacy.purpose.disclosureSubject',
    keptFor: 'privacy.kept.disclosureSubject',
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
    keptFor: 'privacy.kept.register',
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
    keptFor: 'privacy.kept.announcement',
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
    keptFor: 'privacy.kept.support_grant',
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
    keptFor: 'privacy.kept.access_log',
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
export interface Retention {
  readonly rule: string
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
  readonly due: MomentColumn
  readonly after: number
}

/** The purge rules, in the order they run: a secret is deleted before the receipt with the same id. */
export const retention: readonly Retention[] = [
  { rule: 'expired secrets', promise: 'P24', table: 'secret', due: 'expires_at', after: 0 },
  { rule: 'repeatable reveals', promise: 'P24', table: 'secret', due: 'replay_until', after: 0 },
  { rule: 'old receipts', promise: 'P24', table: 'receipt', due: 'forget_at', after: 0 },
  { rule: 'repeatable creates', promise: 'P24', table: 'idempotent_response', due: 'forget_at', after: 0 },
  { rule: 'closed accounts', promise: 'P22', table: 'account', due: 'erase_due_at', after: 0 },
  { rule: 'ended sessions', promise: 'P04', table: 'session', due: 'expires_at', after: 0 },
  { rule: 'old codes', promise: 'P04', table: 'code', due: 'expires_at', after: 0 },
  { rule: 'expired tokens', promise: 'P04', table: 'token', due: 'expires_at', after: 0 },
  { rule: 'old mail', promise: 'P04', table: 'mail', due: 'forget_at', after: 0 },
  { rule: 'old statistics', promise: 'P11', table: 'statistic', due: 'day', after: 731 * day },
  { rule: 'old messages', promise: 'P27', table: 'message', due: 'forget_at', after: 0 },
  { rule: 'old disclosures', promise: 'P28', table: 'disclosure', due: 'forget_at', after: 0 },
  { rule: 'old holds', promise: 'P23', table: 'legal_hold', due: 'forget_at', after: 0 },
  { rule: 'old grants', promise: 'P03', table: 'support_grant', due: 'forget_at', after: 0 },
  { rule: 'old views', promise: 'P03', table: 'access_log', due: 'forget_at', after: 0 },
  { rule: 'purge ledger', promise: 'P25', table: 'purge', due: 'ran_at', after: 30 * day },
]

/** How long a client can repeat its own reveal, in milliseconds (P24). */
export const replayWindow = minute

/** How long the stored response to a create request can be repeated, in milliseconds. */
export const idempotencyWindow = hour

/** How long a receipt is kept, as a multiple of the lifetime of its secret. */
export const receiptLifetimes = 2

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
export const securityFields = {
  time: 'moment',
  event: 'technical',
  code: 'technical',
  request_id: 'technical',
  method: 'technical',
  route: 'technical',
  region: 'technical',
  address: 'visitor',
} as const satisfies Record<string, Category>
export type SecurityField = keyof typeof securityFields

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
export interface AnswerHeader {
  readonly on: 'every' | 'tls' | 'some'
  readonly says: RegExp
}

const some: AnswerHeader = { on: 'some', says: /^/ }

/** Every header that a response may have (P15, P30). None names a machine or a program, or admits another site. */
export const answerHeaders = {
  'content-security-policy': {
    on: 'every',
    says: /^default-src 'none'; (?=.*frame-ancestors 'none')(?!.*(?:unsafe|\*|https?:|data:))/,
  },
  'x-content-type-options': { on: 'every', says: /^nosniff$/ },
  'x-frame-options': { on: 'every', says: /^DENY$/ },
  'referrer-policy': { on: 'every', says: /^no-referrer$/ },
  'cross-origin-opener-policy': { on: 'every', says: /^same-origin$/ },
  'cross-origin-embedder-policy': { on: 'every', says: /^require-corp$/ },
  'cross-origin-resource-policy': { on: 'every', says: /^same-origin$/ },
  'permissions-policy': { on: 'every', says: /browsing-topics=\(\)/ },
  'x-robots-tag': { on: 'every', says: /noindex/ },
  'origin-agent-cluster': { on: 'every', says: /^\?1$/ },
  'x-permitted-cross-domain-policies': { on: 'every', says: /^none$/ },
  'cache-control': { on: 'every', says: /^no-store$/ },
  'x-request-id': { on: 'every', says: /^[0-9a-f]{16}$/ },
  vary: { on: 'every', says: /Cookie/ },
  'strict-transport-security': { on: 'tls', says: /^max-age=(?:3153[6-9]|31[6-9]|3[2-9]|[4-9])\d{3,}/ },
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
} as const satisfies Record<string, AnswerHeader>

/** Every cookie (P16), with `maxAge` in seconds. A cookie is set only when the visitor asks for what it does. */
export const cookies = {
  sotto_theme: { purpose: 'privacy.purpose.theme', keptFor: 'privacy.kept.theme', maxAge: 365 * 86_400 },
  '__Host-sotto_session': { purpose: 'privacy.purpose.cookie', keptFor: 'privacy.kept.cookie', maxAge: 7 * 86_400 },
  sotto_session: { purpose: 'privacy.purpose.cookieHttp', keptFor: 'privacy.kept.cookie', maxAge: 7 * 86_400 },
  '__Host-sotto_outside': { purpose: 'privacy.purpose.outside', keptFor: 'privacy.kept.outside', maxAge: 900 },
  sotto_outside: { purpose: 'privacy.purpose.outsideHttp', keptFor: 'privacy.kept.outside', maxAge: 900 },
} as const satisfies Record<string, { purpose: TextKey; keptFor: TextKey; maxAge: number }>
export type CookieName = keyof typeof cookies

/** The purposes of email (P12). An essential purpose needs no consent; any other is off until a person agrees to it (P08). */
export const mailPurposes = {
  account: { essential: true, version: 1, wording: 'purpose.account' },
  delivery: { essential: true, version: 1, wording: 'purpose.delivery' },
  correspondence: { essential: true, version: 1, wording: 'purpose.correspondence' },
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
export const mailRetention = { other: 30 * day, last: day - 4 * hour, lastOfAccount: 3 * day } as const

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
export const consentGuards: readonly string[] = ['consent_unchanged', 'consent_unreplaced', 'consent_kept']

/** Maximum duration of a support grant, in milliseconds (P03). */
export const maxGrant = 72 * hour

/** How long an ended grant and an access log entry are kept, in milliseconds (P03). */
export const accessLogRetention = year

/**
 * The columns that support sees while the owner's grant is in force (P03). They contain no shared content, notes or names,
 * and nothing that could open a secret.
 */
export const supportVisible = {
  receipt: ['end_to_end', 'created_at', 'expires_at', 'revealed_at', 'burned_at'],
  session: ['browser', 'created_at', 'expires_at', 'authenticated_at', 'used_on'],
  token: ['scopes', 'created_at', 'expires_at', 'used_on'],
  passkey: ['transports', 'created_at', 'used_on'],
  identity: ['created_at'],
  mail: ['kind', 'purpose', 'created_at', 'tries', 'outcome', 'done_at'],
} as const satisfies { readonly [Table in keyof Schema]?: readonly (keyof Schema[Table])[] }
