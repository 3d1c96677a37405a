import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { findSession } from '../../src/accounts/sessions/sessions.ts'
import { completeMfa, signInAs } from '../../src/accounts/sign-in/sign-in.ts'
import { day, hour, minute } from '../fixtures/clock.ts'
import { failureOf } from '../fixtures/failure.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { goodPassword, lastLink, member, openInstance, Person } from '../fixtures/people.ts'
import { rowsOf, tamper } from '../fixtures/stored.ts'

let sotto: Instance
beforeAll(async () => {
  sotto = await openInstance()
})
afterAll(() => sotto[Symbol.asyncDispose]())

const idOf = async (at: Instance, name: string) =>
  (await rowsOf(at.app, 'account')).find(({ user_name }) => user_name === name)?.id ?? ''

describe('sign-in', () => {
  test('accepts the user name or the address, in any case', async () => {
    const person = await member(sotto)
    for (const name of [person.name, person.email, person.name.toUpperCase(), ` ${person.email} `]) {
      const browser = new Person(sotto, person.name)
      expect((await browser.signIn(goodPassword, name)).status).toBe(303)
      expect(await browser.isIn()).toBe(true)
    }
  })

  test('issues a new token each time, and ends the previous session of the browser', async () => {
    const person = await member(sotto)
    const before = person.token
    await person.signIn()
    expect(person.token).not.toBe(before)
    const thief = new Person(sotto)
    thief.token = before
    expect([await person.isIn(), await thief.isIn()]).toEqual([true, false])
  })

  test('does not adopt a token from the request', async () => {
    const person = await member(sotto)
    await person.post('/sign-out')
    person.token = 'a'.repeat(43)
    await person.signIn()
    expect(person.token).not.toBe('a'.repeat(43))
    const thief = new Person(sotto)
    thief.token = 'a'.repeat(43)
    expect(await thief.isIn()).toBe(false)
  })

  test('responds in the same way to a wrong password and an unknown name', async () => {
    const person = await member(sotto)
    const answers = []
    for (const name of [person.name, 'n'.repeat(person.name.length)]) {
      const response = await new Person(sotto).signIn('not this one', name)
      const { 'x-request-id': _, date, ...headers } = Object.fromEntries(response.headers)
      answers.push({ status: response.status, headers, length: (await response.bytes()).length })
    }
    expect(answers[0]).toEqual(answers[1])
  })

  test('by password can be turned off, and then no form asks for one', async () => {
    await using off = await openInstance({
      'password-sign-in': 'false',
      'oidc-issuer': 'https://login.example.org',
      'oidc-client-id': 'sotto',
    })
    expect(await (await off.fetch('/sign-in')).text()).not.toContain('type="password"')
    expect((await new Person(off).signIn()).status).toBe(403)
    expect((await new Person(off).signUp()).status).toBe(403)
    expect((await new Person(off).post('/reset', { name: 'a@example.org' })).status).toBe(403)
  })

  test('is throttled for one name from one network, and for no other', async () => {
    const person = await member(sotto)
    const guesser = new Person(sotto)
    const statuses = []
    for (let guess = 0; guess < 12; guess++) statuses.push((await guesser.signIn('not this one', person.name)).status)
    expect(statuses).toEqual([...Array(10).fill(403), 429, 429])
    expect((await guesser.signIn(goodPassword, person.name)).status).toBe(429)
    expect((await person.signIn()).status).toBe(303)
    sotto.clock.advance(15 * minute)
    expect((await guesser.signIn(goodPassword, person.name)).status).toBe(303)
  })
})

describe('sign-out', () => {
  test('ends the session on the server and deletes the cookie', async () => {
    const person = await member(sotto)
    const { token } = person
    const out = await person.post('/sign-out')
    expect([out.status, person.token, out.headers.get('clear-site-data')]).toEqual([303, '', '"cache", "storage"'])
    person.token = token
    expect(await person.isIn()).toBe(false)
  })

  test('is not possible by a GET', async () => {
    const person = await member(sotto)
    expect((await person.get('/sign-out')).status).toBe(405)
    expect(await person.isIn()).toBe(true)
  })
})

