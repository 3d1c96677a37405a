import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createLoginLink } from '../../src/accounts/sign-in/login-link.ts'
import { createFirstOperatorLink, createInvitation, mailInvitation } from '../../src/accounts/sign-up/invitations.ts'
import { day, minute } from '../fixtures/clock.ts'
import type { Instance } from '../fixtures/instance.ts'
import { goodPassword, kindsTo, lastLink, member, openInstance, Person } from '../fixtures/people.ts'
import { everyRow, rowsOf, tamper } from '../fixtures/stored.ts'

let sotto: Instance
beforeAll(async () => {
  sotto = await openInstance()
})
afterAll(() => sotto[Symbol.asyncDispose]())

const newPassword = 'staple battery horse'
const accountOf = async (name: string) =>
  (await rowsOf(sotto.app, 'account')).find(({ user_name }) => user_name === name)

async function asked(person: Person): Promise<string> {
  sotto.clock.advance(6 * minute)
  await new Person(sotto).post('/reset', { name: person.email })
  return lastLink(sotto, 'reset-password', person.email)
}

describe('a password reset link', () => {
  test('sets a password once, within thirty minutes, and only the newest one works', async () => {
    const person = await member(sotto)
    const older = await asked(person)
    const newer = await asked(person)
    expect(newer).not.toBe(older)
    expect((await person.post(older, { password: newPassword })).status).toBe(404)
    sotto.clock.advance(30 * minute - 1)
    expect((await person.post(newer, { password: newPassword })).status).toBe(303)
    expect((await person.post(newer, { password: 'another one of mine' })).status).toBe(404)
    const late = await asked(person)
    sotto.clock.advance(30 * minute)
    expect((await person.post(late, { password: 'another one of mine' })).status).toBe(404)
    expect((await person.signIn(newPassword)).status).toBe(303)
  })

  test('changes nothing on GET requests, such as those of a mail scanner', async () => {
    const person = await member(sotto)
    const link = await asked(person)
    const before = JSON.stringify(await everyRow(sotto.app))
    for (let time = 0; time < 5; time++) expect((await new Person(sotto).get(link)).status).toBe(200)
    expect(JSON.stringify(await everyRow(sotto.app))).toBe(before)
  })

  test('ends every session, starts none, keeps the second factor, and notifies the owner', async () => {
    const person = await member(sotto)
    await tamper(sotto.app, `UPDATE account SET totp_since = 7, totp_secret = x'00' WHERE user_name = '${person.name}'`)
    const link = await asked(person)
    const stranger = new Person(sotto)
    expect(await person.isIn()).toBe(true)
    await stranger.post(link, { password: newPassword })
    expect([await person.isIn(), await stranger.isIn(), stranger.token]).toEqual([false, false, ''])
    expect((await accountOf(person.name))?.totp_since).toBe(7)
    expect((await kindsTo(sotto, person.email)).at(-1)).toBe('password-changed')
    expect((await person.signIn()).status).toBe(403)
  })

  test('rejects short and common passwords, and stays valid', async () => {
    const link = await asked(await member(sotto))
    for (const password of ['short', 'password'])
      expect((await new Person(sotto).post(link, { password })).status).toBe(400)
    expect((await new Person(sotto).post(link, { password: newPassword })).status).toBe(303)
  })

  test('is mailed only to an existing account; the response does not reveal whether there is one', async () => {
    const person = await member(sotto)
    const ask = async (name: string) => {
      const response = await new Person(sotto).post('/reset', { name })
      const { 'x-request-id': _, date, ...headers } = Object.fromEntries(response.headers)
      return { status: response.status, headers, length: (await response.bytes()).length }
    }
    const known = await ask(person.email)
    expect(await ask('unknown@example.org')).toEqual(known)
    expect(await ask('unknown-name')).toEqual(known)
    expect((await kindsTo(sotto, person.email)).at(-1)).toBe('reset-password')
    expect(await kindsTo(sotto, 'unknown@example.org')).toEqual([])
  })

  test('is not mailed repeatedly: strangers can neither flood a mailbox nor replace its link', async () => {
    const person = await member(sotto)
    const link = await asked(person)
    for (let time = 0; time < 5; time++) await new Person(sotto).post('/reset', { name: person.email })
    expect((await kindsTo(sotto, person.email)).filter((kind) => kind === 'reset-password')).toHaveLength(1)
    expect((await person.post(link, { password: newPassword })).status).toBe(303)
  })

  test('is not mailed to an account without a password, or a disabled or closed one', async () => {
    for (const state of ['password = NULL', 'disabled_at = 1', 'closed_at = 1']) {
      const person = await member(sotto)
      await tamper(sotto.app, `UPDATE account SET ${state} WHERE user_name = '${person.name}'`)
      await new Person(sotto).post('/reset', { name: person.email })
      expect(await kindsTo(sotto, person.email)).not.toContain('reset-password')
    }
  })
})

