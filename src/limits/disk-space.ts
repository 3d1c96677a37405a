import { closeSync, existsSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import { second } from '../time.ts'

const ballastSize = 8 * 2 ** 20
const lookEvery = second

/**
 * Keeps room for what must go on when a disk fills up: creates are refused below a watermark, and a ballast file gives
 * way to reveals and to the purge, which need a little space to make more.
 */
export class DiskSpace {
  readonly #folder: string
  readonly #watermark: number
  readonly #monotonic: () => number
  #lookedAt = Number.NEGATIVE_INFINITY
  #isLow = false

  constructor(folder: string, watermark: number, monotonic: () => number) {
    this.#folder = folder
    this.#watermark = watermark
    this.#monotonic = monotonic
    this.restoreBallast()
  }

  /** Throws `storage_full` where less is free than the watermark; looks at most once a second. */
  requireFreeSpace(): void {
    const now = this.#monotonic()
    if (now - this.#lookedAt >= lookEvery) {
      this.#lookedAt = now
      this.#isLow = this.#free() < this.#watermark
    }
    if (this.#isLow) throw new AppError('storage_full')
  }

  /** Gives the ballast away. False: it was gone already. */
  releaseBallast(): boolean {
    if (!existsSync(this.#ballast)) return false
    rmSync(this.#ballast, { force: true })
    return true
  }

  /** Puts the ballast back where there is room for it again. */
  restoreBallast(): void {
    if (existsSync(this.#ballast) || this.#free() < this.#watermark + ballastSize) return
    const file = openSync(this.#ballast, 'w', 0o600)
    try {
      // Random bytes: a file system that compresses or shares blocks would keep nothing free behind zeros.
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

  #free(): number {
    const { bavail, bsize } = statfsSync(this.#folder)
    return bavail * bsize
  }
}
