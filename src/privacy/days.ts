/** The moment at which a day begins, UTC, written as `2027-03-31`; nothing where that is no day. */
export function dayOf(typed: string): number | undefined {
  const text = typed.trim()
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const moment = Date.parse(`${text}T00:00:00Z`)
  if (Number.isNaN(moment)) return undefined
  return new Date(moment).toISOString().startsWith(text) ? moment : undefined
}
