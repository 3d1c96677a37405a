import type { ProviderCache } from './accounts/oidc/provider-cache.ts'
import type { SessionStore } from './accounts/sessions/session-attributes.ts'
import type { AgreedClock, MachineClocks } from './clock/agreed-clock.ts'
import type { Config } from './config/options.ts'
import type { Continuation } from './continuation/suspension.ts'
import type { Argon2Cost } from './crypto/argon2.ts'
import type { RootKey } from './crypto/sealing.ts'
import type { Engine } from './database/engine.ts'
import type { DiskSpace } from './limits/disk-space.ts'
import type { Limits } from './limits/limits.ts'
import type { PassphraseAttempts } from './limits/passphrase-attempts.ts'
import type { PseudonymKey } from './limits/pseudonym-key.ts'
import type { Throttle } from './limits/throttle.ts'
import type { Log } from './log.ts'
import type { MailServerState } from './mail/mail-server-state.ts'
import type { PurgeState } from './privacy/purge/purge-state.ts'
import type { Counters } from './privacy/statistics/counters.ts'
import type { ReportCache } from './privacy/verify/report-cache.ts'

/** An instance: its configuration, database, state in memory, clock and randomness. The first argument of every operation. */
export interface App {
  readonly config: Config
  readonly db: Engine
  readonly root: RootKey
  readonly passphraseAttempts: PassphraseAttempts
  readonly limits: Limits
  readonly diskSpace: DiskSpace
  readonly pseudonyms: PseudonymKey
  readonly counters: Counters
  readonly log: Log
  readonly throttle: Throttle
  readonly sessions: SessionStore
  readonly providerCache: ProviderCache
  readonly mailServer: MailServerState
  readonly purgeState: PurgeState
  readonly continuation: Continuation
  readonly clock: AgreedClock
  readonly reportCache: ReportCache
  /** The headers of every response. */
  readonly securityHeaders: Headers
  /** The argon2 cost of passphrases and passwords. */
  readonly argon2: Argon2Cost
  /** The time of `clock`, in epoch milliseconds, for times that are stored or shown. It can stand still, but never goes back. */
  now(): number
  /** Milliseconds that never go backwards, for durations measured in memory, such as limits. */
  monotonic(): number
  /** Returns so many cryptographically secure random bytes. */
  random(bytes: number): Uint8Array
  [Symbol.asyncDispose](): Promise<void>
}

/** What tests replace: the clocks, the randomness, the cost of argon2 and the output of log lines. */
export interface Runtime extends MachineClocks {
  readonly argon2: Argon2Cost
  monotonic(): number
  random(bytes: number): Uint8Array
  write(line: string): void
}
