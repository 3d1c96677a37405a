import type { LogField } from './privacy/promises.ts'

/** One line: only fields of the inventory, and only short, safe values. */
export type Line = { readonly [Field in Exclude<LogField, 'time'>]?: string | number | null }

export interface Log {
  write(line: Line): void
}

/** The only writer of log lines. `auto` is JSON, except on a terminal. */
export function openLog(
  { logFormat }: { logFormat: 'auto' | 'text' | 'json' },
  outside: { now(): number; write(line: string): void },
): Log {
  const asText = logFormat === 'text' || (logFormat === 'auto' && process.stderr.isTTY === true)
  return {
    write: (line) => {
      const time = new Date(outside.now()).toISOString()
      outside.write(asText ? textLine(time, line) : JSON.stringify({ time, ...line }))
    },
  }
}

function textLine(time: string, line: Line): string {
  const fields = Object.entries(line).filter(([, value]) => value !== null && value !== undefined)
  return [time, ...fields.map(([name, value]) => `${name}=${quoted(String(value))}`)].join(' ')
}

function quoted(value: string): string {
  return /^[\w./:*-]+$/.test(value) ? value : JSON.stringify(value)
}
