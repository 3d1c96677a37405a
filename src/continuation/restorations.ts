import type { App } from '../app.ts'
import { query } from '../database/query.ts'
import { all } from '../database/unit.ts'

/** A restore that was accepted. What happened between the two moments is not in the database; null if the first is unknown. */
export interface Restoration {
  readonly unaccountedFrom: number | null
  readonly detectedAt: number
}

/** Lists the restores that were accepted, newest first. Moves are left out: nothing was lost. */
export async function listRestorations(app: App): Promise<Restoration[]> {
  const rows = await app.db.read(() =>
    all(
      query
        .selectFrom('restoration')
        .select(['unaccounted_from', 'detected_at'])
        .where('kind', '=', 'accepted')
        .orderBy('id', 'desc'),
    ),
  )
  return rows.map(({ unaccounted_from, detected_at }) => ({
    unaccountedFrom: unaccounted_from,
    detectedAt: detected_at,
  }))
}
