/** One second in milliseconds. */
export const second = 1000
/** One minute in milliseconds. */
export const minute = 60 * second
/** One hour in milliseconds. */
export const hour = 60 * minute
/** One day in milliseconds. */
export const day = 24 * hour
/** One year of 365 days in milliseconds. */
export const year = 365 * day

/** The UTC midnight that begins the day of a moment. */
export function startOfDay(moment: number): number {
  return moment - (moment % day)
}

/** Formats a moment as ISO 8601 in UTC; null stays null. */
export function toIso(moment: number): string
export function toIso(moment: number | null): string | null
export function toIso(moment: number | null): string | null {
  return moment === null ? null : new Date(moment).toISOString()
}

/** Formats the UTC day of a moment as `2027-03-31`. */
export function toIsoDay(moment: number): string {
  return toIso(moment).slice(0, 10)
}

/** Parses a day such as `2027-03-31` as its UTC midnight; undefined if it is not a valid day. */
export function parseIsoDay(input: string): number | undefined {
  const text = input.trim()
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const moment = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(moment) && toIsoDay(moment) === text ? moment : undefined
}
