import type { TextKey } from '../i18n/text.ts'
import type { SuspensionReason } from './suspension.ts'

/** The sentence for each reason of a suspension. */
export const suspensionTexts = {
  copied: 'verify.copied',
  restored: 'verify.restored',
  unmarked: 'verify.unmarked',
} as const satisfies Record<SuspensionReason, TextKey>
