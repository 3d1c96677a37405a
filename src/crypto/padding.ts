// All shorter contents have this padded length.
const minLength = 256

/**
 * Returns the padded length of `length` bytes and the end marker: at least 256, then Padmé (Nikitin et al., PETS 2019),
 * which leaks O(log log n) bits of the length at a cost of at most 12 % more bytes.
 */
export function paddedLength(length: number): number {
  const needed = length + 1
  if (needed <= minLength) return minLength
  const exponent = Math.floor(Math.log2(needed))
  const significantBits = Math.floor(Math.log2(exponent)) + 1
  const step = 2 ** (exponent - significantBits)
  return Math.ceil(needed / step) * step
}

/** Pads by ISO/IEC 7816-4: the bytes, 0x80, then zeros. */
export function pad(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(paddedLength(bytes.length))
  padded.set(bytes)
  padded[bytes.length] = 0x80
  return padded
}

/** Removes the padding. Throws RangeError if there is none. */
export function unpad(padded: Uint8Array): Uint8Array {
  let end = padded.length - 1
  while (end >= 0 && padded[end] === 0) end--
  if (padded[end] !== 0x80) throw new RangeError('no padding')
  return padded.subarray(0, end)
}
