import { type CookieName, cookies } from '../privacy/inventory/cookies.ts'

/** The only writer of Set-Cookie: a cookie that is not in the inventory cannot be named. An empty value removes it. */
export function setCookie(name: CookieName, value: string, place: { basePath: string; secure: boolean }): string {
  const age = value === '' ? 0 : cookies[name].maxAge
  const parts = [`${name}=${value}`, `Path=${place.basePath || '/'}`, `Max-Age=${age}`, 'HttpOnly', 'SameSite=Lax']
  return (place.secure ? [...parts, 'Secure'] : parts).join('; ')
}

/** The value of one of our cookies, or nothing. */
export function readCookie(request: Request, name: CookieName): string | undefined {
  const sent = request.headers.get('cookie')
  if (sent === null) return undefined
  for (const pair of sent.split(';')) {
    const [key, value] = pair.trim().split('=', 2)
    if (key === name) return value
  }
  return undefined
}
