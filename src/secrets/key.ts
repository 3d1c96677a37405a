const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
const length = 31
// The largest multiple of 36 that a byte can reach: bytes above it are drawn again, so that no letter is likelier.
const fair = 252

/** A key for a link: 31 characters of [a-z0-9], 160 bits. What clients of the Onetime Secret API accept. */
export function newKey(random: (bytes: number) => Uint8Array): string {
  let key = ''
  while (key.length < length) {
    for (const byte of random(length + 9)) if (byte < fair && key.length < length) key += alphabet[byte % 36]
  }
  return key
}

/** Whether `text` could be a key. What could not is answered like a key that never existed. */
export function isKey(text: string): boolean {
  return /^[a-z0-9]{31}$/.test(text)
}
