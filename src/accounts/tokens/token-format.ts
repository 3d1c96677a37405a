import { type Random, randomString } from '../../crypto/random.ts'

const prefix = 'sotto_'
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const bodyLength = 30
const checksumLength = 6

/** Generates an API token: `sotto_`, 30 random characters (178 bits) and a checksum, so that secret scanners can detect it. */
export function generateToken(random: Random): string {
  const body = randomString(alphabet, bodyLength, random)
  return prefix + body + checksum(body)
}

/** Tests the form and the checksum of an API token, so that a typing error needs no database query. */
export function isToken(text: string): boolean {
  const [, body = '', suffix] = /^sotto_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/.exec(text) ?? []
  return suffix === checksum(body)
}

// CRC-32 in base 62; six characters are enough for 32 bits.
function checksum(body: string): string {
  let remainder = Bun.hash.crc32(body)
  let encoded = ''
  for (let index = 0; index < checksumLength; index++) {
    encoded = (alphabet[remainder % alphabet.length] ?? '') + encoded
    remainder = Math.floor(remainder / alphabet.length)
  }
  return encoded
}
