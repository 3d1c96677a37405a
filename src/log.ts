import { type LogClock, LogFile, type LogFileLimits } from './log-file.ts'
import type { LogField, SecurityLogField } from './privacy/inventory/log-fields.ts'
import { toIso } from './time.ts'

/** A log line: only fields of the inventory, with short values (P05). */
export type LogLine = { readonly [Field in Exclude<LogField, 'time'>]?: string | number | null }

/** A line of the security log. */
export type SecurityLine = { readonly [Field in Exclude<SecurityLogField, 'time'>]?: string | number | null }

/** The log of an instance. */
export interface Log {
  write(line: LogLine): void
  /** Writes to the security log, which is kept apart (P06). */
  security(line: SecurityLine): void
  /** Rotates log files that are due and deletes old ones. */
  rotate(): void
  [Symbol.dispose](): void
}

/** The options of the log: format, files, and their limits in bytes and milliseconds. */
export interface LogOptions {
  readonly logFormat: 'auto' | 'text' | 'json'
  readonly logFile?: string
  readonly securityLogFile?: string
  readonly logSize?: number
  readonly logRetention?: number
}

type LogRuntime = { readonly clock: LogClock; write(line: string): void }

/**
 * Opens the log, the only writer of log lines. Format `auto` is text on a terminal, otherwise JSON. Request lines and
 * security lines go to their files if these are set; everything else goes to stderr. Throws Misconfigured.
 */
export function openLog(options: LogOptions, runtime: LogRuntime): Log {
  const onTerminal = options.logFormat === 'auto' && process.stderr.isTTY === true
  const writeToStderr = (line: object) =>
    runtime.write(formatLine(runtime, line, onTerminal || options.logFormat === 'text'))
  const limits = { maxBytes: options.logSize ?? 0, retentionMs: options.logRetention ?? 0 }
  const onError = () => writeToStderr({ event: 'log_failed' })
  const requests = openFile(options.logFile, limits, runtime, onError)
  const security = openFile(options.securityLogFile, limits, runtime, onError)
  const writeTo = (file: LogFile | undefined, line: object) =>
    file ? file.write(formatLine(runtime, line, options.logFormat === 'text')) : writeToStderr(line)
  const files = [requests, security].filter((file) => file !== undefined)
  return {
    write: (line) => writeTo(line.event === 'request' ? requests : undefined, line),
    security: (line) => writeTo(security, line),
    rotate: () => {
      for (const file of files) file.rotate()
    },
    [Symbol.dispose]: () => {
      for (const file of files) file[Symbol.dispose]()
    },
  }
}

function openFile(path: string | undefined, limits: LogFileLimits, { clock }: LogRuntime, onError: () => void) {
  return path === undefined ? undefined : new LogFile(path, limits, clock, onError)
}

function formatLine(runtime: LogRuntime, line: object, asText: boolean): string {
  const time = toIso(runtime.clock.now())
  return asText ? formatText(time, line) : JSON.stringify({ time, ...line })
}

function formatText(time: string, line: object): string {
  const fields = Object.entries(line).filter(([, value]) => value !== null && value !== undefined)
  return [time, ...fields.map(([name, value]) => `${name}=${quoted(String(value))}`)].join(' ')
}

function quoted(value: string): string {
  return /^[\w./:*-]+$/.test(value) ? value : JSON.stringify(value)
}
