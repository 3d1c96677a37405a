import { digest, type RootKey } from './sealing.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
const drawn = 21
const digits = 10
const ids = 36 ** digits
// The largest multiple of 36 that a byte can reach: bytes above it are drawn again, so that no letter is likelier.
const fair = 252

/**
 * A key for a link: 31 characters of [a-z0-9], what clients of the Onetime Secret API accept. 21 of them, 108 bits, are
 * random. The first ten are the id of the key's row, masked with the root key so that they look random too: the row is
 * found without an index, and a link tells its holder nothing about the id.
 */
export function newKey(random: (bytes: number) => Uint8Array, root: RootKey, rowId: number): string {
  let tail = ''
  while (tail.length < drawn) {
    for (const byte of random(drawn + 8)) if (byte < fair && tail.length < drawn) tail += alphabet[byte % 36]
  }
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