describe('a login link', () => {
  test('signs in once, within thirty minutes, only the newest one, and not by a GET', async () => {
    const person = await member(sotto)
    const { id = '' } = (await accountOf(person.name)) ?? {}
    const older = await createLoginLink(sotto.app, id)
    const link = await createLoginLink(sotto.app, id)
    const browser = new Person(sotto, person.name)
    expect((await browser.post(older)).status).toBe(404)
    expect([(await browser.get(link)).status, await browser.isIn()]).toEqual([200, false])
    expect([(await browser.post(link)).status, await browser.isIn()]).toEqual([303, true])
    expect((await browser.post(link)).status).toBe(404)
    const late = await createLoginLink(sotto.app, id)
    sotto.clock.advance(30 * minute)
    expect((await browser.post(late)).status).toBe(404)
  })

  test('counts as one factor, not both', async () => {
    const person = await member(sotto)
    await tamper(sotto.app, `UPDATE account SET totp_since = 1, totp_secret = x'00' WHERE user_name = '${person.name}'`)
    const link = await createLoginLink(sotto.app, (await accountOf(person.name))?.id ?? '')
    const browser = new Person(sotto)
    expect((await browser.post(link)).headers.get('location')).toBe(`${sotto.url}/sign-in/factor`)
    expect(await browser.isIn()).toBe(false)
  })
})

describe('an invitation', () => {
  test('creates an account with its address and role, once, even if sign-up is closed', async () => {
    await using closed = await openInstance({ 'sign-up': 'closed' })
    const person = new Person(closed)
    await mailInvitation(closed.app, { email: person.email, role: 'operator' })
    const link = await lastLink(closed, 'invitation', person.email)
    const page = await (await person.get(link)).text()
    expect(page).toContain(`This invitation is for ${person.email}.`)
    expect(page).not.toContain('name="email"')
    await person.signUp({ email: 'another@example.org' }, link)
    expect(await person.isIn()).toBe(true)
    expect(await rowsOf(closed.app, 'account')).toMatchObject([{ email: person.email, role: 'operator' }])
    expect((await new Person(closed).signUp({}, link)).status).toBe(404)
  })

  test('requires the age statement and the consent like any sign-up', async () => {
    const person = new Person(sotto)
    const link = await createInvitation(sotto.app, { email: person.email, role: 'member' })
    const { age: _, ...young } = person.form()
    expect((await person.post(link, young)).status).toBe(400)
    const { agree_statement: __, ...unwilling } = person.form()
    expect((await person.post(link, unwilling)).status).toBe(400)
    expect((await person.signUp({}, link)).status).toBe(303)
  })

  test('is valid for seven days when mailed, and is replaced by a newer one', async () => {
    const person = new Person(sotto)
    const input = { email: person.email, role: 'member' } as const
    await mailInvitation(sotto.app, input)
    const older = await lastLink(sotto, 'invitation', person.email)
    await mailInvitation(sotto.app, input)
    const newer = await lastLink(sotto, 'invitation', person.email)
    expect([(await person.get(older)).status, (await person.get(newer)).status]).toEqual([404, 200])
    sotto.clock.advance(7 * day)
    expect((await person.get(newer)).status).toBe(404)
  })
})

describe('the link of the first operator', () => {
  test('works once, for thirty minutes, and is replaced at the next start', async () => {
    await using fresh = await openInstance({ 'sign-up': 'closed' })
    const older = (await createFirstOperatorLink(fresh.app)) ?? ''
    const link = (await createFirstOperatorLink(fresh.app)) ?? ''
    const person = new Person(fresh)
    expect((await person.get(older)).status).toBe(404)
    fresh.clock.advance(30 * minute - 1)
    expect((await person.signUp({}, link)).status).toBe(303)
    expect(await person.isIn()).toBe(true)
    expect(await rowsOf(fresh.app, 'account')).toMatchObject([{ role: 'operator' }])
    expect((await new Person(fresh).signUp({}, link)).status).toBe(404)
    expect(await createFirstOperatorLink(fresh.app)).toBeUndefined()
  })

  test('is created again if the only operator is disabled or closed', async () => {
    await using fresh = await openInstance()
    await new Person(fresh).signUp({}, await createFirstOperatorLink(fresh.app))
    for (const state of ['disabled_at', 'closed_at']) {
      expect(await createFirstOperatorLink(fresh.app)).toBeUndefined()
      await tamper(fresh.app, `UPDATE account SET ${state} = 1`)
      expect(await createFirstOperatorLink(fresh.app)).toStartWith('/sign-up/with/')
      await tamper(fresh.app, `UPDATE account SET ${state} = NULL`)
    }
  })
})

describe('a new email address', () => {
  test('applies when confirmed by its own link, and the old address is notified', async () => {
    const person = await member(sotto)
    const email = `new-${person.email}`
    expect((await person.post('/account/email', { email, password: goodPassword })).status).toBe(303)
    expect((await accountOf(person.name))?.email).toBe(person.email)
    const link = await lastLink(sotto, 'confirm-new-email', email)
    expect(await (await new Person(sotto).get(link)).text()).toContain(email)
    expect((await accountOf(person.name))?.email).toBe(person.email)
    expect((await new Person(sotto).post(link)).status).toBe(303)
    expect((await accountOf(person.name))?.email).toBe(email)
    expect((await kindsTo(sotto, person.email)).at(-1)).toBe('email-changed')
    expect((await new Person(sotto).post(link)).status).toBe(404)
  })

  test('requires the password', async () => {
    const person = await member(sotto)
    const email = `new-${person.email}`
    expect((await person.post('/account/email', { email, password: 'not this one' })).status).toBe(403)
    sotto.clock.advance(11 * minute)
    expect((await person.post('/account/email', { email })).status).toBe(403)
    expect(await kindsTo(sotto, email)).toEqual([])
  })

  test('of another account gets the same response, and no link', async () => {
    const person = await member(sotto)
    const other = await member(sotto)
    const before = await kindsTo(sotto, other.email)
    const answer = await person.post('/account/email', { email: other.email, password: goodPassword })
    expect([answer.status, await kindsTo(sotto, other.email)]).toEqual([303, before])
  })
})
