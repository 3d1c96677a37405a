import type { Database as Sqlite } from 'bun:sqlite'
import { Misconfigured } from '../../errors.ts'
import { firstSchema } from './migrations/0001-first.ts'
import { lastEntryId } from './migrations/0002-last-entry-id.ts'

// Append only: a released migration never changes.
const migrations: readonly (readonly string[])[] = [firstSchema, lastEntryId]

/** The schema version of this program: the number of migrations. */
export const schemaVersion = migrations.length

/** Thrown if the file has a newer schema, which an older program must not change. */
export class NewerSchema extends Misconfigured {
  constructor(found: number) {
    super(`the database has schema ${found}, this program knows ${schemaVersion}: start the newer program`)
  }
}

/** Applies the missing migrations in one transaction. Several processes may call it at once: each migration runs once. Throws NewerSchema. */
export function migrate(sqlite: Sqlite): void {
  const applyMissing = sqlite.transaction(() => {
    const found = sqlite.query<{ user_version: number }, []>('PRAGMA user_version').get()?.user_version ?? 0
    if (found > schemaVersion) throw new NewerSchema(found)
    if (found === schemaVersion) return
    for (const sql of migrations.slice(found).flat()) sqlite.run(sql)
    sqlite.run(`PRAGMA user_version=${schemaVersion}`)
  })
  applyMissing.immediate()
}
