import { Database as Sqlite } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deleteMigrationCopies, listMigrationCopies } from '../../src/backup/migration-copies.ts'
import { acceptRestore } from '../../src/continuation/accept-restore.ts'
import { toRootKey } from '../../src/crypto/sealing.ts'
import { schemaVersion } from '../../src/database/open.ts'
import { firstSchema } from '../../src/database/sqlite/migrations/0001-first.ts'
import { Misconfigured } from '../../src/errors.ts'
import { backupRetention, erasureDeadline, maxPurgeInterval } from '../../src/privacy/inventory/periods.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { checkRetention, retentionStates } from '../../src/privacy/verify/check-retention.ts'
import { Clock, day, hour } from '../fixtures/clock.ts'
import { configWith, type Instance, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { restoreFile, startRun } from '../fixtures/runs.ts'
import { rowsOf } from '../fixtures/stored.ts'

const name = `sotto.db.before-${schemaVersion}.2026-11-21.tar`

describe('before a migration', () => {
  test('a backup is made beside the database, without what can be opened', async () => {
    using folder = temporaryFolder()
    const sealed = await createOldInstance(folder.path)
    await using sotto = await startRun(folder.path)
    expect(readdirSync(folder.path)).toContain(name)
    expect(statSync(join(folder.path, name)).mode & 0o777).toBe(0o600)
    expect(await rowsOf(sotto.app, 'secret')).toHaveLength(1)
    expect(readFileSync(join(folder.path, 'sotto.db')).includes(sealed)).toBe(true)
    expect(readFileSync(join(folder.path, name)).includes(sealed)).toBe(false)
  })

  test('the backup can be restored: it is migrated, and what was not opened is withdrawn', async () => {
    using folder = temporaryFolder()
    const [dataDir, empty] = [join(folder.path, 'data'), join(folder.path, 'empty')]
    mkdirSync(dataDir)
    mkdirSync(empty)
    await createOldInstance(dataDir)
    const sotto = await startInstance({ 'data-dir': dataDir })
    await sotto[Symbol.asyncDispose]()
    cpSync(join(dataDir, 'root.key'), join(empty, 'root.key'))
    const target = { ...sotto.app, config: configWith({ 'data-dir': empty }) }
    expect((await restoreFile(target, join(dataDir, name), false)).schema).toBe(1)
    await using restored = await startRun(empty)
    expect(restored.app.continuation.suspension?.reason).toBe('unmarked')
    expect((await acceptRestore(restored.app, { isMoved: false, erasures: [] })).secrets).toBe(1)
    expect(await rowsOf(restored.app, 'receipt')).toMatchObject([{ id: 7, withdrawn_at: restored.clock.now }])
  })

  test('the backup of a migration that failed is kept', async () => {
    using folder = temporaryFolder()
    await createOldInstance(folder.path)
    writeFileSync(join(folder.path, name), 'the first one')
    await using _sotto = await startRun(folder.path)
    expect(readFileSync(join(folder.path, name), 'utf8')).toBe('the first one')
  })

  test('the database is not migrated if the backup fails', async () => {
    using folder = temporaryFolder()
    await createOldInstance(folder.path)
    using sqlite = new Sqlite(join(folder.path, 'sotto.db'))
    sqlite.run('ALTER TABLE instance RENAME TO gone')
    const failed = await startRun(folder.path).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(Misconfigured)
    expect(String(failed)).toContain('cannot back up the database before it is migrated')
    expect(sqlite.query('PRAGMA user_version').get()).toEqual({ user_version: 1 })
    expect(readdirSync(folder.path).filter((file) => /staging|before/.test(file))).toEqual([])
  })

  test('no backup is made of a new or a current database', async () => {
    using folder = temporaryFolder()
    for (let time = 0; time < 2; time++) {
      await using _sotto = await startInstance({ 'data-dir': folder.path })
      expect(listMigrationCopies({ dataDir: folder.path })).toEqual([])
    }
  })
})

describe('the retention of backups', () => {
  test('from before migrations ends after 7 days', async () => {
    await using sotto = await startInstance()
    const path = join(sotto.dataDir, name)
    writeFileSync(path, '')
    sotto.clock.advance(Date.UTC(2026, 10, 28) - 1 - sotto.clock.now)
    await purge(sotto.app, sotto.clock.now)
    expect(existsSync(path)).toBe(true)
    expect(await overdue(sotto)).toEqual([])
    sotto.clock.advance(1)
    await purge(sotto.app, sotto.clock.now)
    expect(existsSync(path)).toBe(false)
  })

  test('is checked: a backup that was not deleted is reported', async () => {
    await using sotto = await startInstance()
    writeFileSync(join(sotto.dataDir, name), '')
    sotto.clock.advance(8 * day)
    expect(await overdue(sotto)).toEqual([{ key: 'verify.backupOverdue', facts: { name } }])
  })

  test('ends at once for one that was made while the clock was ahead; other files are left alone', async () => {
    await using sotto = await startInstance()
    const others = ['sotto.db.before-3.tar', 'sotto.db.before-x.2026-01-01.tar', 'sotto-2026-01-01.tar']
    for (const file of ['sotto.db.before-3.2027-11-21.tar', ...others]) writeFileSync(join(sotto.dataDir, file), '')
    deleteMigrationCopies(sotto.app)
    expect(
      readdirSync(sotto.dataDir)
        .filter((file) => file.endsWith('.tar'))
        .sort(),
    ).toEqual(others.sort())
  })

  test('ends, with the longest grace period and purge interval, within the time of an erasure (P22)', () => {
    const { grace } = configWith({ grace: '22d' })
    expect(() => configWith({ grace: '23d' })).toThrow()
    expect(() => configWith({ 'purge-interval': `${maxPurgeInterval / hour + 1}h` })).toThrow()
    expect(grace + maxPurgeInterval + backupRetention).toBeLessThanOrEqual(erasureDeadline)
  })
})

/** Creates the database of an instance with the first schema, with one secret. Returns its sealed content. */
async function createOldInstance(dataDir: string): Promise<Uint8Array> {
  const key = crypto.getRandomValues(new Uint8Array(32))
  writeFileSync(join(dataDir, 'root.key'), key.toBase64(), { mode: 0o600 })
  using sqlite = new Sqlite(join(dataDir, 'sotto.db'))
  for (const sql of [...firstSchema, 'PRAGMA user_version=1']) sqlite.run(sql)
  const [now, later] = [new Clock().now - day, new Clock().now + 9 * day]
  sqlite.run(`INSERT INTO instance VALUES (1, 'local', '${toRootKey(key).id}', ${now})`)
  sqlite.run(`INSERT INTO receipt VALUES (7, randomblob(32), 0, ${now}, ${later}, NULL, NULL, ${later})`)
  const sealed = crypto.getRandomValues(new Uint8Array(300))
  sqlite.run(
    `INSERT INTO secret (id, lookup, key_id, salt, commitment, created_at, expires_at, link, sealed)
      VALUES (7, randomblob(32), '00000000', randomblob(16), randomblob(32), ${now}, ${later}, randomblob(59), ?)`,
    [sealed],
  )
  return sealed
}

async function overdue({ app }: Instance) {
  const findings = await checkRetention(app, await retentionStates(app))
  return findings.filter(({ key }) => key === 'verify.backupOverdue')
}
