import type { Category } from './category.ts'

/** Every header of an email (P04, P13). None names a machine or a program. */
export const mailHeaders = {
  from: 'technical',
  to: 'personal',
  subject: 'technical',
  date: 'moment',
  'message-id': 'technical',
  'auto-submitted': 'technical',
  'list-unsubscribe': 'credential',
  'list-unsubscribe-post': 'technical',
  'mime-version': 'technical',
  'content-type': 'technical',
} as const satisfies Record<string, Category>
