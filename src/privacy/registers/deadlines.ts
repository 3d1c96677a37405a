import type { App } from '../../app.ts'
import { notifyPolicyChanges } from '../policy/versions.ts'
import { notifyTransfers } from './announcements.ts'
import { remindOfComplaints } from './complaint-reminders.ts'
import { notifyDisclosureSubjects } from './disclosure-notices.ts'
import { remindOfLegalHolds } from './legal-holds.ts'

/** Sends every notice and reminder that is due. Repeating it sends nothing twice. */
export async function sendReminders(app: App): Promise<void> {
  for (const send of [
    notifyPolicyChanges,
    notifyTransfers,
    notifyDisclosureSubjects,
    remindOfComplaints,
    remindOfLegalHolds,
  ])
    await send(app)
}
