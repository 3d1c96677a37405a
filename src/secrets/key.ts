import { type Random, randomString } from '../crypto/random.ts'
import { digest, type RootKey } from '../crypto/sealing.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
const tailLength = 21
const idDigits = 10
const idCount = 36 ** idDigits

/**
 * Creates a key for a link: 31 characters of [a-z0-9], the form that clients of the Onetime Secret API accept. The last 21,
 * 108 bits, are random. The first ten are the row id, masked with the root key: the row is found without an index, and
 * the link reveals nothing about the id.
 */
export function createKey(random: Random, root: RootKey, id: number): string {
  const tail = randomString(alphabet, tailLength, random)
  return ((id + maskOf(tail, root)) % idCount).toString(36).padStart(idDigits, '0') + tail
}

/** Returns the row id in a key. For a key that this instance did not create, it is an arbitrary number. */
export function idOf(key: string, root: RootKey): number {
  const masked = Number.parseInt(key.slice(0, idDigits), 36)
  return (masked - maskOf(key.slice(idDigits), root) + idCount) % idCount
}

/** Whether `text` has the form of a key. Other texts get the same response as a key that never existed. */
export function isKey(text: string): boolean {
  return /^[a-z0-9]{31}$/.test(text)
}

function maskOf(tail: string, root: RootKey): number {
  return Number(Buffer.from(digest('row', root.bytes, tail)).readBigUInt64BE() % BigInt(idCount))
}
