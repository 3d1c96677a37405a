import type { Facts } from '../errors.ts'
import { day, hour, minute, second } from '../time.ts'
import { en } from './en.ts'

export type TextKey = keyof typeof en

/** Gives the words of a key, with its `{facts}` filled in; numbers are grouped as the language does. */
export type Text = (key: TextKey, facts?: Facts) => string

export const locale = 'en-GB'
const numbers = new Intl.NumberFormat(locale)

export const text: Text = (key, facts) =>
  facts === undefined
    ? en[key]
    : en[key].replace(/\{(\w+)\}/g, (_, name: string) => {
        const fact = facts[name] ?? ''
        return typeof fact === 'number' ? numbers.format(fact) : fact
      })

const absolute = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always' })
const units = [
  ['day', day],
  ['hour', hour],
  ['minute', minute],
  ['second', second],
] as const

/** A moment as people write it, in UTC. */
export function formatTime(moment: number): string {
  return `${absolute.format(moment)} UTC`
}

/** A number as people write it. */
export function formatNumber(number: number): string {
  return numbers.format(number)
}

const dayOnly = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' })

/** The day of a moment, in UTC. */
export function formatDay(moment: number): string {
  return dayOnly.format(moment)
}

/** How far a moment is from `now`, in the largest unit that says at least two of it: "in 7 days", "in 36 hours", "just now". */
export function formatRelativeTime(moment: number, now: number): string {
  const far = Math.abs(moment - now)
  if (far < 2 * second) return text('time.now')
  const [unit, size] = units.find(([, size]) => far >= 2 * size) ?? units[3]
  return relative.format(Math.round((moment - now) / size), unit)
}

/** A length of time in words: "7 days", "36 hours". */
export function formatDuration(milliseconds: number): string {
  const [unit, size] = units.find(([, size]) => milliseconds % size === 0 && milliseconds >= size) ?? units[3]
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(milliseconds / size)
}
