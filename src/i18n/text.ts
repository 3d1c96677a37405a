import type { ErrorCode, Facts } from '../errors.ts'
import { day, hour, minute, second } from '../time.ts'
import { en } from './en.ts'

/** The key of a text. */
export type TextKey = keyof typeof en

/** Returns the text of a key with its `{facts}` filled in; numbers are formatted for the locale. */
export type Text = (key: TextKey, facts?: Facts) => string

/** The locale of all texts and formats (BCP 47). */
export const locale = 'en-GB'
const numbers = new Intl.NumberFormat(locale)

/** Returns the text of a key, in English. */
export const text: Text = (key, facts) =>
  facts === undefined
    ? en[key]
    : en[key].replace(/\{(\w+)\}/g, (_, name: string) => {
        const fact = facts[name] ?? ''
        return typeof fact === 'number' ? numbers.format(fact) : fact
      })

/** Returns the message of an error. For an invalid field, it is the field's rule if this version knows it. */
export function errorText(code: ErrorCode, facts: Facts = {}): string {
  const rule = `field.${facts['rule'] ?? facts['field']}`
  return text(code === 'field_invalid' && isTextKey(rule) ? rule : `error.${code}`, facts)
}

function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(en, key)
}

const absolute = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always' })
const units = [
  ['day', day],
  ['hour', hour],
  ['minute', minute],
  ['second', second],
] as const

/** Formats a time in UTC: "31 January 2027 at 12:00 UTC". */
export function formatTime(time: number): string {
  return `${absolute.format(time)} UTC`
}

/** Formats a number with digit grouping. */
export function formatNumber(number: number): string {
  return numbers.format(number)
}

const dayOnly = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' })

/** Formats the UTC day of a time: "31 January 2027". */
export function formatDay(time: number): string {
  return dayOnly.format(time)
}

/** Formats a time relative to `now`, in the largest unit of which there are at least two: "in 36 hours", "just now". */
export function formatRelativeTime(time: number, now: number): string {
  const distance = Math.abs(time - now)
  if (distance < 2 * second) return text('time.now')
  const [unit, size] = units.find(([, size]) => distance >= 2 * size) ?? units[3]
  return relative.format(Math.round((time - now) / size), unit)
}

/** Formats a duration in its largest whole unit: "7 days", "36 hours". */
export function formatLongDuration(milliseconds: number): string {
  const [unit, size] = units.find(([, size]) => milliseconds % size === 0 && milliseconds >= size) ?? units[3]
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(milliseconds / size)
}
