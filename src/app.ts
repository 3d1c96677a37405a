import type { ProviderCache } from './accounts/oidc/provider-cache.ts'
import type { SessionStore } from './accounts/sessions/session-attributes.ts'
import type { Config } from './config/config.ts'
import type { Cost } from './crypto/argon2.ts'
import type { RootKey } from './crypto/sealing.ts'
import type { Database } from './database/database.ts'
import type { Limits } from './limits/limits.ts'
import type { PassphraseAttempts } from './limits/passphrase-attempts.ts'
import type { PseudonymKey } from './limits/pseudonym-key.ts'
import type { Space } from './limits/space.ts'
import type { Throttle } from './limits/throttle.ts'
import type { Log } from './log.ts'
import type { MailServerState } from './mail/mail-server-state.ts'
import type { PurgeState } from './privacy/purge/purge-state.ts'
import type { Counters } from './privacy/statistics/counters.ts'
import type { ReportCache } from './privacy/verify/report-cache.ts'

/** Everything an operation may stand on. Clock and randomness come from here and from nowhere else. */
export interface App {
  readonly config: Config
  readonly db: Database
  readonly root: RootKey
  readonly passphraseAttempts: PassphraseAttempts
  readonly limits: Limits
  readonly space: Space
  readonly pseudonyms: PseudonymKey
  readonly counters: Counters
  readonly log: Log
  readonly throttle: Throttle
  readonly sessions: SessionStore
  readonly providerCache: ProviderCache
  readonly mailServer: MailServerState
  readonly purgeState: PurgeState
  readonly reportCache: ReportCache
  /** The headers of every answer. */
  readonly securityHeaders: Headers
  /** What stretching a passphrase or a password costs. */
  readonly argon2: Cost
  /** The moment by the wall clock, in epoch milliseconds: for what is stored or told. It may be set forward or back. */
  now(): number
  /** Milliseconds since some moment, which never go back: for spans that are measured in memory, such as limits and waits. */
  monotonic(): number
  random(bytes: number): Uint8Array
  [Symbol.dispose](): void
}

/** What a test may replace: the clocks, the randomness, the cost of argon2 and where log lines go. */
export interface Runtime {
  readonly argon2: Cost
  now(): number
  monotonic(): number
  random(bytes: number): Uint8Array
  write(line: string): void
}
