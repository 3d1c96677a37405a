import { Database as Sqlite } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { migrate, NewerSchema, schemaVersion } from '../../../src/database/sqlite/migrate.ts'
import { openFile } from '../../../src/database/sqlite/open.ts'
import { Misconfigured } from '../../../src/errors.ts'
import { temporaryFolder } from '../../fixtures/instance.ts'

describe('the schema of a database', () => {
  test('is created once, however often it is opened', async () => {
    using folder = temporaryFolder()
    const path = join(folder.path, 'store.db')
    await using _db = openFile(path)
    using sqlite = new Sqlite(path)
    const created = schemaOf(sqlite)
    expect(created.length).toBeGreaterThan(5)
    await using _again = openFile(path)
    migrate(sqlite)
    expect(schemaOf(sqlite)).toEqual(created)
    expect(versionOf(sqlite)).toBe(schemaVersion)
  })

  test('is refused and not changed if a newer program created it, with a message for the operator', async () => {
    using folder = temporaryFolder()
    const path = join(folder.path, 'store.db')
    await using _db = openFile(path)
    using sqlite = new Sqlite(path)
    sqlite.run(`PRAGMA user_version=${schemaVersion + 1}`)
    expect(() => openFile(path)).toThrow(NewerSchema)
    expect(() => openFile(path)).toThrow(Misconfigured)
    expect(() => openFile(path)).toThrow('start the newer program')
    expect(versionOf(sqlite)).toBe(schemaVersion + 1)
  })
})

function schemaOf(sqlite: Sqlite): unknown[] {
  return sqlite.query('SELECT sql FROM sqlite_schema ORDER BY name').all()
}

function versionOf(sqlite: Sqlite): number | undefined {
  return sqlite.query<{ user_version: number }, []>('PRAGMA user_version').get()?.user_version
}
