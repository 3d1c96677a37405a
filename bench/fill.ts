import { Database } from 'bun:sqlite'

/** Puts `count` secrets of 200 bytes into the store at `path`, as a server that has run for long would have them. */
export function fillSotto(path: string, count: number, expiresAt: number): void {
  const db = new Database(path, { strict: true })
  const now = Date.now()
  db.run('PRAGMA synchronous=OFF')
  db.transaction(() => {
    const numbers = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)'
    db.prepare(
      `INSERT INTO receipt (lookup, end_to_end, created_at, expires_at, forget_at)
       ${numbers} SELECT randomblob(32), 0, ?, ?, ? FROM n`,
    ).run(count, now, expiresAt, now + 30 * 86_400_000)
    db.prepare(
      `INSERT INTO secret (id, lookup, key_id, salt, commitment, created_at, expires_at, link, sealed)
       SELECT id, randomblob(32), '00000000', randomblob(16), randomblob(32), ?, ?, randomblob(59), randomblob(284)
       FROM receipt WHERE id NOT IN (SELECT id FROM secret)`,
    ).run(now, expiresAt)
  })()
  db.run('PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
}

/** The same for the bare limit. */
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
