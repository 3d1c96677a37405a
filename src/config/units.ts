import { day, hour, minute, second } from '../time.ts'

const durationUnits = { w: 7 * day, d: day, h: hour, m: minute, s: second } as const
const sizeUnits = { gb: 1e9, gib: 2 ** 30, mb: 1e6, mib: 2 ** 20, kb: 1e3, kib: 2 ** 10, b: 1 } as const
const sizeNames = { gb: 'GB', gib: 'GiB', mb: 'MB', mib: 'MiB', kb: 'KB', kib: 'KiB', b: 'B' } as const
const booleans: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ...([true, 1, 'true', '1', 'yes', 'on'] as const).map((yes) => [yes, true] as const),
  ...([false, 0, 'false', '0', 'no', 'off'] as const).map((no) => [no, false] as const),
])

type DurationUnit = keyof typeof durationUnits
type SizeUnit = keyof typeof sizeUnits

/** Parses `90`, `90s`, `15m`, `36h`, `7d` or `2w` as milliseconds; a bare number is seconds. */
export function parseDuration(value: string | number): number | undefined {
  const [, digits, unit = 's'] = /^(\d+)([smhdw])?$/.exec(String(value).trim()) ?? []
  return safeInteger(Number(digits) * durationUnits[unit as DurationUnit])
}

/** Formats milliseconds, rounded to the second, in the largest unit up to days that fits exactly: `7d`, `36h`, `90s`. */
export function formatDuration(milliseconds: number): string {
  const rounded = Math.round(milliseconds / second) * second
  const unit = (['d', 'h', 'm'] as const).find((unit) => rounded > 0 && rounded % durationUnits[unit] === 0) ?? 's'
  return `${rounded / durationUnits[unit]}${unit}`
}

/** Parses `100KB`, `10MB` (powers of 1000) or `10MiB` (powers of 1024), in any case, as bytes; a bare number is bytes. */
export function parseSize(value: string | number): number | undefined {
  const [, digits, unit = 'b'] = /^(\d+)((?:[kmg]i?)?b)?$/.exec(String(value).trim().toLowerCase()) ?? []
  return safeInteger(Number(digits) * sizeUnits[unit as SizeUnit])
}

/** Formats bytes in the largest unit that fits exactly: `100KB`, `10MiB`, `123B`. */
export function formatSize(bytes: number): string {
  const units = Object.keys(sizeUnits) as SizeUnit[]
  const unit = units.find((unit) => bytes > 0 && bytes % sizeUnits[unit] === 0) ?? 'b'
  return `${bytes / sizeUnits[unit]}${sizeNames[unit]}`
}

/** Parses a TOML boolean, or `true|false|1|0|yes|no|on|off` in any case. */
export function parseBoolean(value: unknown): boolean | undefined {
  return booleans.get(typeof value === 'string' ? value.trim().toLowerCase() : value)
}

/** Parses a whole number within bounds. */
export function parseInteger(value: string | number, min: number, max: number): number | undefined {
  const number = /^-?\d+$/.test(String(value).trim()) ? Number(value) : Number.NaN
  return number >= min && number <= max ? number : undefined
}

/** Parses a TOML array or a comma-separated text. An empty text is an empty list; an invalid item makes the list invalid. */
export function parseList<T>(value: unknown, parseItem: (item: unknown) => T | undefined): readonly T[] | undefined {
  const items = typeof value === 'string' ? splitCommas(value) : value
  if (!Array.isArray(items)) return undefined
  const parsed = items.map(parseItem)
  return parsed.some((item) => item === undefined) ? undefined : (parsed as T[])
}

function splitCommas(text: string): string[] {
  return text.trim() === '' ? [] : text.split(',').map((item) => item.trim())
}

// A text that did not match gives NaN, which is not a safe integer.
function safeInteger(number: number): number | undefined {
  return Number.isSafeInteger(number) ? number : undefined
}
