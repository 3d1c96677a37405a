import type { Config } from '../config/options.ts'
import { type CookieName, cookies } from '../privacy/inventory/cookies.ts'

/** Returns a `Set-Cookie` header for a cookie of the inventory. An empty value deletes the cookie. */
export function setCookie(name: CookieName, value: string, scope: { basePath: string; secure: boolean }): string {
  const age = value === '' ? 0 : cookies[name].maxAge
  const parts = [`${name}=${value}`, `Path=${scope.basePath || '/'}`, `Max-Age=${age}`, 'HttpOnly', 'SameSite=Lax']
  return (scope.secure ? [...parts, 'Secure'] : parts).join('; ')
}

/** Returns the value of one of our cookies, or undefined. */
export function readCookie(request: Request, name: CookieName): string | undefined {
  const header = request.headers.get('cookie')
  if (header === null) return undefined
  for (const pair of header.split(';')) {
    const [key, value] = pair.trim().split('=', 2)
    if (key === name) return value
  }
  return undefined
}

/** Returns the name of the session cookie. With TLS and without a base path, the `__Host-` prefix binds it to the host. */
export function sessionCookie({ baseUrl, basePath }: Pick<Config, 'baseUrl' | 'basePath'>): CookieName {
  return baseUrl.startsWith('https:') && basePath === '' ? '__Host-sotto_session' : 'sotto_session'
}
