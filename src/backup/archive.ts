import { digest, type RootKey } from '../crypto/sealing.ts'

/** The entries of a backup, in their order. */
export const entryNames = {
  manifest: 'manifest.json',
  database: 'sotto.db',
  erasures: 'erasures',
  /** SHA-256 of the entries before, as sha256sum prints it. */
  checksums: 'SHA256SUMS',
  /** Proves that a program with the root key wrote the checksums. */
  seal: 'seal',
} as const

/** Formats a line of the checksums. */
export function checksumLine(name: string, sha256: string): string {
  return `${sha256}  ${name}\n`
}

/** Returns the seal of a backup: a hash of its checksums that only the holder of the root key can make. */
export function sealOf(checksums: string, root: RootKey): string {
  return `${digest('backup', root.bytes, checksums).toHex()}\n`
}
