import type { TextKey } from '../../i18n/text.ts'

/** Every cookie (P16), with `maxAge` in seconds. A cookie is set only when the visitor uses the function that needs it. */
export const cookies = {
  sotto_theme: {
    purpose: 'privacy.purpose.themeCookie',
    retention: 'privacy.retention.themeCookie',
    maxAge: 365 * 86_400,
  },
  '__Host-sotto_session': {
    purpose: 'privacy.purpose.sessionCookie',
    retention: 'privacy.retention.sessionCookie',
    maxAge: 7 * 86_400,
  },
  sotto_session: {
    purpose: 'privacy.purpose.sessionCookieHttp',
    retention: 'privacy.retention.sessionCookie',
    maxAge: 7 * 86_400,
  },
  '__Host-sotto_outside': {
    purpose: 'privacy.purpose.oidcCookie',
    retention: 'privacy.retention.oidcCookie',
    maxAge: 900,
  },
  sotto_outside: { purpose: 'privacy.purpose.oidcCookieHttp', retention: 'privacy.retention.oidcCookie', maxAge: 900 },
} as const satisfies Record<string, { purpose: TextKey; retention: TextKey; maxAge: number }>

/** The name of a cookie. */
export type CookieName = keyof typeof cookies
