/** A moment as programs read it (ISO 8601, UTC); nothing where there is none. */
export function iso(moment: number): string
export function iso(moment: number | null): string | null
export function iso(moment: number | null): string | null {
  return moment === null ? null : new Date(moment).toISOString()
}
