import { type Random, randomString } from '../crypto/random.ts'
import { digest, type RootKey } from './sealing.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
const drawn = 22
const digits = 9
const rows = 36 ** digits

/**
 * A key for a link: 31 characters of [a-z0-9], what clients of the Onetime Secret API accept. 22 of them, 113 bits, are
 * drawn. The other nine say in which row the key belongs, masked with the root key, so that they look drawn too: the
 * row is found without an index, and nobody else learns a number from a link.
 */
export function newKey(random: Random, root: RootKey, row: number): string {
  const tail = randomString(alphabet, drawn, random)
  return ((row + maskOf(tail, root)) % rows).toString(36).padStart(digits, '0') + tail
}

/** The number of the row in which a key belongs, if it was made here. */
export function rowOf(key: string, root: RootKey): number {
  const masked = Number.parseInt(key.slice(0, digits), 36)
  return (masked - maskOf(key.slice(digits), root) + rows) % rows
}

/** Whether `text` could be a key. What could not is answered like a key that never existed. */
export function isKey(text: string): boolean {
  return /^[a-z0-9]{31}$/.test(text)
}

function maskOf(tail: string, root: RootKey): number {
  return Number(Buffer.from(digest('row', root.bytes, tail)).readBigUInt64BE() % BigInt(rows))
}
