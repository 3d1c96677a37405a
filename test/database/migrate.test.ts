import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { migrate, NewerSchema, schemaVersion } from '../../src/database/migrate.ts'
import { openDatabase } from '../../src/database/open.ts'
import { Misconfigured } from '../../src/errors.ts'
import { temporaryFolder } from '../fixtures/instance.ts'

const tables = `SELECT sql FROM sqlite_master ORDER BY name`

describe('the schema of a database', () => {
  test('is created once, however often it is opened', () => {
    using folder = temporaryFolder()
    const path = join(folder.path, 'store.db')
    using db = openDatabase(path)
    const created = db.all<object>({ sql: tables, parameters: [] })
    expect(created.length).toBeGreaterThan(5)
    using again = openDatabase(path)
    migrate(again)
    expect(again.all<object>({ sql: tables, parameters: [] })).toEqual(created)
    expect(db.first<object>({ sql: 'PRAGMA user_version', parameters: [] })).toEqual({ user_version: schemaVersion })
  })

  test('is refused and not changed if a newer program created it, with a message for the operator', () => {
    using folder = temporaryFolder()
    const path = join(folder.path, 'store.db')
    using db = openDatabase(path)
    db.run({ sql: `PRAGMA user_version=${schemaVersion + 1}`, parameters: [] })
    expect(() => openDatabase(path)).toThrow(NewerSchema)
    expect(() => openDatabase(path)).toThrow(Misconfigured)
    expect(() => openDatabase(path)).toThrow('start the newer program')
    expect(db.first<object>({ sql: 'PRAGMA user_version', parameters: [] })).toEqual({
      user_version: schemaVersion + 1,
    })
  })
})