describe('the session cookie', () => {
  test('is HttpOnly, and bound to the host with TLS', async () => {
    await using tls = await startInstance({
      'sign-up': 'open',
      'base-url': 'https://secrets.example.org',
      'trusted-proxies': '127.0.0.1',
    })
    const host = { host: 'secrets.example.org', 'content-type': 'application/x-www-form-urlencoded' }
    const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString()
    const person = new Person(tls)
    const up = { method: 'POST', headers: host, body: form(person.form()) }
    expect((await tls.fetch('/sign-up', up)).status).toBe(303)
    const body = form({ user_name: person.name, password: goodPassword })
    const link = await lastLink(tls, 'confirm-email', person.email)
    const [cookie = ''] = (await tls.fetch(link, { method: 'POST', headers: host, body })).headers.getSetCookie()
    expect(cookie).toMatch(/^__Host-sotto_session=[\w-]{43}; /)
    expect(cookie.split('; ').slice(1).sort()).toEqual([
      'HttpOnly',
      'Max-Age=604800',
      'Path=/',
      'SameSite=Lax',
      'Secure',
    ])
  })
})

describe('a session ends', () => {
  test('after the idle time; use extends it up to its limit', async () => {
    await using clocked = await openInstance({ 'session-idle': '2h', 'session-limit': '1d' })
    const person = await member(clocked)
    for (let hours = 0; hours < 22; hours += 1) {
      clocked.clock.advance(hour)
      expect(await person.isIn()).toBe(true)
    }
    clocked.clock.advance(2 * hour)
    expect(await person.isIn()).toBe(false)
    await person.signIn()
    clocked.clock.advance(2 * hour - 1)
    expect(await person.isIn()).toBe(true)
    clocked.clock.advance(2 * hour)
    expect(await person.isIn()).toBe(false)
  })

  test('for an operator after an hour of idle time, or after twelve hours', async () => {
    await using clocked = await openInstance()
    const person = await member(clocked)
    await tamper(clocked.app, `UPDATE account SET role = 'operator'`)
    await person.signIn()
    clocked.clock.advance(hour - 1)
    expect(await person.isIn()).toBe(true)
    for (let hours = 1; hours < 12; hours++) {
      clocked.clock.advance(hour - 1)
      expect(await person.isIn()).toBe(true)
    }
    clocked.clock.advance(hour - 1)
    expect(await person.isIn()).toBe(false)
  })

  test('at once if its owner, and only its owner, ends it in another browser', async () => {
    const person = await member(sotto)
    const elsewhere = new Person(sotto, person.name)
    await elsewhere.signIn()
    const stranger = await member(sotto)
    const page = await (await person.get('/account/sessions')).text()
    expect(page).toContain('Browser: firefox')
    const ids = [...page.matchAll(/name="session" value="([0-9a-f]{64})"/g)].map(([, id = '']) => id)
    expect(ids).toHaveLength(2)
    for (const session of ids) await stranger.post('/account/sessions/end', { session })
    expect([await person.isIn(), await elsewhere.isIn()]).toEqual([true, true])
    await person.post('/account/sessions/end-others')
    expect([await person.isIn(), await elsewhere.isIn()]).toEqual([true, false])
    const [own = ''] = ((await (await person.get('/account/sessions')).text()).match(/[0-9a-f]{64}/) ?? []) as string[]
    await person.post('/account/sessions/end', { session: own })
    expect(await person.isIn()).toBe(false)
  })

  test('at once if the account is disabled', async () => {
    const person = await member(sotto)
    await tamper(sotto.app, `UPDATE account SET disabled_at = 1 WHERE user_name = '${person.name}'`)
    expect([await person.isIn(), (await person.signIn()).status]).toEqual([false, 403])
  })
})

