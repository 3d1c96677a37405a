import { Database } from 'bun:sqlite'
import { drawExpiryId } from '../src/database/expiry-id.ts'
import { systemRuntime } from '../src/open-app.ts'

/** Inserts `count` secrets of 200 bytes into the database at `path`, with expiry times spread evenly between two times. */
export function fillSotto(path: string, count: number, [from, until]: readonly [number, number]): void {
  const db = new Database(path, { strict: true })
  const now = Date.now()
  db.run('PRAGMA synchronous=OFF')
  const receipt = db.prepare(
    `INSERT OR IGNORE INTO receipt (id, lookup, end_to_end, created_at, expires_at, forget_at)
     VALUES (?, randomblob(32), 0, ?, ?, ?)`,
  )
  const secret = db.prepare(
    `INSERT INTO secret (id, lookup, key_id, salt, commitment, created_at, expires_at, link, sealed)
     VALUES (?, randomblob(32), '00000000', randomblob(16), randomblob(32), ?, ?, randomblob(59), randomblob(284))`,
  )
  db.transaction(() => {
    for (let i = 0; i < count; i++) {
      const expiresAt = Math.floor(from + ((until - from) * i) / count)
      let id: number
      do id = drawExpiryId(expiresAt, systemRuntime.random)
      while (receipt.run(id, now, expiresAt, now + 30 * 86_400_000).changes === 0)
      secret.run(id, now, expiresAt)
    }
  })()
  db.run('PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
}

/** Inserts `count` rows into the database of the baseline server. */
export function fillLimit(path: string, count: number): void {
  const db = new Database(path, { strict: true })
  db.run('PRAGMA synchronous=OFF')
  db.prepare(
    `INSERT INTO secret (lookup, sealed, expires_at)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT randomblob(32), randomblob(228), ? FROM n`,
  ).run(count, Date.now() + 604_800_000)
  db.run('PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
}
