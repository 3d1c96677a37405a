import type { App } from '../../app.ts'
import { tellOfTransfers } from './announcements.ts'
import { tellConcerned } from './disclosures.ts'
import { remindOfHolds } from './legal-holds.ts'
import { remindOfComplaints } from './complaints.ts'
import { tellOfChanges } from '../policy/versions.ts'

/** Does what the promises want done by a certain day: notices, reminders, and notices whose bar has ended. Safe to repeat. */
export async function keepDeadlines(app: App): Promise<void> {
  for (const keep of [tellOfChanges, tellOfTransfers, tellConcerned, remindOfComplaints, remindOfHolds]) await keep(app)
}
