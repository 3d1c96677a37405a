import { TOTP } from 'otpauth'
import { confirmApp, type Holder } from '../../src/accounts/factors.ts'
import { findSession, type Signed } from '../../src/accounts/sessions.ts'
import { type Entered, enter } from '../../src/accounts/sign-in.ts'
import { beginTotp, pendingTotp } from '../../src/accounts/totp.ts'
import type { App } from '../../src/app.ts'
import type { Role } from '../../src/database/account-tables.ts'
import type { Instance } from '../fixtures/instance.ts'
import { goodPassword } from '../fixtures/people.ts'
import { newAccount } from '../fixtures/someone.ts'

export const network = 'a network'
export const password = goodPassword

/** An account of its own, whose address is confirmed; its id. Without a password where `secret` is null. */
export function person(app: App, name = 'ada', role: Role = 'member', secret: string | null = password) {
  return newAccount(app, name, role, secret ?? undefined)
}

/** A browser that has shown one factor of the account. */
export function entered(app: App, account: string): Promise<Entered> {
  return enter(app, { id: account }, 'firefox', { factors: 'one' })
}

/** The session of a cookie, which must be there. */
export async function sessionOf(app: App, cookie: string): Promise<Signed> {
  const signed = await findSession(app, cookie)
  if (!signed) throw new Error('no session')
  return signed
}

/** Somebody signed in, as the operations know them. */
export async function holder(app: App, account: string): Promise<Holder> {
  const { cookie } = await entered(app, account)
  const { lookup, role } = await sessionOf(app, cookie)
  return { account, role, scopes: 'all', session: lookup, network, half: undefined }
}

/** The authenticator app of an account that has just begun to set one up; it shows the code of a moment. */
export function appOf(app: App, account: string): { at(moment: number): string } {
  const pending = pendingTotp(app, account)
  if (!pending) throw new Error('nothing pending')
  const secret = new URL(pending.uri).searchParams.get('secret') ?? ''
  const totp = new TOTP({ secret })
  return { at: (moment) => totp.generate({ timestamp: moment }) }
}

/** Sets up an app that counts, and lets a step pass, so that its next code is a new one. */
export async function withApp({ app, clock }: Instance, who: Holder) {
  await beginTotp(app, who.account)
  const phone = appOf(app, who.account)
  const codes = await confirmApp(app, who, phone.at(app.now()))
  clock.advance(30_000)
  return { ...phone, codes, now: () => phone.at(app.now()) }
}

/** The cookie header of a session. */
export function asCookie(value: string): { cookie: string } {
  return { cookie: `sotto_session=${value}` }
}

/** A form, as a browser posts it. */
export function form(fields: Record<string, string>, headers: Record<string, string> = {}): RequestInit {
  return { method: 'POST', body: new URLSearchParams(fields), headers }
}

/** The value of a cookie that an answer sets; empty where it is taken away, nothing where it is not named. */
export function cookieIn(answer: Response, name = 'sotto_session'): string | undefined {
  const line = answer.headers.getSetCookie().find((one) => one.startsWith(`${name}=`))
  return line?.slice(name.length + 1).split(';', 1)[0]
}
