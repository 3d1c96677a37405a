import { closeSync, fstatSync, fsyncSync, openSync, readSync } from 'node:fs'
import type { RootKey } from '../crypto/sealing.ts'
import { writeFully } from '../durable-file.ts'
import { AppError } from '../errors.ts'
import { checksumLine, entryNames, sealOf } from './archive.ts'
import { blockSize, decodeHeader, encodeHeader, endOfArchive, paddingOf } from './tar.ts'

const chunkSize = 2 ** 20
const maxTextSize = 2 ** 30

/**
 * Reads the entries of a backup in their order, and accepts only the bytes that ArchiveWriter writes: a name from the archive
 * is never used as a path. Every method throws `backup_damaged`. What was read is to be trusted after `finish`.
 */
export class ArchiveReader {
  readonly #file: number
  readonly #length: number
  #position = 0
  #modifiedAt: number | undefined
  #checksums = ''

  /** `file` is open for reading, and stays open. */
  constructor(file: number) {
    this.#file = file
    this.#length = fstatSync(file).size
  }

  /** Reads the next entry, which has this name, as bytes. */
  readBytes(name: string): Uint8Array {
    const chunks: Uint8Array[] = []
    const size = this.#readEntry(name, maxTextSize, (chunk) => chunks.push(chunk.slice()))
    return Buffer.concat(chunks, size)
  }

  /** Writes the next entry, which has this name, to a new file (mode 0600). */
  extract(name: string, to: string): void {
    const output = openSync(to, 'wx', 0o600)
    try {
      this.#readEntry(name, Number.MAX_SAFE_INTEGER, (chunk) => writeFully(output, chunk))
      fsyncSync(output)
    } finally {
      closeSync(output)
    }
  }

  /** Compares the checksums, and returns a function that tells whether the backup was sealed with a root key. */
  finish(): (root: RootKey) => boolean {
    const checksums = this.#checksums
    const isIntact = Buffer.from(checksums).equals(this.readBytes(entryNames.checksums))
    const seal = Buffer.from(this.readBytes(entryNames.seal))
    this.#expect(endOfArchive)
    if (!isIntact || this.#position !== this.#length) throw new AppError('backup_damaged')
    return (root) => Buffer.from(sealOf(checksums, root)).equals(seal)
  }

  #readEntry(name: string, maxSize: number, take: (chunk: Uint8Array) => void): number {
    const size = this.#readHeader(name)
    if (size > Math.min(maxSize, this.#length - this.#position)) throw new AppError('backup_damaged')
    const hasher = new Bun.CryptoHasher('sha256')
    for (let left = size; left > 0; ) {
      const chunk = this.#read(Math.min(left, chunkSize))
      hasher.update(chunk)
      take(chunk)
      left -= chunk.length
    }
    this.#expect(paddingOf(size))
    this.#checksums += checksumLine(name, hasher.digest('hex'))
    return size
  }

  // A header is valid if it is exactly the one that this program writes for the name, the size and the time in it.
  #readHeader(name: string): number {
    const header = this.#read(blockSize)
    const { size, modifiedAt } = decodeHeader(header)
    this.#modifiedAt ??= modifiedAt
    const isPlausible = Number.isSafeInteger(size) && size >= 0 && this.#modifiedAt >= 0
    if (!isPlausible || !header.equals(encodeHeader(name, size, this.#modifiedAt))) throw new AppError('backup_damaged')
    return size
  }

  #expect(bytes: Uint8Array): void {
    if (!this.#read(bytes.length).equals(bytes)) throw new AppError('backup_damaged')
  }

  #read(length: number): Buffer {
    const bytes = Buffer.alloc(length)
    for (let read = 0; read < length; ) {
      const count = readSync(this.#file, bytes, read, length - read, this.#position)
      if (count === 0) throw new AppError('backup_damaged')
      read += count
      this.#position += count
    }
    return bytes
  }
}
