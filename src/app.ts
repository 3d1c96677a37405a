import type { Guesses } from './limits/throttle.ts'
import type { ProviderCache } from './accounts/oidc/provider-cache.ts'
import type { Sessions } from './accounts/session-facts.ts'
import type { Config } from './config/config.ts'
import type { Database } from './database/database.ts'
import type { DailyKey } from './limits/pseudonym-key.ts'
import type { Limits } from './limits/limits.ts'
import type { Space } from './limits/space.ts'
import type { Log } from './log.ts'
import type { MailServerState } from './mail/mail-server-state.ts'
import type { PurgeState } from './privacy/purge/purge-state.ts'
import type { ReportCache } from './privacy/verify/report-cache.ts'
import type { Tally } from './privacy/statistics/counters.ts'
import type { Attempts } from './limits/passphrase-attempts.ts'
import type { Cost } from './crypto/argon2.ts'
import type { RootKey } from './crypto/sealing.ts'

/** Everything an operation may stand on. Clock and randomness come from here and from nowhere else. */
export interface App {
  readonly config: Config
  readonly db: Database
  readonly root: RootKey
  readonly attempts: Attempts
  readonly limits: Limits
  readonly space: Space
  readonly marks: DailyKey
  readonly tally: Tally
  readonly log: Log
  readonly guesses: Guesses
  readonly sessions: Sessions
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
export interface Outside {
  readonly argon2: Cost
  now(): number
  monotonic(): number
  random(bytes: number): Uint8Array
  write(line: string): void
}
