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

/** How much a log may hold, with all its older parts, in bytes; and for how long, in milliseconds. */
export interface Bounds {
  readonly size: number
  readonly retention: number
}

/** So many parts of a log fit into its size. */
const parts = 10

/**
 * A log in a file of its own, readable to its owner only. It is put aside every day and whenever it holds a tenth of
 * what it may, as `name.2026-11-21`, and removed before its oldest line is older than the operator allows (P05).
 */
export class LogFile {
  readonly #path: string
  readonly #bounds: Bounds
  readonly #now: () => number
  readonly #complain: () => void
  #waiting: string[] = []
  #file: number
  #size = 0
  #day = ''

  /** `complain` is told when a line could not be written. Throws Misconfigured. */
  constructor(path: string, bounds: Bounds, now: () => number, complain: () => void) {
    this.#path = path
    this.#bounds = bounds
    this.#now = now
    this.#complain = complain
    try {
      this.#file = this.#open()
    } catch {
      throw new Misconfigured(`cannot write the log file ${path}; --log-file and --security-log-file name others`)
    }
  }

  /** What is written in one turn of the event loop is one write. */
  write(line: string): void {
    if (this.#waiting.push(line) === 1) setImmediate(() => this.flush())
  }

  /** Writes what waits. */
  flush(): void {
    if (this.#waiting.length === 0) return
    const bytes = Buffer.from(`${this.#waiting.join('\n')}\n`)
    this.#waiting = []
    try {
      if (this.#isFinished(bytes.length)) this.#putAside()
      writeSync(this.#file, bytes)
      this.#size += bytes.length
    } catch {
      this.#complain()
    }
  }

  /** Puts yesterday's lines aside though nothing new comes, and removes what is too old or too much. */
  tidy(): void {
    if (this.#isFinished(0)) this.#putAside()
    let left = this.#bounds.size - this.#size
    for (const { path, day } of this.#older()) {
      left -= statSync(path).size
      if (left < 0 || Date.parse(day) + this.#bounds.retention <= this.#now()) rmSync(path, { force: true })
    }
  }

  [Symbol.dispose](): void {
    this.flush()
    closeSync(this.#file)
  }

  #isFinished(more: number): boolean {
    if (this.#size === 0) return false
    return this.#day !== this.#today() || this.#size + more > this.#bounds.size / parts
  }

  #putAside(): void {
    let name = `${this.#path}.${this.#day}`
    for (let part = 2; existsSync(name); part += 1) name = `${this.#path}.${this.#day}.${part}`
    renameSync(this.#path, name)
    closeSync(this.#file)
    this.#file = this.#open()
    this.tidy()
  }

  #open(): number {
    const file = openSync(this.#path, 'a+', 0o600)
    this.#size = statSync(this.#path).size
    this.#day = firstDay(file) ?? this.#today()
    return file
  }

  // Newest first.
  #older(): { path: string; day: string; part: number }[] {
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
    return toIsoDay(this.#now())
  }
}

// A line begins with its moment, in either format.
function firstDay(file: number): string | undefined {
  const bytes = Buffer.alloc(64)
  const length = readSync(file, bytes, 0, bytes.length, 0)
  return /\d{4}-\d\d-\d\d/.exec(bytes.toString('latin1', 0, length))?.[0]
}
