/** Tar archives consist of blocks of this many bytes. */
export const blockSize = 512

const maxOctalSize = 8 ** 11

/** Returns the header of a regular file (POSIX ustar), readable only by its owner. `modifiedAt` is in seconds. */
export function encodeHeader(name: string, size: number, modifiedAt: number): Buffer {
  const header = Buffer.alloc(blockSize)
  header.write(name, 0, 100)
  header.write(`0000600\0${'0000000\0'.repeat(2)}`, 100)
  if (size < maxOctalSize) header.write(`${octal(size, 11)}\0`, 124)
  else encodeLargeSize(header, size)
  header.write(`${octal(modifiedAt, 11)}\0${' '.repeat(8)}0`, 136)
  header.write('ustar\x0000', 257)
  const checksum = header.reduce((sum, byte) => sum + byte, 0)
  header.write(`${octal(checksum, 6)}\0 `, 148)
  return header
}

/** Returns the size and the time that a header states. Whether it is valid is seen by encoding it again. */
export function decodeHeader(header: Buffer): { size: number; modifiedAt: number } {
  const isLarge = ((header[124] ?? 0) & 0x80) !== 0
  const size = isLarge ? header.readUIntBE(130, 6) : Number.parseInt(header.toString('latin1', 124, 135), 8)
  return { size, modifiedAt: Number.parseInt(header.toString('latin1', 136, 147), 8) }
}

/** Returns the zeros that fill the last block of a file. */
export function paddingOf(size: number): Buffer {
  return Buffer.alloc((blockSize - (size % blockSize)) % blockSize)
}

/** The end of an archive: two empty blocks. */
export const endOfArchive: Uint8Array = Buffer.alloc(2 * blockSize)

// The number as base 256, as GNU tar writes sizes of 8 GiB and more.
function encodeLargeSize(header: Buffer, size: number): void {
  header[124] = 0x80
  header.writeUIntBE(size, 130, 6)
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}
