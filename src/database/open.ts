import { join } from 'node:path'
import type { Config } from '../config/options.ts'
import { Misconfigured, systemErrorCode } from '../errors.ts'
import type { CopiedTables, DatabaseCopy } from './copy.ts'
import type { Engine } from './engine.ts'
import { copyFile } from './sqlite/copy-file.ts'
import { type Owner, ownerOf } from './sqlite/identity.ts'
import { openFile, openFileReadOnly } from './sqlite/open.ts'
import { releaseFile } from './sqlite/release-file.ts'
import { readFileVersion } from './sqlite/schema-version.ts'

export { schemaVersion } from './sqlite/migrate.ts'
export type { Owner }

type Location = Pick<Config, 'dataDir'>

/**
 * Opens the database of an instance; creates and migrates it if needed. `freeSpace` is called once when the disk is full;
 * it returns whether it freed anything. Throws Misconfigured.
 */
export async function openDatabase(location: Location, freeSpace: () => boolean): Promise<Engine> {
  return withPath(location, (path) => openFile(path, freeSpace))
}

/** Opens an existing database for reading only; a server may write to it meanwhile. Throws Misconfigured. */
export async function openDatabaseReadOnly(location: Location): Promise<Engine> {
  return withPath(location, openFileReadOnly)
}

/** Reads the schema version of the database; undefined if there is none. Changes nothing. Throws Misconfigured. */
export async function readSchemaVersion(location: Location): Promise<number | undefined> {
  return withPath(location, readFileVersion)
}

/**
 * Copies the database, as it is at one moment, into the folder `to`; a server may write to it meanwhile, and waits for
 * nothing. The copy has the rows in `tables`, and no bytes of any others. Throws `too_busy` if too much is written meanwhile.
 */
export async function copyDatabase(location: Location, to: Location, tables: CopiedTables): Promise<DatabaseCopy> {
  return copyFile(pathOf(location), pathOf(to), tables)
}

/** Prepares the database, if there is one, to be replaced. Returns false if another process uses it. */
export async function releaseDatabase(location: Location): Promise<boolean> {
  return releaseFile(pathOf(location))
}

/** Returns the path of the database in a data directory: one file, while no process uses it. */
export function databaseFileOf(location: Location): string {
  return pathOf(location)
}

/** Returns the user and group that own the files of the database; undefined if there is no database, or if it has no files. */
export function databaseOwner(location: Location): Owner | undefined {
  return ownerOf(pathOf(location))
}

function withPath<T>(location: Location, open: (path: string) => T): T {
  const path = pathOf(location)
  try {
    return open(path)
  } catch (error) {
    if (error instanceof Misconfigured) throw error
    throw new Misconfigured(`cannot open the database ${path} (${systemErrorCode(error)})`)
  }
}

function pathOf({ dataDir }: Location): string {
  return join(dataDir, 'sotto.db')
}
