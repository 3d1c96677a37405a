import { type Random, randomString } from '../../crypto/random.ts'

const prefix = 'sotto_'
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const bodyLength = 30
const sumLength = 6

/** A new API token: `sotto_`, 178 bits of chance, and a checksum. What scans code for leaked secrets can know it by that. */
export function generateToken(random: Random): string {
  const body = randomString(alphabet, bodyLength, random)
  return prefix + body + checksum(body)
}

/** Whether `text` could be a token: its form is right and its checksum fits, so a slip of the pen asks no database. */
export function isToken(text: string): boolean {
  const [, body = '', sum] = /^sotto_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/.exec(text) ?? []
  return sum === checksum(body)
}

// Six letters hold more than the 32 bits of a CRC.
function checksum(body: string): string {
  let rest = Bun.hash.crc32(body)
  let sum = ''
  for (let place = 0; place < sumLength; place++) {
    sum = (alphabet[rest % alphabet.length] ?? '') + sum
    rest = Math.floor(rest / alphabet.length)
  }
  return sum
}
