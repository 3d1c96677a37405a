import { closeSync, existsSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import { second } from '../time.ts'

const ballastSize = 8 * 2 ** 20
const checkInterval = second

/**
 * Keeps space free for reveals and the purge, which need a little to free more: creates are refused below a watermark, and
 * a ballast file is deleted when the disk is full.
 */
export class DiskSpace {
  readonly #folder: string
  readonly #watermark: number
  readonly #monotonic: () => number
  #checkedAt = Number.NEGATIVE_INFINITY
  #isLow = false

  constructor(folder: string, watermark: number, monotonic: () => number) {
    this.#folder = folder
    this.#watermark = watermark
    this.#monotonic = monotonic
    this.restoreBallast()
  }

  /** Throws `storage_full` if less space is free than the watermark. Reads the file system at most once a second. */
  requireFreeSpace(): void {
    const now = this.#monotonic()
    if (now - this.#checkedAt >= checkInterval) {
      this.#checkedAt = now
      this.#isLow = this.#freeBytes() < this.#watermark
    }
    if (this.#isLow) throw new AppError('storage_full')
  }

  /** Deletes the ballast file. Returns false if there is none. */
  releaseBallast(): boolean {
    if (!existsSync(this.#ballast)) return false
    rmSync(this.#ballast, { force: true })
    return true
  }

  /** Creates the ballast file again if there is enough space for it. */
  restoreBallast(): void {
    if (existsSync(this.#ballast) || this.#freeBytes() < this.#watermark + ballastSize) return
    const file = openSync(this.#ballast, 'w', 0o600)
    try {
      // Random bytes, because a file system that compresses would store zeros in no space.
      for (let written = 0; written < ballastSize; written += 65_536)
        writeSync(file, crypto.getRandomValues(new Uint8Array(65_536)))
    } catch {
      this.releaseBallast()
    } finally {
      closeSync(file)
    }
  }

  get #ballast(): string {
    return join(this.#folder, 'ballast')
  }

  #freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#folder)
    return bavail * bsize
  }
}
