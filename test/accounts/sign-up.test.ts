import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { day } from '../fixtures/clock.ts'
import type { Instance } from '../fixtures/instance.ts'
import { dump, goodPassword, kindsTo, lastLink, mails, member, openInstance, Person } from '../fixtures/people.ts'
import { rowsOf } from '../fixtures/stored.ts'

let sotto: Instance
beforeAll(async () => {
  sotto = await openInstance({ peers: 'eu=https://eu.example.org', 'mail-optional': 'news' })
})
afterAll(() => sotto[Symbol.asyncDispose]())

const accountsNamed = async (name: string) =>
  (await rowsOf(sotto.app, 'account')).filter(({ user_name }) => user_name === name)

describe('the sign-up form (P07, P09, P10, P17)', () => {
  test('asks only for user name, address, password, age and each consent', async () => {
    const page = await (await sotto.fetch('/sign-up')).text()
    const form = page.slice(page.indexOf('action="/sign-up"'))
    const names = [...form.slice(0, form.indexOf('</form>')).matchAll(/ name="([a-z_]+)"/g)].map(([, name]) => name)
    expect(names).toEqual(['user_name', 'email', 'password', 'age', 'agree_statement', 'agree_news'])
  })

  test('has no checkbox checked in advance', async () => {
    expect(await (await sotto.fetch('/sign-up')).text()).not.toContain('checked')
  })

  test('shows the region, its meaning, and links to the other regions', async () => {
    const page = await (await sotto.fetch('/sign-up')).text()
    expect(page).toContain('Stored in: Local')
    expect(page).toContain('in this region only')
    expect(page).toContain('href="https://eu.example.org/sign-up"')
  })

  test.each(['age', 'agree_statement'])('creates no account without %s', async (checkbox) => {
    const person = new Person(sotto)
    const { [checkbox]: _, ...form } = person.form()
    const response = await person.post('/sign-up', form)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain(person.email)
    expect((await mails(sotto)).filter(({ to }) => to === person.email)).toEqual([])
  })

  test.each(['a', 'a b', '<b>', 'ü', 'x'.repeat(33)])('rejects the user name "%s"', async (user_name) => {
    expect((await new Person(sotto).signUp({ user_name })).status).toBe(400)
  })

  test('does not fill in the password again', async () => {
    const page = await (await new Person(sotto).signUp({ user_name: '!', password: 'a planted password' })).text()
    expect(page).not.toContain('planted')
  })
})

describe('an account', () => {
  test('exists when its address is confirmed with its password, and not before', async () => {
    const person = new Person(sotto)
    expect((await person.signUp()).headers.get('location')).toBe(`${sotto.url}/sign-up/sent`)
    expect(await accountsNamed(person.name)).toEqual([])
    expect((await person.signIn()).status).toBe(403)
    const link = await lastLink(sotto, 'confirm-email', person.email)
    expect((await person.get(link)).status).toBe(200)
    expect(await accountsNamed(person.name)).toEqual([])
    const wrong = await person.post(link, { user_name: person.name, password: 'another password' })
    expect([wrong.status, await accountsNamed(person.name)]).toEqual([403, []])
    await person.post(link, { user_name: person.name, password: goodPassword })
    expect(await person.isIn()).toBe(true)
    expect(await accountsNamed(person.name)).toMatchObject([{ role: 'member', confirmed_at: sotto.clock.now }])
    expect((await person.get(link)).status).toBe(404)
  })

  test('records each consent with its wording, and each refusal', async () => {
    const plain = await member(sotto)
    const [{ id = '' } = {}] = await accountsNamed(plain.name)
    const agreed = (await rowsOf(sotto.app, 'consent')).filter(({ account_id }) => account_id === id)
    expect(agreed).toMatchObject([
      { purpose: 'statement', version: 1, answer: 'given', wording: expect.stringContaining('Privacy Statement') },
      ...sotto.app.config.mailOptional.map((purpose) => ({ purpose, answer: 'refused' as const })),
    ])
  })

  test('may change its user name at confirmation, if it was taken in the meantime', async () => {
    const first = new Person(sotto, 'twice')
    const second = new Person(sotto, 'also-twice')
    await first.signUp()
    await second.signUp({ user_name: 'twice' })
    await first.post(await lastLink(sotto, 'confirm-email', first.email), {
      user_name: 'twice',
      password: goodPassword,
    })
    const link = await lastLink(sotto, 'confirm-email', second.email)
    const taken = await second.post(link, { user_name: 'twice', password: goodPassword })
    expect([taken.status, await second.isIn()]).toEqual([422, false])
    await second.post(link, { user_name: 'thrice', password: goodPassword })
    expect(await second.isIn()).toBe(true)
  })

  test('cannot be confirmed after seven days', async () => {
    await using other = await openInstance()
    const person = new Person(other)
    await person.signUp()
    other.clock.advance(7 * day)
    expect((await person.get(await lastLink(other, 'confirm-email', person.email))).status).toBe(404)
  })
})