describe('a second factor', () => {
  test('is required if the account has one: until then the session is not signed in', async () => {
    const person = await member(sotto)
    await tamper(sotto.app, `UPDATE account SET totp_since = 1, totp_secret = x'00' WHERE user_name = '${person.name}'`)
    expect((await person.signIn()).headers.get('location')).toBe(`${sotto.url}/sign-in/factor`)
    for (const path of ['/account', '/account/sessions', '/account/close'])
      expect((await person.get(path)).headers.get('location')).toBe(`${sotto.url}/sign-in/factor`)
    for (const [path, fields] of [
      ['/account/user-name', { user_name: 'another' }],
      ['/account/password', { current: goodPassword, password: 'staple battery' }],
      ['/account/close', { sure: 'on', secrets: 'burn', when: 'now', password: goodPassword }],
    ] as const)
      expect([path, (await person.post(path, fields)).status]).toEqual([path, 401])
    expect((await person.api('/account')).status).toBe(401)
  })

  test('must be enrolled first if the operator requires one of the role', async () => {
    await using strict = await openInstance({ 'second-factor': 'everyone' })
    const person = new Person(strict)
    await person.signUp()
    const link = await lastLink(strict, 'confirm-email', person.email)
    const entered = await person.post(link, { user_name: person.name, password: goodPassword })
    expect(entered.headers.get('location')).toBe(`${strict.url}/account/factors`)
    expect(await person.isIn()).toBe(false)
  })

  test('issues a new token when completed, and ends the pending session', async () => {
    const person = await member(sotto)
    const id = await idOf(sotto, person.name)
    await tamper(sotto.app, `UPDATE account SET totp_since = 1, totp_secret = x'00' WHERE id = '${id}'`)
    const { token, next } = await signInAs(sotto.app, { id }, 'firefox', { factors: 'one' })
    const pending = await findSession(sotto.app, token)
    expect([next, pending?.mfaComplete]).toEqual(['mfa', false])
    if (!pending) throw new Error('no session')
    const complete = await completeMfa(sotto.app, pending, 'firefox')
    expect(complete).not.toBe(token)
    expect((await findSession(sotto.app, complete))?.mfaComplete).toBe(true)
    expect(await findSession(sotto.app, token)).toBeUndefined()
  })

  test('is not required after a proof of both factors', async () => {
    const person = await member(sotto)
    const id = await idOf(sotto, person.name)
    await tamper(sotto.app, `UPDATE account SET totp_since = 1, totp_secret = x'00' WHERE id = '${id}'`)
    expect((await signInAs(sotto.app, { id }, 'firefox', { factors: 'both' })).next).toBe('done')
  })

  test('is pending for at most half an hour, whatever the session limits', async () => {
    await using other = await openInstance({ 'session-idle': '7d' })
    const person = await member(other)
    const id = await idOf(other, person.name)
    await tamper(other.app, `UPDATE account SET totp_since = 1, totp_secret = x'00' WHERE id = '${id}'`)
    const { token } = await signInAs(other.app, { id }, 'firefox', { factors: 'one' })
    other.clock.advance(30 * minute - 1)
    expect(await findSession(other.app, token)).toBeDefined()
    other.clock.advance(1)
    expect(await findSession(other.app, token)).toBeUndefined()
  })
})

describe('an account that is not active', () => {
  test.each(['confirmed_at = NULL', 'disabled_at = 1', 'closed_at = 1'])('cannot sign in: %s', async (state) => {
    const person = await member(sotto)
    const id = await idOf(sotto, person.name)
    await tamper(sotto.app, `UPDATE account SET ${state} WHERE id = '${id}'`)
    expect(await failureOf(signInAs(sotto.app, { id }, 'firefox', { factors: 'both' }))).toBe('sign_in_failed')
  })
})

test('keeps an account that is not used for ten years (P21)', async () => {
  await using old = await openInstance()
  const person = await member(old)
  old.clock.advance(3653 * day)
  expect((await person.signIn()).status).toBe(303)
  expect(await person.isIn()).toBe(true)
})
