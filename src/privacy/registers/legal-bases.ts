import type { Schema } from '../../database/schema/schema.ts'
import type { TextKey } from '../../i18n/text.ts'

/** The data subjects and the legal basis of a processing activity (GDPR Art. 6 and 30). */
interface LegalBasis {
  readonly subjects: Extract<TextKey, `subjects.${string}`>
  readonly basis: Extract<TextKey, `basis.${string}`>
}

const sharing: LegalBasis = { subjects: 'subjects.sharers', basis: 'basis.contract' }
const members: LegalBasis = { subjects: 'subjects.members', basis: 'basis.contract' }
const noPersonalData: LegalBasis = { subjects: 'subjects.none', basis: 'basis.none' }
const correspondence: LegalBasis = { subjects: 'subjects.senders', basis: 'basis.law' }

/** Data subjects and legal basis of every table; a table without an entry does not compile. */
export const legalBases: Readonly<Record<keyof Schema, LegalBasis>> = {
  instance: noPersonalData,
  secret: sharing,
  receipt: sharing,
  idempotent_response: sharing,
  restoration: noPersonalData,
  purge: noPersonalData,
  statistic: noPersonalData,
  account: members,
  session: members,
  code: members,
  recovery_code: members,
  passkey: members,
  identity: members,
  token: members,
  owned_secret: members,
  consent: { subjects: 'subjects.members', basis: 'basis.law' },
  mail: { subjects: 'subjects.recipients', basis: 'basis.contract' },
  refusal: { subjects: 'subjects.recipients', basis: 'basis.law' },
  policy_version: noPersonalData,
  processor: noPersonalData,
  message: correspondence,
  disclosure: { subjects: 'subjects.concerned', basis: 'basis.law' },
  disclosure_subject: { subjects: 'subjects.concerned', basis: 'basis.law' },
  legal_hold: { subjects: 'subjects.concerned', basis: 'basis.law' },
  announcement: noPersonalData,
  support_grant: members,
  access_log: members,
}

/** Data subjects and legal basis of the request log and the security log. */
export const logLegalBasis: LegalBasis = { subjects: 'subjects.visitors', basis: 'basis.security' }

/** Data subjects and legal basis of backups, with which an instance is restored after a failure. */
export const backupLegalBasis: LegalBasis = { subjects: 'subjects.stored', basis: 'basis.security' }

/** Data subjects and legal basis of cookies, which are set only when a visitor asks for what they do. */
export const cookieLegalBasis: LegalBasis = { subjects: 'subjects.visitors', basis: 'basis.contract' }
