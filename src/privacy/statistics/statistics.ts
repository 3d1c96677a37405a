import type { Actor } from '../../actor.ts'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { all } from '../../database/unit.ts'
import { AppError } from '../../errors.ts'
import { day, startOfDay } from '../../time.ts'
import { minCellSize } from '../inventory/limits.ts'
import { type CounterName, counterNames } from './counters.ts'

/** The publishable counts of one day; null if a count is below the minimum cell size. */
export type PublishedDay = { readonly day: number } & { readonly [Name in CounterName]: number | null }

/**
 * Returns the counts of the last completed days, newest first (P11). Small counts and the current day are left out, because
 * a counter that can be watched reveals single events. Throws `not_found` if the actor may not see the statistics.
 */
export async function readStatistics(app: App, actor: Pick<Actor, 'role'>, days = 30): Promise<PublishedDay[]> {
  const { statistics, region } = app.config
  if (statistics === 'off' || (statistics === 'operator' && actor.role !== 'operator')) throw new AppError('not_found')
  const today = startOfDay(app.now())
  const rows = await app.db.read(() =>
    all(
      query
        .selectFrom('statistic')
        .selectAll()
        .where('region', '=', region)
        .where('day', '>=', today - days * day),
    ),
  )
  const rowsByDay = new Map(rows.map((row) => [row.day, row]))
  return Array.from({ length: days }, (_, index) => {
    const dayStart = today - (index + 1) * day
    const counts = counterNames.map((name) => [name, publishable(rowsByDay.get(dayStart)?.[name] ?? 0)])
    return { day: dayStart, ...(Object.fromEntries(counts) as Record<CounterName, number | null>) }
  })
}

function publishable(count: number): number | null {
  return count < minCellSize ? null : count
}
