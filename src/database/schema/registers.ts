import type { Generated } from 'kysely'
import type { Moment } from './moments.ts'

/** A version of the privacy policy, as its source. `revision` is that of the program; null for the operator's own text. */
export interface PolicyVersionTable {
  id: Generated<number>
  revision: number | null
  text: string
  author: string
  material: number
  published_at: Moment
  effective_at: Moment
  noticed_at: Moment | null
}

/** A processor of this instance's data. `host` is the host name by which the configuration refers to it. */
export interface ProcessorTable {
  id: Generated<number>
  name: string
  purpose: string
  categories: string
  country: string
  agreement: string
  host: string
  since: Moment
  ended_at: Moment | null
}

/** A message to the operator. A complaint has a due date. `body`, `address` and `answer` are wrapped; `sender_hash` is keyed. */
export interface MessageTable {
  id: Generated<number>
  kind: 'complaint' | 'feedback'
  body: Uint8Array
  address: Uint8Array | null
  sender_hash: Uint8Array | null
  received_at: Moment
  due_at: Moment | null
  reminded: Generated<number>
  answer: Uint8Array | null
  answered_at: Moment | null
  forget_at: Moment | null
}

/** An order to disclose data. What was requested and disclosed is wrapped. */
export interface DisclosureTable {
  id: string
  asked: Uint8Array
  given: Uint8Array | null
  barred_by: Uint8Array | null
  recorded_at: Moment
  barred_until: Moment | null
  forget_at: Moment | null
}

/** A person whom a disclosure concerns. `address` is wrapped; it is stored so that the notice can be sent after the account is erased. */
export interface DisclosureSubjectTable {
  id: Generated<number>
  disclosure_id: string
  subject: string | null
  address: Uint8Array | null
  mail_id: string | null
  notified_at: Moment | null
}

/** A legal hold, which prevents the erasure of an account. In force once confirmed, until released or `review_at`. */
export interface LegalHoldTable {
  id: string
  subject: string | null
  reference: Uint8Array
  set_by: string | null
  set_at: Moment
  confirmed_at: Moment | null
  review_at: Moment
  reminded_at: Moment | null
  released_at: Moment | null
  forget_at: Moment
}

/** The announcement of a merger or sale, before any data is transferred. */
export interface AnnouncementTable {
  id: string
  kind: 'merger' | 'sale'
  receiver: string
  published_at: Moment
  transfer_at: Moment
  withdrawn_at: Moment | null
  noticed_at: Moment | null
}

/** The tables of the operator's registers. */
export interface RegisterTables {
  policy_version: PolicyVersionTable
  processor: ProcessorTable
  message: MessageTable
  disclosure: DisclosureTable
  disclosure_subject: DisclosureSubjectTable
  legal_hold: LegalHoldTable
  announcement: AnnouncementTable
}