describe('a pending sign-up', () => {
  test('is encrypted so that only its link decrypts it', async () => {
    const person = new Person(sotto, 'canary-name')
    await person.signUp()
    const code = (await lastLink(sotto, 'confirm-email', person.email)).split('/').at(-1) ?? ''
    expect((await rowsOf(sotto.app, 'code')).length).toBeGreaterThan(0)
    for (const planted of ['canary-name"', code, '$argon2id$v=19$m=65536,t=3,p=1$canary'])
      expect(await dump(sotto)).not.toContain(planted)
  })
})

describe('an address that has an account already', () => {
  test('gets the same response as a new one; only its owner learns of it, by mail', async () => {
    const known = await member(sotto)
    const before = (await kindsTo(sotto, known.email)).length
    const stranger = new Person(sotto)
    const again = await stranger.signUp({ email: known.email })
    const fresh = await new Person(sotto).signUp()
    expect(await outside(again)).toEqual(await outside(fresh))
    expect((await kindsTo(sotto, known.email)).slice(before)).toEqual(['already-registered'])
  })

  test('is not revealed by the user name, which a pending sign-up does not reserve', async () => {
    const known = await member(sotto)
    const stranger = new Person(sotto)
    for (const email of [known.email, 'unknown@example.org']) {
      await stranger.signUp({ user_name: 'wanted', email })
      const next = new Person(sotto)
      expect((await next.signUp({ user_name: 'wanted' })).status).toBe(303)
      expect((await stranger.signIn(goodPassword, 'wanted')).status).toBe(403)
    }
  })
})

describe('sign-up is open', () => {
  test.each(['closed', 'invitation'])('only by invitation, with sign-up=%s', async (mode) => {
    await using closed = await openInstance({ 'sign-up': mode })
    expect(await (await closed.fetch('/sign-up')).text()).not.toContain('<form class="form"')
    expect((await new Person(closed).signUp()).status).toBe(403)
    expect(await mails(closed)).toEqual([])
  })

  test('to the configured mail domains, with sign-up=domains', async () => {
    await using some = await openInstance({ 'sign-up': 'domains', 'sign-up-domains': 'example.org' })
    expect((await new Person(some).signUp()).status).toBe(303)
    for (const email of ['a@example.com', 'a@sub.example.org', 'a@example.org.evil.example'])
      expect((await new Person(some).signUp({ email })).status).toBe(403)
  })
})

test('limits the mails that one network can send to one address', async () => {
  const person = new Person(sotto)
  const statuses = []
  for (let time = 0; time < 7; time++) statuses.push((await person.signUp()).status)
  expect(statuses).toEqual([303, 303, 303, 303, 303, 429, 429])
})

/** Returns a response without its date and request id, to compare it. */
async function outside(response: Response) {
  const { 'x-request-id': _, date, ratelimit, ...headers } = Object.fromEntries(response.headers)
  return { status: response.status, headers, length: (await response.bytes()).length }
}
