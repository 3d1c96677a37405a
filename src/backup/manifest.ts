import { AppError } from '../errors.ts'

/** The description of a backup: its first entry, `manifest.json`. */
export interface Manifest {
  readonly format: typeof backupFormat
  /** The version of the program that made it, and the schema of its database. */
  readonly program: string
  readonly schema: number
  readonly region: string
  /** The id of the root key, which is not in the backup. */
  readonly key_id: string
  /** When it was made, in ISO 8601. */
  readonly made_at: string
  /** The number of rows of each table. */
  readonly rows: Readonly<Record<string, number>>
}

/** The name and the version of the format. */
export const backupFormat = 'sotto-backup/1'

/** Parses a manifest. Throws `backup_damaged`. */
export function parseManifest(bytes: Uint8Array): Manifest {
  try {
    const manifest: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (isManifest(manifest)) return manifest
  } catch {}
  throw new AppError('backup_damaged')
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null) return false
  const { format, program, schema, region, key_id, made_at, rows } = value as Record<string, unknown>
  const texts = [program, region, key_id, made_at]
  return (
    format === backupFormat &&
    texts.every((text) => typeof text === 'string') &&
    Number.isSafeInteger(schema) &&
    typeof rows === 'object'
  )
}
