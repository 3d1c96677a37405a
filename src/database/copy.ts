/** The rows of a table that a copy of the database has: all, none, or those in which a column is set. */
export type CopiedRows = 'all' | 'none' | { readonly whereSet: string }

/** The rows that a copy has, by table. A table that is not named is empty in the copy. */
export type CopiedTables = Readonly<Record<string, CopiedRows>>

/** What a copy of a database has. */
export interface DatabaseCopy {
  readonly schemaVersion: number
  /** The region and the id of the root key with which the instance is stamped; undefined if it is not stamped yet. */
  readonly region: string | undefined
  readonly keyId: string | undefined
  /** The number of rows of each table. */
  readonly rows: Readonly<Record<string, number>>
}
