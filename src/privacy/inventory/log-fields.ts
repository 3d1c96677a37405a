import type { Category } from './category.ts'

/** Every field of the request log (P05). Writing a field that is missing here does not compile. */
export const logFields = {
  time: 'moment',
  event: 'technical',
  request_id: 'technical',
  method: 'technical',
  route: 'technical',
  status: 'technical',
  code: 'technical',
  took_ms: 'technical',
  removed: 'technical',
  listening: 'technical',
  version: 'technical',
  mark: 'technical',
  browser: 'visitor',
  language: 'visitor',
  region: 'visitor',
  theme: 'visitor',
  address: 'visitor',
} as const satisfies Record<string, Category>

/** The name of a field of the log. */
export type LogField = keyof typeof logFields

/** Every field of the security log (P05, P06): what was refused, without user names or content. */
export const securityLogFields = {
  time: 'moment',
  event: 'technical',
  code: 'technical',
  request_id: 'technical',
  method: 'technical',
  route: 'technical',
  region: 'technical',
  address: 'visitor',
} as const satisfies Record<string, Category>

/** The name of a field of the security log. */
export type SecurityLogField = keyof typeof securityLogFields
