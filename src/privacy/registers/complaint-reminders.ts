import type { App } from '../../app.ts'
import { query } from '../../database/query.ts'
import { all, first, run, type Unit } from '../../database/unit.ts'
import { notifyOperators } from '../../mail/notify.ts'
import { day } from '../../time.ts'

// Milliseconds before the due date; the operator gets one reminder at each.
const reminders = [15, 5, 0].map((days) => days * day)

/** Counts the unanswered complaints past their due date; any is an alarm (P27). */
export function* countOverdueComplaints(app: App): Unit<number> {
  const overdue = query
    .selectFrom('message')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .where('answered_at', 'is', null)
    .where('due_at', '<=', app.now())
  return (yield* first(overdue))?.rows ?? 0
}

/** Reminds the operator of unanswered complaints: 15 days before the due date, 5 days before it, and on it. */
export async function remindOfComplaints(app: App): Promise<void> {
  const unanswered = query
    .selectFrom('message')
    .select(['id', 'due_at', 'reminded'])
    .where('answered_at', 'is', null)
    .where('due_at', '<=', app.now() + Math.max(...reminders))
    .where('reminded', '<', reminders.length)
  for (const { id, due_at, reminded } of await app.db.read(() => all(unanswered))) {
    const dueAt = due_at ?? 0
    const reached = reminders.filter((before) => dueAt - before <= app.now()).length
    if (reached > reminded) await sendReminder(app, { id, dueAt, reminded, reached })
  }
}

interface Reminder {
  readonly id: number
  readonly dueAt: number
  readonly reminded: number
  readonly reached: number
}

async function sendReminder(app: App, { id, dueAt, reminded, reached }: Reminder): Promise<void> {
  const claim = query
    .updateTable('message')
    .set({ reminded: reached })
    .where('id', '=', id)
    .where('reminded', '=', reminded)
    .where('answered_at', 'is', null)
  await app.db.commit(function* () {
    if ((yield* run(claim)) === 0) return
    yield* notifyOperators(app, 'complaint-due', { number: String(id), dueAt, link: `/operator/messages/${id}` })
  })
}
