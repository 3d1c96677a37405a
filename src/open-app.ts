import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Guesses } from './limits/throttle.ts'
import { openSessions } from './accounts/session-store.ts'
import type { App, Outside } from './app.ts'
import type { Config } from './config/config.ts'
import type { Database } from './database/database.ts'
import { openDatabase, openDatabaseToRead } from './database/open.ts'
import { Misconfigured } from './errors.ts'
import { securityHeaders } from './http/secure-headers.ts'
import { DailyKey } from './limits/pseudonym-key.ts'
import { Limits } from './limits/limits.ts'
import { Space } from './limits/space.ts'
import { openLog } from './log.ts'
import { stampInstance } from './database/instance.ts'
import { stampStatement } from './privacy/policy/versions.ts'
import { storeTally } from './privacy/statistics/statistics.ts'
import { Tally } from './privacy/statistics/counters.ts'
import { Attempts } from './limits/passphrase-attempts.ts'
import { cost } from './crypto/argon2.ts'
import { openRootKey } from './crypto/root-key.ts'

/** The clocks and the randomness of the machine, the full cost of argon2, and lines to stderr. */
export const realWorld: Outside = {
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
export function openApp(config: Config, outside: Outside = realWorld): App {
  makeFolder(config.dataDir)
  const root = openRootKey(config, outside)
  const space = new Space(config.dataDir, config.freeSpace, outside.monotonic)
  const log = openLog(config, outside)
  const db = openStore(join(config.dataDir, 'sotto.db'), space)
  try {
    stampInstance(db, config, root, outside.now())
    stampStatement(db, outside.now())
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
export function openToRead(config: Config, outside: Outside = realWorld): App {
  const root = openRootKey(config, outside)
  const space = new Space(config.dataDir, Number.POSITIVE_INFINITY, outside.monotonic)
  const log = openLog({ logFormat: 'json' }, { now: outside.now, write: () => {} })
  return put({ config, root, space, log, db: openDatabaseToRead(join(config.dataDir, 'sotto.db')) }, outside)
}

function put(parts: Pick<App, 'config' | 'root' | 'space' | 'log' | 'db'>, outside: Outside): App {
  const { config, db, log } = parts
  const marks = new DailyKey(outside)
  const tally = new Tally(outside.now, config.statistics !== 'off')
  return {
    ...parts,
    tally,
    attempts: new Attempts(outside.monotonic),
    limits: new Limits(config, outside.monotonic),
    marks,
    guesses: new Guesses({ marks, monotonic: outside.monotonic }),
    sessions: openSessions({ db, now: outside.now }),
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
      if (!tally.isEmpty) storeAtTheEnd(db, () => storeTally({ config, db, tally }))
      db[Symbol.dispose]()
      log[Symbol.dispose]()
    },
  }
}

// Counts that cannot be stored when the program ends are lost: nothing depends on them.
function storeAtTheEnd(db: Database, store: () => void): void {
  try {
    db.alone(store)
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
