import type { App } from '../../app.ts'
import { notifyPolicyChanges } from '../policy/versions.ts'
import { notifyTransfers } from './announcements.ts'
import { remindOfOverdueComplaints } from './complaints.ts'
import { notifyDisclosureSubjects } from './disclosures.ts'
import { remindOfLegalHolds } from './legal-holds.ts'

/** Does what the promises want done by a certain day: notices, reminders, and notices whose bar has ended. Safe to repeat. */
export async function sendReminders(app: App): Promise<void> {
  for (const keep of [
    notifyPolicyChanges,
    notifyTransfers,
    notifyDisclosureSubjects,
    remindOfOverdueComplaints,
    remindOfLegalHolds,
  ])
    await keep(app)
}
