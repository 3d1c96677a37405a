import { type Bounds, LogFile } from './log-file.ts'
import type { LogField, SecurityLogField } from './privacy/inventory/log-fields.ts'
import { toIso } from './time.ts'

/** One line: only fields of the inventory, and only short, safe values. */
export type Line = { readonly [Field in Exclude<LogField, 'time'>]?: string | number | null }

/** One line of what concerns security. */
export type SecurityLine = { readonly [Field in Exclude<SecurityLogField, 'time'>]?: string | number | null }

export interface Log {
  write(line: Line): void
  /** What concerns security, apart from the rest (P06). */
  security(line: SecurityLine): void
  /** Takes out of the files what has been there long enough. */
  tidy(): void
  [Symbol.dispose](): void
}

/** Where lines go, and how they look. */
export interface LogOptions {
  readonly logFormat: 'auto' | 'text' | 'json'
  readonly logFile?: string
  readonly securityLogFile?: string
  readonly logSize?: number
  readonly logRetention?: number
}

type Outside = { now(): number; write(line: string): void }

/**
 * The only writer of log lines. `auto` is JSON, except on a terminal. A file takes the lines of requests, or those of
 * security; everything else, and both where there is no file, goes to stderr.
 */
export function openLog(options: LogOptions, outside: Outside): Log {
  const onTerminal = options.logFormat === 'auto' && process.stderr.isTTY === true
  const say = (line: object) => outside.write(lineOf(outside, line, onTerminal || options.logFormat === 'text'))
  const bounds = { size: options.logSize ?? 0, retention: options.logRetention ?? 0 }
  const complain = () => say({ event: 'log_failed' })
  const requests = fileAt(options.logFile, bounds, outside, complain)
  const security = fileAt(options.securityLogFile, bounds, outside, complain)
  const put = (file: LogFile | undefined, line: object) =>
    file ? file.write(lineOf(outside, line, options.logFormat === 'text')) : say(line)
  const files = [requests, security].filter((file) => file !== undefined)
  return {
    write: (line) => put(line.event === 'request' ? requests : undefined, line),
    security: (line) => put(security, line),
    tidy: () => {
      for (const file of files) file.tidy()
    },
    [Symbol.dispose]: () => {
      for (const file of files) file[Symbol.dispose]()
    },
  }
}

function fileAt(path: string | undefined, bounds: Bounds, { now }: Outside, complain: () => void) {
  return path === undefined ? undefined : new LogFile(path, bounds, now, complain)
}

function lineOf(outside: Outside, line: object, asText: boolean): string {
  const time = toIso(outside.now())
  return asText ? textLine(time, line) : JSON.stringify({ time, ...line })
}

function textLine(time: string, line: object): string {
  const fields = Object.entries(line).filter(([, value]) => value !== null && value !== undefined)
  return [time, ...fields.map(([name, value]) => `${name}=${quoted(String(value))}`)].join(' ')
}

function quoted(value: string): string {
  return /^[\w./:*-]+$/.test(value) ? value : JSON.stringify(value)
}
