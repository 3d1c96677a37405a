import { Database as Sqlite } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { closeSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { entryNames } from '../../src/backup/archive.ts'
import { ArchiveReader } from '../../src/backup/archive-reader.ts'
import { createStagingFolder, deleteStagingFolders } from '../../src/backup/staging-folder.ts'
import { writeBackup, writeBackupFile } from '../../src/backup/write-backup.ts'
import type { Schema } from '../../src/database/schema/schema.ts'
import { markSent } from '../../src/mail/queue.ts'
import { backedUpRows } from '../../src/privacy/inventory/backup-rows.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { announceTransfer } from '../../src/privacy/registers/announcements.ts'
import { addProcessor } from '../../src/privacy/registers/processors.ts'
import { flushCounters } from '../../src/privacy/statistics/store-counters.ts'
import { Clock, day } from '../fixtures/clock.ts'
import { everythingOf } from '../fixtures/everything.ts'
import { failureOf } from '../fixtures/failure.ts'
import { cheap, type Instance, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { everyRow, rowsOf, tamper } from '../fixtures/stored.ts'

type Table = keyof Schema

describe('a backup', () => {
  test('has every row, except what opens a secret, signs someone in or is waiting to be sent', async () => {
    using folder = temporaryFolder()
    await using sotto = await startInstance()
    await fillEveryTable(sotto)
    const stored = await everyRow(sotto.app)
    for (const [table, rows] of Object.entries(stored)) expect([table, rows.length > 0]).toEqual([table, true])
    const manifest = await writeBackupFile(sotto.app, join(folder.path, 'backup.tar'))
    const copied = unpack(join(folder.path, 'backup.tar'), folder.path)
    for (const table of Object.keys(stored) as Table[]) {
      const expected = expectedRows(table, stored[table])
      expect([table, copied[table]]).toEqual([table, expected])
      expect(manifest.rows[table]).toBe(expected.length)
    }
    expect(copied.mail.length).toBeGreaterThan(0)
    expect(copied.mail.map(({ body }) => body)).toEqual(copied.mail.map(() => null))
  })

  test('has the schema of the database, and numbers that are never used again', async () => {
    using folder = temporaryFolder()
    await using sotto = await startInstance()
    await fillEveryTable(sotto)
    await writeBackupFile(sotto.app, join(folder.path, 'backup.tar'))
    unpack(join(folder.path, 'backup.tar'), folder.path)
    const queries = [
      'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name',
      'SELECT name, seq FROM sqlite_sequence ORDER BY name',
      'PRAGMA user_version',
    ]
    using copy = new Sqlite(join(folder.path, 'sotto.db'))
    using original = new Sqlite(join(sotto.dataDir, 'sotto.db'), { readonly: true })
    for (const query of queries) expect(copy.query(query).all()).toEqual(original.query(query).all())
    expect(copy.query('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
    expect(copy.query('PRAGMA foreign_key_check').all()).toEqual([])
  })

  test('has no byte of a secret, a session, a token, a code, a link, the root key or what was deleted before', async () => {
    await using sotto = await startInstance()
    const { keys } = await fillEveryTable(sotto)
    const { secret, session, token, code, idempotent_response, mail } = await everyRow(sotto.app)
    const unsent = mail.filter(({ done_at }) => done_at === null)
    const stored = [secret, session, token, code, idempotent_response, unsent].flat().flatMap(bytesIn)
    const { receipt } = await sotto.posted('/secrets', { content: 'x'.repeat(2000) })
    const deleted = (await rowsOf(sotto.app, 'secret')).slice(-1).flatMap(bytesIn)
    await sotto.posted(`/receipts/${receipt.key}/burn`)
    const pieces = [...stored, ...deleted, ...keys.map((key) => Buffer.from(key)), Buffer.from(sotto.app.root.bytes)]
    expect(pieces.length).toBeGreaterThan(50)
    const archive = await backupOf(sotto)
    for (const piece of pieces) expect(archive.includes(piece)).toBe(false)
    expect(archive.includes(Buffer.from(sotto.app.root.bytes.toBase64()))).toBe(false)
    const [account] = await rowsOf(sotto.app, 'account')
    expect(archive.includes(account?.email ?? '-')).toBe(true)
  })

  test('is a tar archive for its owner only, which leaves nothing else behind', async () => {
    using folder = temporaryFolder()
    await using sotto = await startInstance()
    const path = join(folder.path, 'backup.tar')
    const before = readdirSync(sotto.dataDir).sort()
    await writeBackupFile(sotto.app, path)
    expect(readdirSync(sotto.dataDir).sort()).toEqual(before)
    expect(readdirSync(folder.path)).toEqual(['backup.tar'])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const files = await new Bun.Archive(readFileSync(path)).files()
    expect([...files.keys()]).toEqual(Object.values(entryNames))
    const checksums = await files.get(entryNames.checksums)?.text()
    for (const name of [entryNames.manifest, entryNames.database, entryNames.erasures]) {
      const content = await files.get(name)?.bytes()
      expect(checksums).toContain(`${new Bun.CryptoHasher('sha256').update(content ?? '').digest('hex')}  ${name}\n`)
    }
  })

  test('that cannot be written leaves nothing behind', async () => {
    await using sotto = await startInstance()
    const before = readdirSync(sotto.dataDir).sort()
    const failing = writeBackup(sotto.app, () => {
      throw new Error('the pipe was closed')
    })
    expect(await failureOf(failing)).toBe('the pipe was closed')
    expect(readdirSync(sotto.dataDir).sort()).toEqual(before)
  })

  test('is of one moment, and changes nothing, while the instance is written to', async () => {
    await using sotto = await startInstance()
    for (let count = 0; count < 50; count++) await sotto.posted('/secrets', { content: 'sésame' })
    const writing = Array.from({ length: 50 }, () => sotto.posted('/secrets', { content: 'sésame' }))
    const manifest = await writeBackup(sotto.app, () => {})
    await Promise.all(writing)
    expect(manifest.rows['receipt']).toBeGreaterThanOrEqual(50)
    expect(await rowsOf(sotto.app, 'receipt')).toHaveLength(100)
  })
})

test('what a killed backup or restore left is deleted by the purge, after a day', async () => {
  await using sotto = await startInstance({}, cheap, new Clock(Date.now()))
  const { dataDir } = createStagingFolder(sotto.app.config, sotto.app.random)
  const left = () => readdirSync(sotto.dataDir).filter((name) => name.startsWith('staging-')).length
  const { mtimeMs } = statSync(dataDir)
  deleteStagingFolders({ config: sotto.app.config, now: () => mtimeMs + day - 1 })
  expect(left()).toBe(1)
  sotto.clock.advance(mtimeMs + day + 1 - sotto.clock.now)
  await purge(sotto.app, sotto.clock.now)
  expect(left()).toBe(0)
})

/** Stores rows in every table: two people, registers, statistics, a purge, sent mail and a restore. */
async function fillEveryTable(sotto: Instance) {
  const { app, clock } = sotto
  const [ann, ben] = [
    await everythingOf(sotto, 'ann-kestrel', clock.now + 300 * day),
    await everythingOf(sotto, 'ben-sparrow', clock.now + 300 * day),
  ]
  const [sent] = (await rowsOf(app, 'mail')).filter(({ kind }) => kind === 'password-changed')
  await markSent(app, { ...sent, next_try_at: clock.now } as never)
  const processor = { name: 'Post Ltd', purpose: 'sends mail', categories: 'addresses', country: 'Austria' }
  await addProcessor(app, { ...processor, agreement: 'yes', host: 'mail.example.org', since: clock.now })
  await announceTransfer(app, { kind: 'merger', receiver: 'Other Ltd', transferAt: clock.now + 40 * day })
  await tamper(app, `INSERT INTO restoration VALUES (1, 'accepted', 1, 2, 3, ${clock.now + 9 * day})`)
  clock.advance(day)
  await flushCounters(app)
  await purge(app, clock.now)
  await sotto.posted('/secrets', { content: 'sésame' }, { 'idempotency-key': crypto.randomUUID() })
  return { keys: [...ann.keys, ...ben.keys] }
}

async function backupOf({ app }: Instance): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  await writeBackup(app, (chunk) => chunks.push(chunk.slice()))
  return Buffer.concat(chunks)
}

/** Extracts the database of a backup, and returns its rows. */
function unpack(path: string, to: string) {
  const file = openSync(path, 'r')
  const reader = new ArchiveReader(file)
  reader.readBytes(entryNames.manifest)
  reader.extract(entryNames.database, join(to, 'sotto.db'))
  closeSync(file)
  using copy = new Sqlite(join(to, 'sotto.db'), { readonly: true })
  const rows = Object.keys(backedUpRows).map((table) => [table, copy.query(`SELECT * FROM "${table}"`).all()])
  return Object.fromEntries(rows) as Record<Table, Record<string, unknown>[]>
}

function expectedRows(table: Table, rows: readonly object[]) {
  if (backedUpRows[table] === 'none') return []
  const expected = table === 'mail' ? rows.filter((row) => 'done_at' in row && row.done_at !== null) : rows
  return expected as Record<string, unknown>[]
}

// Values that are long enough to be unique.
function bytesIn(row: object): Buffer[] {
  return Object.values(row).flatMap((value) =>
    value instanceof Uint8Array && value.length >= 16 ? [Buffer.from(value)] : [],
  )
}
