import { closeSync, openSync, readSync, statSync } from 'node:fs'
import type { RootKey } from '../crypto/sealing.ts'
import { checksumLine, entryNames, sealOf } from './archive.ts'
import { encodeHeader, endOfArchive, paddingOf } from './tar.ts'

const chunkSize = 2 ** 20

/** Writes the entries of a backup as a tar archive, with their checksums and its seal at the end. */
export class ArchiveWriter {
  readonly #write: (bytes: Uint8Array) => void
  readonly #modifiedAt: number
  #checksums = ''

  /** `write` receives the archive in chunks of at most 1 MiB. `madeAt` is in milliseconds. */
  constructor(write: (bytes: Uint8Array) => void, madeAt: number) {
    this.#write = write
    this.#modifiedAt = Math.floor(madeAt / 1000)
  }

  /** Adds an entry with a short text. */
  addText(name: string, text: string): void {
    const bytes = Buffer.from(text)
    this.#add(name, bytes.length, [bytes])
  }

  /** Adds an entry with the content of a file. */
  addFile(name: string, path: string): void {
    this.#add(name, statSync(path).size, chunksOf(path))
  }

  /** Adds the checksums and the seal, and ends the archive. */
  finish(root: RootKey): void {
    const checksums = this.#checksums
    this.addText(entryNames.checksums, checksums)
    this.addText(entryNames.seal, sealOf(checksums, root))
    this.#write(endOfArchive)
  }

  #add(name: string, size: number, chunks: Iterable<Uint8Array>): void {
    const hasher = new Bun.CryptoHasher('sha256')
    this.#write(encodeHeader(name, size, this.#modifiedAt))
    for (const chunk of chunks) {
      hasher.update(chunk)
      this.#write(chunk)
    }
    this.#write(paddingOf(size))
    this.#checksums += checksumLine(name, hasher.digest('hex'))
  }
}

function* chunksOf(path: string): Iterable<Uint8Array> {
  const file = openSync(path, 'r')
  try {
    const chunk = new Uint8Array(chunkSize)
    for (let size = readSync(file, chunk); size > 0; size = readSync(file, chunk)) yield chunk.subarray(0, size)
  } finally {
    closeSync(file)
  }
}
