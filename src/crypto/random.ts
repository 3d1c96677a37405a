/** Returns as many unpredictable bytes as asked for. A source that repeats itself may keep a draw from ever ending. */
export type Random = (bytes: number) => Uint8Array

// Bytes drawn beyond the length of a string, so that refused ones seldom need a second draw.
const spare = 8

/** A uniformly random integer from 0 to `size` - 1; `size` is 1 to 65,536. */
export function randomIndex(size: number, random: Random): number {
  // A number above the last full multiple of `size` is drawn again: a plain remainder would favour the first indices.
  const fair = 65_536 - (65_536 % size)
  for (;;) {
    const bytes = random(2)
    // A view of exactly these bytes throws if the source gave too few, where reading would quietly find zeros.
    const drawn = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint16(0)
    if (drawn < fair) return drawn % size
  }
}

/** A string of `length` characters, each uniformly random from `alphabet`, which has 1 to 256 single-unit characters. */
export function randomString(alphabet: string, length: number, random: Random): string {
  const size = alphabet.length
  const fair = 256 - (256 % size)
  let text = ''
  while (text.length < length) {
    for (const byte of random(length + spare)) if (byte < fair && text.length < length) text += alphabet[byte % size]
  }
  return text
}
