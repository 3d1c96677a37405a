import { mkdirSync } from 'node:fs'
import { uptime } from 'node:os'
import { openSessionStore } from './accounts/sessions/session-store.ts'
import type { App, Runtime } from './app.ts'
import { backUpBeforeMigration } from './backup/migration-copies.ts'
import { AgreedClock } from './clock/agreed-clock.ts'
import type { Config } from './config/options.ts'
import { checkContinuation } from './continuation/check-continuation.ts'
import { selectAgreedTime } from './continuation/run-marks.ts'
import { argon2Cost } from './crypto/argon2.ts'
import { loadRootKey } from './crypto/root-key.ts'
import { stampInstance } from './database/instance.ts'
import { openDatabase, openDatabaseReadOnly } from './database/open.ts'
import { Misconfigured, systemErrorCode } from './errors.ts'
import { securityHeaders } from './http/secure-headers.ts'
import { DiskSpace } from './limits/disk-space.ts'
import { Limits } from './limits/limits.ts'
import { PassphraseAttempts } from './limits/passphrase-attempts.ts'
import { PseudonymKey } from './limits/pseudonym-key.ts'
import { Throttle } from './limits/throttle.ts'
import { openLog } from './log.ts'
import { storeShippedPolicy } from './privacy/policy/versions.ts'
import { Counters } from './privacy/statistics/counters.ts'
import { flushCounters } from './privacy/statistics/store-counters.ts'
import { second } from './time.ts'

/** The clocks and the randomness of the system, the full cost of argon2, and log lines to stderr. */
export const systemRuntime: Runtime = {
  argon2: argon2Cost,
  now: Date.now,
  // Includes suspends on Linux, macOS and Windows. Setting the clock does not change it. Whole seconds.
  bootTime: () => uptime() * second,
  monotonic: () => Math.floor(performance.now()),
  random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  write: writeLine,
}

const stderr = Bun.stderr.writer()
let isFlushDue = false

// All lines of one turn of the event loop are one write.
function writeLine(line: string): void {
  void stderr.write(`${line}\n`)
  if (isFlushDue) return
  isFlushDue = true
  setImmediate(() => {
    isFlushDue = false
    void stderr.flush()
  })
}

/** Opens the instance in `config.dataDir`; creates and migrates it if needed. Close it with `await using`. Throws Misconfigured. */
export async function openApp(config: Config, runtime: Runtime = systemRuntime): Promise<App> {
  createFolder(config.dataDir)
  const root = loadRootKey(config, runtime)
  const diskSpace = new DiskSpace(config.dataDir, config.freeSpace, runtime.monotonic)
  const clock = new AgreedClock(runtime)
  const log = openLog(config, { clock, write: runtime.write })
  await backUpBeforeMigration({ config, root, now: clock.now, random: runtime.random })
  const db = await openDatabase(config, () => diskSpace.releaseBallast())
  try {
    clock.start(await db.read(selectAgreedTime))
    await db.commit(function* () {
      yield* stampInstance(config, root, clock.now())
      yield* storeShippedPolicy(clock.now())
    })
  } catch (error) {
    await db[Symbol.asyncDispose]()
    throw error
  }
  const app = createApp({ config, root, diskSpace, clock, log, db }, runtime)
  app.continuation.suspension = await checkContinuation(app)
  return app
}

/**
 * Opens the instance read-only, beside a server that may be running: nothing is created, migrated, stamped or logged,
 * and writes fail.
 */
export async function openReadOnly(config: Config, runtime: Runtime = systemRuntime): Promise<App> {
  const root = loadRootKey(config, runtime)
  const diskSpace = new DiskSpace(config.dataDir, Number.POSITIVE_INFINITY, runtime.monotonic)
  const clock = new AgreedClock(runtime)
  const log = openLog({ logFormat: 'json' }, { clock, write: () => {} })
  const db = await openDatabaseReadOnly(config)
  clock.start(await db.read(selectAgreedTime))
  const app = createApp({ config, root, diskSpace, clock, log, db }, runtime)
  app.continuation.suspension = await checkContinuation(app)
  return app
}

type Parts = Pick<App, 'config' | 'root' | 'diskSpace' | 'clock' | 'log' | 'db'>

function createApp(parts: Parts, runtime: Runtime): App {
  const { config, clock, db, log } = parts
  const pseudonyms = new PseudonymKey({ now: clock.now, random: runtime.random })
  const counters = new Counters(clock.now, config.statistics !== 'off')
  return {
    ...parts,
    counters,
    passphraseAttempts: new PassphraseAttempts(runtime.monotonic),
    limits: new Limits(config, runtime.monotonic),
    pseudonyms,
    throttle: new Throttle({ pseudonyms, monotonic: runtime.monotonic }),
    sessions: openSessionStore({ db, now: clock.now }),
    providerCache: { current: undefined },
    mailServer: { failingSince: undefined },
    purgeState: { cleanCounter: undefined, isFirstRun: false },
    continuation: { suspension: undefined },
    reportCache: { current: undefined },
    securityHeaders: securityHeaders(config),
    argon2: runtime.argon2,
    now: clock.now,
    monotonic: runtime.monotonic,
    random: runtime.random,
    [Symbol.asyncDispose]: async () => {
      await storeCountersAtClose({ config, db, counters })
      await db[Symbol.asyncDispose]()
      log[Symbol.dispose]()
    },
  }
}

// Counts that cannot be stored when the program ends are lost; they are only statistics.
async function storeCountersAtClose(app: Pick<App, 'config' | 'db' | 'counters'>): Promise<void> {
  try {
    await flushCounters(app)
  } catch {}
}

function createFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new Misconfigured(
      `cannot create the data directory ${path} (${systemErrorCode(error)}); choose another with --data-dir`,
    )
  }
}
