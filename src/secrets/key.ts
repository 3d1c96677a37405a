import { type Random, randomString } from '../crypto/random.ts'
import { digest, type RootKey } from '../crypto/sealing.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
const drawn = 21
const digits = 10
const ids = 36 ** digits

/**
 * A key for a link: 31 characters of [a-z0-9], what clients of the Onetime Secret API accept. 21 of them, 108 bits, are
 * random. The first ten are the id of the key's row, masked with the root key so that they look random too: the row is
 * found without an index, and a link tells its holder nothing about the id.
 */
export function createKey(random: Random, root: RootKey, rowId: number): string {
  const tail = randomString(alphabet, drawn, random)
  return ((rowId + maskOf(tail, root)) % ids).toString(36).padStart(digits, '0') + tail
}

/** The id of the row to which a key belongs, if it was made here. */
export function rowIdOf(key: string, root: RootKey): number {
  const masked = Number.parseInt(key.slice(0, digits), 36)
  return (masked - maskOf(key.slice(digits), root) + ids) % ids
}

/** Whether `text` could be a key. What could not is answered like a key that never existed. */
export function isKey(text: string): boolean {
  return /^[a-z0-9]{31}$/.test(text)
}

function maskOf(tail: string, root: RootKey): number {
  return Number(Buffer.from(digest('row', root.bytes, tail)).readBigUInt64BE() % BigInt(ids))
}
