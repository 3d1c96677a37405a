/** Shorter contents all look alike. */
const smallest = 256

/**
 * The length that `length` bytes and the closing mark are padded to: 256, then Padmé (Nikitin et al., PETS 2019),
 * which gives away O(log log n) bits of the length for at most 12 % more bytes.
 */
export function paddedLength(length: number): number {
  const needed = length + 1
  if (needed <= smallest) return smallest
  const exponent = Math.floor(Math.log2(needed))
  const kept = Math.floor(Math.log2(exponent)) + 1
  const step = 2 ** (exponent - kept)
  return Math.ceil(needed / step) * step
}

/** ISO/IEC 7816-4: the bytes, 0x80, then zeros. */
export function pad(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(paddedLength(bytes.length))
  padded.set(bytes)
  padded[bytes.length] = 0x80
  return padded
}

/** Takes the padding off again; throws RangeError where there is none. */
export function unpad(padded: Uint8Array): Uint8Array {
  let end = padded.length - 1
  while (end >= 0 && padded[end] === 0) end--
  if (padded[end] !== 0x80) throw new RangeError('no padding')
  return padded.subarray(0, end)
}
