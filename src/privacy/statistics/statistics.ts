import type { Actor } from '../../accounts/actor.ts'
import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { AppError } from '../../errors.ts'
import { day, startOfDay } from '../../time.ts'
import { minCellSize } from '../inventory/limits.ts'
import { type CounterName, counterNames } from './counters.ts'

/** One day, as it may be shown: null where the number is smaller than the smallest cell. */
export type PublishedDay = { readonly day: number } & { readonly [Name in CounterName]: number | null }

/** Stores what was counted since the last time, in one commit. */
export async function flushCounters(app: App): Promise<void> {
  const days = app.counters.drain()
  if (days.size === 0) return
  try {
    await app.db.commit(() => store(app, days))
  } catch (error) {
    app.counters.restore(days)
    throw error
  }
}

/** Stores what is left, inside the caller's transaction: for the end of the program. */
export function storeCounters(app: Pick<App, 'config' | 'db' | 'counters'>): void {
  store(app, app.counters.drain())
}

function store({ db, config }: Pick<App, 'config' | 'db'>, days: ReturnType<App['counters']['drain']>): void {
  for (const [from, counts] of days) {
    const add = query
      .insertInto('statistic')
      .values({ day: from, region: config.region, ...counts })
      .onConflict((same) =>
        same.columns(['day', 'region']).doUpdateSet((set) => ({
          created: set('statistic.created', '+', counts.created),
          revealed: set('statistic.revealed', '+', counts.revealed),
          burned: set('statistic.burned', '+', counts.burned),
          expired: set('statistic.expired', '+', counts.expired),
        })),
      )
    db.run(add)
  }
}

/**
 * The last days that are over, newest first (P11). Small numbers are left out, and the day that is still going on: a
 * counter that can be watched tells of single events. Throws `not_found` where the operator shows them to nobody else.
 */
export function readStatistics(app: App, actor: Pick<Actor, 'role'>, days = 30): PublishedDay[] {
  const { statistics, region } = app.config
  if (statistics === 'off' || (statistics === 'operator' && actor.role !== 'operator')) throw new AppError('not_found')
  const today = startOfDay(app.now())
  const rows = app.db.all(
    query
      .selectFrom('statistic')
      .selectAll()
      .where('region', '=', region)
      .where('day', '>=', today - days * day),
  )
  const known = new Map(rows.map((row) => [row.day, row]))
  return Array.from({ length: days }, (_, index) => {
    const from = today - (index + 1) * day
    const shown = counterNames.map((name) => [name, enough(known.get(from)?.[name] ?? 0)])
    return { day: from, ...(Object.fromEntries(shown) as Record<CounterName, number | null>) }
  })
}

function enough(number: number): number | null {
  return number < minCellSize ? null : number
}
