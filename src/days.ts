/** Milliseconds of a day. */
export const day = 86_400_000

/** The day of a moment, UTC: all that is kept of when something was last used. */
export function startOfDay(moment: number): number {
  return moment - (moment % day)
}
