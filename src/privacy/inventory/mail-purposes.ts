import type { TextKey } from '../../i18n/text.ts'

/** The purposes of email (P12). An essential purpose needs no consent; any other is off until a person agrees to it (P08). */
export const mailPurposes = {
  account: { essential: true, version: 1, wording: 'purpose.account' },
  delivery: { essential: true, version: 1, wording: 'purpose.delivery' },
  correspondence: { essential: true, version: 1, wording: 'purpose.correspondence' },
  opened: { essential: false, version: 1, wording: 'purpose.opened' },
  news: { essential: false, version: 1, wording: 'purpose.news' },
  feedback: { essential: false, version: 1, wording: 'purpose.feedback' },
} as const satisfies Record<string, { essential: boolean; version: number; wording: TextKey }>

/** The name of a mail purpose. */
export type MailPurpose = keyof typeof mailPurposes
