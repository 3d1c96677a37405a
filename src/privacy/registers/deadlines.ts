import type { App } from '../../app.ts'
import { notifyPolicyChanges } from '../policy/versions.ts'
import { notifyTransfers } from './announcements.ts'
import { remindOfComplaints } from './complaint-reminders.ts'
import { notifyDisclosureSubjects } from './disclosure-notices.ts'
import { remindOfLegalHolds } from './legal-holds.ts'

/**
 * Sends every notice and reminder that is due. Repeating it sends nothing twice. Sends nothing while the clock is frozen: a
 * notice that a court has barred until a day cannot be taken back (P28).
 */
export async function sendReminders(app: App): Promise<void> {
  if (app.clock.isFrozen) return
  for (const send of [
    notifyPolicyChanges,
    notifyTransfers,
    notifyDisclosureSubjects,
    remindOfComplaints,
    remindOfLegalHolds,
  ])
    await send(app)
}
