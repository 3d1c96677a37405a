import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { run, type Unit } from '../../database/unit.ts'

/** Stores what was counted since the last time, in one commit. If that fails, the counts are kept for the next time. */
export async function flushCounters(app: Pick<App, 'config' | 'db' | 'counters'>): Promise<void> {
  const days = app.counters.drain()
  if (days.size === 0) return
  try {
    await app.db.commit(() => store(app, days))
  } catch (error) {
    app.counters.restore(days)
    throw error
  }
}

function* store({ config }: Pick<App, 'config'>, days: ReturnType<App['counters']['drain']>): Unit<void> {
  for (const [day, counts] of days) {
    const addCounts = query
      .insertInto('statistic')
      .values({ day, region: config.region, ...counts })
      .onConflict((conflict) =>
        conflict.columns(['day', 'region']).doUpdateSet((set) => ({
          created: set('statistic.created', '+', counts.created),
          revealed: set('statistic.revealed', '+', counts.revealed),
          burned: set('statistic.burned', '+', counts.burned),
          expired: set('statistic.expired', '+', counts.expired),
        })),
      )
    yield* run(addCounts)
  }
}
