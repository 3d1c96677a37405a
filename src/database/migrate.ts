import { Misconfigured } from '../errors.ts'
import type { Database } from './database.ts'
import { firstSchema } from './migrations/0001-first.ts'

/** What this program makes of an empty file, step by step. Append only: a step that has shipped never changes. */
const migrations: readonly (readonly string[])[] = [firstSchema]

/** The version of the schema this program speaks. */
export const schemaVersion = migrations.length

/** Raised when the file was written by a newer program: an older one must not touch it. */
export class NewerSchema extends Misconfigured {
  constructor(found: number) {
    super(`the database has schema ${found}, this program knows ${schemaVersion}: start the newer program`)
  }
}

/** Applies the steps that are missing, all or none. Several processes may do this at once; each step happens once. */
export function migrate(database: Database): void {
  database.exclusive((sqlite) => {
    const found = sqlite.query<{ user_version: number }, []>('PRAGMA user_version').get()?.user_version ?? 0
    if (found > schemaVersion) throw new NewerSchema(found)
    if (found === schemaVersion) return
    for (const step of migrations.slice(found)) for (const sql of step) sqlite.run(sql)
    sqlite.run(`PRAGMA user_version=${schemaVersion}`)
  })
}
