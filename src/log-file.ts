import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Misconfigured } from './errors.ts'
import { toIsoDay } from './time.ts'

/** The maximum size of a log with all its rotated files, in bytes, and the maximum age of a line, in milliseconds. */
export interface LogFileLimits {
  readonly maxBytes: number
  readonly retentionMs: number
}

/** The time of the log. While it is frozen, no file is deleted by its age. */
export interface LogClock {
  readonly isFrozen: boolean
  now(): number
}

/** The number of files that the maximum size is divided into. */
const maxFiles = 10

/**
 * A log file that only its owner can read. It is rotated to `name.2026-11-21` every day, and when it has reached a
 * tenth of the maximum size. A rotated file is deleted before its oldest line exceeds the maximum age (P05).
 */
export class LogFile {
  readonly #path: string
  readonly #limits: LogFileLimits
  readonly #clock: LogClock
  readonly #onError: () => void
  #queue: string[] = []
  #file: number
  #size = 0
  #day = ''

  /** `onError` is called when lines cannot be written. Throws Misconfigured if the file cannot be opened. */
  constructor(path: string, limits: LogFileLimits, clock: LogClock, onError: () => void) {
    this.#path = path
    this.#limits = limits
    this.#clock = clock
    this.#onError = onError
    try {
      this.#file = this.#open()
    } catch {
      throw new Misconfigured(
        `cannot write the log file ${path}; choose another with --log-file or --security-log-file`,
      )
    }
  }

  /** Queues a line. The lines of one turn of the event loop are written together. */
  write(line: string): void {
    if (this.#queue.push(line) === 1) setImmediate(() => this.flush())
  }

  /** Writes the queued lines. */
  flush(): void {
    if (this.#queue.length === 0) return
    const bytes = Buffer.from(`${this.#queue.join('\n')}\n`)
    this.#queue = []
    try {
      if (this.#isDue(bytes.length)) this.#startNewFile()
      writeSync(this.#file, bytes)
      this.#size += bytes.length
    } catch {
      this.#onError()
    }
  }

  /** Rotates the file if it is due, and deletes rotated files beyond the limits. */
  rotate(): void {
    if (this.#isDue(0)) this.#startNewFile()
    this.#renameFutureFiles()
    let remainingBytes = this.#limits.maxBytes - this.#size
    for (const { path, day } of this.#rotatedFiles()) {
      remainingBytes -= statSync(path).size
      if (remainingBytes < 0 || this.#isTooOld(day)) rmSync(path, { force: true })
    }
  }

  [Symbol.dispose](): void {
    this.flush()
    closeSync(this.#file)
  }

  #isTooOld(day: string): boolean {
    return !this.#clock.isFrozen && Date.parse(day) + this.#limits.retentionMs <= this.#clock.now()
  }

  #isDue(additionalBytes: number): boolean {
    if (this.#size === 0) return false
    return this.#day !== this.#today() || this.#size + additionalBytes > this.#limits.maxBytes / maxFiles
  }

  #startNewFile(): void {
    renameSync(this.#path, this.#freeName(this.#day))
    closeSync(this.#file)
    this.#file = this.#open()
    this.rotate()
  }

  // Lines that were written while the clock was ahead are not kept until that day.
  #renameFutureFiles(): void {
    for (const { path, day } of this.#rotatedFiles().reverse())
      if (day > this.#today()) renameSync(path, this.#freeName(this.#today()))
  }

  #freeName(day: string): string {
    let name = `${this.#path}.${day}`
    for (let part = 2; existsSync(name); part += 1) name = `${this.#path}.${day}.${part}`
    return name
  }

  #open(): number {
    const file = openSync(this.#path, 'a+', 0o600)
    this.#size = statSync(this.#path).size
    this.#day = firstDay(file) ?? this.#today()
    return file
  }

  // Newest first.
  #rotatedFiles(): { path: string; day: string; part: number }[] {
    const name = basename(this.#path)
    return readdirSync(dirname(this.#path))
      .filter((file) => file.startsWith(`${name}.`))
      .flatMap((file) => {
        const [, day, part = '1'] = /^\.(\d{4}-\d\d-\d\d)(?:\.(\d+))?$/.exec(file.slice(name.length)) ?? []
        return day === undefined ? [] : [{ path: join(dirname(this.#path), file), day, part: Number(part) }]
      })
      .sort((one, other) => other.day.localeCompare(one.day) || other.part - one.part)
  }

  #today(): string {
    return toIsoDay(this.#clock.now())
  }
}

// In both formats a line starts with its time.
function firstDay(file: number): string | undefined {
  const bytes = Buffer.alloc(64)
  const length = readSync(file, bytes, 0, bytes.length, 0)
  return /\d{4}-\d\d-\d\d/.exec(bytes.toString('latin1', 0, length))?.[0]
}
