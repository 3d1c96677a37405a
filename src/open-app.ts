import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openSessionStore } from './accounts/sessions/session-store.ts'
import type { App, Runtime } from './app.ts'
import type { Config } from './config/config.ts'
import { cost } from './crypto/argon2.ts'
import { openRootKey } from './crypto/root-key.ts'
import type { Database } from './database/database.ts'
import { stampInstance } from './database/instance.ts'
import { openDatabase, openDatabaseToRead } from './database/open.ts'
import { Misconfigured } from './errors.ts'
import { securityHeaders } from './http/secure-headers.ts'
import { Limits } from './limits/limits.ts'
import { PassphraseAttempts } from './limits/passphrase-attempts.ts'
import { PseudonymKey } from './limits/pseudonym-key.ts'
import { Space } from './limits/space.ts'
import { Throttle } from './limits/throttle.ts'
import { openLog } from './log.ts'
import { storeShippedPolicy } from './privacy/policy/versions.ts'
import { Counters } from './privacy/statistics/counters.ts'
import { storeCounters } from './privacy/statistics/statistics.ts'

/** The clocks and the randomness of the machine, the full cost of argon2, and lines to stderr. */
export const systemRuntime: Runtime = {
  argon2: cost,
  now: Date.now,
  monotonic: () => Math.floor(performance.now()),
  random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  write: writeLine,
}

const stderr = Bun.stderr.writer()
let isFlushDue = false

// What is logged in one turn of the event loop is one write.
function writeLine(line: string): void {
  stderr.write(`${line}\n`)
  if (isFlushDue) return
  isFlushDue = true
  setImmediate(() => {
    isFlushDue = false
    stderr.flush()
  })
}

/** Opens the instance in `config.dataDir`; the only place that builds things. Close it with `using`. */
export function openApp(config: Config, outside: Runtime = systemRuntime): App {
  makeFolder(config.dataDir)
  const root = openRootKey(config, outside)
  const space = new Space(config.dataDir, config.freeSpace, outside.monotonic)
  const log = openLog(config, outside)
  const db = openStore(join(config.dataDir, 'sotto.db'), space)
  try {
    stampInstance(db, config, root, outside.now())
    storeShippedPolicy(db, outside.now())
  } catch (error) {
    db[Symbol.dispose]()
    throw error
  }
  return put({ config, root, space, log, db }, outside)
}

/**
 * Opens the instance only to look at it, beside a server that may run: nothing is made, migrated, stamped or logged, and
 * whatever would write fails.
 */
export function openReadOnly(config: Config, outside: Runtime = systemRuntime): App {
  const root = openRootKey(config, outside)
  const space = new Space(config.dataDir, Number.POSITIVE_INFINITY, outside.monotonic)
  const log = openLog({ logFormat: 'json' }, { now: outside.now, write: () => {} })
  return put({ config, root, space, log, db: openDatabaseToRead(join(config.dataDir, 'sotto.db')) }, outside)
}

function put(parts: Pick<App, 'config' | 'root' | 'space' | 'log' | 'db'>, outside: Runtime): App {
  const { config, db, log } = parts
  const pseudonyms = new PseudonymKey(outside)
  const counters = new Counters(outside.now, config.statistics !== 'off')
  return {
    ...parts,
    counters,
    passphraseAttempts: new PassphraseAttempts(outside.monotonic),
    limits: new Limits(config, outside.monotonic),
    pseudonyms,
    throttle: new Throttle({ pseudonyms, monotonic: outside.monotonic }),
    sessions: openSessionStore({ db, now: outside.now }),
    providerCache: { current: undefined },
    mailServer: { failingSince: undefined },
    purgeState: { cleanAt: undefined, isFirstRun: false },
    reportCache: { current: undefined },
    securityHeaders: securityHeaders(config),
    argon2: outside.argon2,
    now: outside.now,
    monotonic: outside.monotonic,
    random: outside.random,
    [Symbol.dispose]: () => {
      if (!counters.isEmpty) storeAtTheEnd(db, () => storeCounters({ config, db, counters }))
      db[Symbol.dispose]()
      log[Symbol.dispose]()
    },
  }
}

// Counts that cannot be stored when the program ends are lost: nothing depends on them.
function storeAtTheEnd(db: Database, store: () => void): void {
  try {
    db.exclusive(store)
  } catch {}
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new Misconfigured(`cannot make the data directory ${path} (${codeOf(error)}); --data-dir names another`)
  }
}

function openStore(path: string, space: Space): Database {
  try {
    return openDatabase(path, () => space.release())
  } catch (error) {
    if (error instanceof Misconfigured) throw error
    throw new Misconfigured(`cannot open the database ${path} (${codeOf(error)})`)
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'failed'
}
