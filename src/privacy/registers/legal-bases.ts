import type { Schema } from '../../database/schema/schema.ts'
import type { TextKey } from '../../i18n/text.ts'

/** Whom something is about, and on what ground it is kept (GDPR Art. 6, Art. 30). */
interface Ground {
  readonly subjects: Extract<TextKey, `subjects.${string}`>
  readonly basis: Extract<TextKey, `basis.${string}`>
}

const sharing: Ground = { subjects: 'subjects.sharers', basis: 'basis.asked' }
const members: Ground = { subjects: 'subjects.members', basis: 'basis.asked' }
const nobody: Ground = { subjects: 'subjects.nobody', basis: 'basis.none' }
const obliged: Ground = { subjects: 'subjects.writers', basis: 'basis.law' }

/** The ground of every table, and of what is kept beside the tables. A table without one does not compile. */
export const grounds: Readonly<Record<keyof Schema, Ground>> = {
  instance: nobody,
  secret: sharing,
  receipt: sharing,
  idempotent_response: sharing,
  purge: nobody,
  statistic: nobody,
  account: members,
  session: members,
  code: members,
  recovery_code: members,
  passkey: members,
  identity: members,
  token: members,
  owned_secret: members,
  consent: { subjects: 'subjects.members', basis: 'basis.law' },
  mail: { subjects: 'subjects.recipients', basis: 'basis.asked' },
  refusal: { subjects: 'subjects.recipients', basis: 'basis.law' },
  policy_version: nobody,
  processor: nobody,
  message: obliged,
  disclosure: { subjects: 'subjects.concerned', basis: 'basis.law' },
  disclosure_subject: { subjects: 'subjects.concerned', basis: 'basis.law' },
  legal_hold: { subjects: 'subjects.concerned', basis: 'basis.law' },
  announcement: nobody,
  support_grant: members,
  access_log: members,
}

/** The ground of the log of requests and of the log of security. */
export const groundOfLogs: Ground = { subjects: 'subjects.visitors', basis: 'basis.safety' }

/** The ground of cookies: none is set before somebody asks for what it does. */
export const groundOfCookies: Ground = { subjects: 'subjects.visitors', basis: 'basis.asked' }
