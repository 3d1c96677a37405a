/** Returns the requested number of unpredictable bytes. A source that repeats itself may make a draw loop for ever. */
export type Random = (bytes: number) => Uint8Array

// Extra bytes in a draw, so that rejected ones seldom need a second draw.
const spare = 8

/** Returns a uniformly random integer from 0 to `size` - 1; `size` is 1 to 65,536. Throws RangeError if `random` returns too few bytes. */
export function randomIndex(size: number, random: Random): number {
  // Numbers above the last full multiple of `size` are rejected: a plain remainder would favour the first indices.
  const limit = 65_536 - (65_536 % size)
  for (;;) {
    const bytes = random(2)
    // A DataView throws if there are too few bytes; an index into the array would yield zeros.
    const drawn = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint16(0)
    if (drawn < limit) return drawn % size
  }
}

/** Returns `length` characters, each uniformly random from `alphabet` (1 to 256 single-unit characters). */
export function randomString(alphabet: string, length: number, random: Random): string {
  const size = alphabet.length
  const limit = 256 - (256 % size)
  let text = ''
  while (text.length < length) {
    for (const byte of random(length + spare)) if (byte < limit && text.length < length) text += alphabet[byte % size]
  }
  return text
}
