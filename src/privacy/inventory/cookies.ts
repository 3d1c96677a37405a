import type { TextKey } from '../../i18n/text.ts'

/** Every cookie (P16), with `maxAge` in seconds. A cookie is set only when the visitor asks for what it does. */
export const cookies = {
  sotto_theme: { purpose: 'privacy.purpose.theme', retention: 'privacy.retention.theme', maxAge: 365 * 86_400 },
  '__Host-sotto_session': {
    purpose: 'privacy.purpose.cookie',
    retention: 'privacy.retention.cookie',
    maxAge: 7 * 86_400,
  },
  sotto_session: { purpose: 'privacy.purpose.cookieHttp', retention: 'privacy.retention.cookie', maxAge: 7 * 86_400 },
  '__Host-sotto_outside': { purpose: 'privacy.purpose.outside', retention: 'privacy.retention.outside', maxAge: 900 },
  sotto_outside: { purpose: 'privacy.purpose.outsideHttp', retention: 'privacy.retention.outside', maxAge: 900 },
} as const satisfies Record<string, { purpose: TextKey; retention: TextKey; maxAge: number }>

/** The name of a cookie. */
export type CookieName = keyof typeof cookies
