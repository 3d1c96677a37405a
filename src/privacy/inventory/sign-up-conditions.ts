import type { TextKey } from '../../i18n/text.ts'

/** What a person must agree to at sign-up, each with its own checkbox (P09, P10). */
export const signUpConditions = {
  statement: { version: 1, wording: 'condition.statement' },
} as const satisfies Record<string, { version: number; wording: TextKey }>
