import { describe, expect, test } from 'bun:test'
import { closeForGood } from '../../src/accounts/closing/close-account.ts'
import { eraseAccounts } from '../../src/accounts/closing/erase-accounts.ts'
import { query } from '../../src/database/query.ts'
import { run } from '../../src/database/unit.ts'
import { erasureDeadline } from '../../src/privacy/inventory/periods.ts'
import { countDue } from '../../src/privacy/purge/count-due.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { idOf as rowOf } from '../../src/secrets/key.ts'
import { day, minute } from '../fixtures/clock.ts'
import { failureOf } from '../fixtures/failure.ts'
import type { Answer, Instance } from '../fixtures/instance.ts'
import { dump, goodPassword, kindsTo, lastLink, mails, member, openInstance, Person } from '../fixtures/people.ts'
import { filesWith, rowsOf, tamper } from '../fixtures/stored.ts'

const how = { sure: 'on', secrets: 'leave', when: 'grace', password: goodPassword }

const idOf = async (sotto: Instance, name: string) =>
  (await rowsOf(sotto.app, 'account')).find(({ user_name }) => user_name === name)?.id ?? ''

/** Creates a secret owned by a member. */
async function share(sotto: Instance, person: Person): Promise<Answer> {
  const created = await sotto.posted('/secrets', { content: 'sésame' })
  const id = rowOf(created.receipt.key, sotto.app.root)
  const row = { id, account_id: await idOf(sotto, person.name), note: null, notified_at: null }
  await sotto.app.db.commit(() => run(query.insertInto('owned_secret').values(row)))
  return created
}

function holdOn(subject: string, now: number) {
  const times = { set_at: now, confirmed_at: now, reminded_at: null, released_at: null, review_at: now + day }
  return { id: 'hold', subject, reference: new Uint8Array(1), set_by: null, ...times, forget_at: now + 300 * day }
}

describe('a closed account (P22)', () => {
  test('accepts no session, password or mailed link from that moment', async () => {
    await using sotto = await openInstance()
    const person = await member(sotto)
    const elsewhere = new Person(sotto, person.name)
    await elsewhere.signIn()
    await new Person(sotto).post('/reset', { name: person.email })
    const token = { account_id: await idOf(sotto, person.name), created_at: 1, expires_at: 9e15, used_on: null }
    const row = { ...token, lookup: new Uint8Array(32), id: 'x', name: 'x', scopes: 'create' }
    await sotto.app.db.commit(() => run(query.insertInto('token').values(row)))
    expect((await person.post('/account/close', how)).headers.get('location')).toBe(`${sotto.url}/closed`)
    expect([await person.isIn(), await elsewhere.isIn(), (await person.signIn()).status]).toEqual([false, false, 403])
    const reset = await lastLink(sotto, 'reset-password', person.email)
    expect((await person.post(reset, { password: 'staple battery' })).status).toBe(404)
    expect([await rowsOf(sotto.app, 'session'), await rowsOf(sotto.app, 'token')]).toEqual([[], []])
    expect(await rowsOf(sotto.app, 'account')).toMatchObject([{ erase_due_at: sotto.clock.now + 14 * day }])
  })

  test('requires the password and a choice about its secrets', async () => {
    await using sotto = await openInstance()
    const person = await member(sotto)
    const { sure: _, ...unsure } = how
    for (const fields of [{ ...how, password: 'not this one' }, { ...how, secrets: '' }, unsure])
      expect((await person.post('/account/close', fields)).status).toBeOneOf([400, 403])
    sotto.clock.advance(11 * minute)
    expect((await person.post('/account/close', { ...how, password: '' })).status).toBe(403)
    expect(await person.isIn()).toBe(true)
  })

  test.each([
    ['burn', 'burned'],
    ['leave', 'new'],
  ])('handles unopened secrets as its owner chose: %s', async (secrets, state) => {
    await using sotto = await openInstance()
    const [person, other] = [await member(sotto), await member(sotto)]
    const [own, others] = [await share(sotto, person), await share(sotto, other)]
    await person.post('/account/close', { ...how, secrets, when: 'now' })
    const stateOf = async ({ receipt }: Answer) =>
      ((await (await sotto.fetch(`/api/v3/receipts/${receipt.key}`)).json()) as Answer).state
    expect([await stateOf(own), await stateOf(others)]).toEqual([state, 'new'])
  })

  test('is reopened by the mailed link within the grace period, and not by a GET', async () => {
    await using sotto = await openInstance()
    const person = await member(sotto)
    await person.post('/account/close', how)
    const link = await lastLink(sotto, 'account-closed', person.email)
    expect((await person.get(link)).status).toBe(200)
    expect((await person.signIn()).status).toBe(403)
    sotto.clock.advance(14 * day - 1)
    await purge(sotto.app, sotto.clock.now)
    expect((await new Person(sotto).post(link)).status).toBe(303)
    expect((await kindsTo(sotto, person.email)).at(-1)).toBe('account-restored')
    expect((await person.signIn()).status).toBe(303)
    sotto.clock.advance(20 * day)
    await purge(sotto.app, sotto.clock.now)
    expect(await rowsOf(sotto.app, 'account')).toHaveLength(1)
    expect((await new Person(sotto).post(link)).status).toBe(404)
  })

  test('cannot be reopened after the grace period, even before a purge', async () => {
    await using sotto = await openInstance()
    const person = await member(sotto)
    await person.post('/account/close', how)
    sotto.clock.advance(14 * day)
    expect((await person.post(await lastLink(sotto, 'account-closed', person.email))).status).toBe(404)
  })

  test('is erased by the purge after its grace period, in one commit with its last mail', async () => {
    await using sotto = await openInstance()
    const [person, other] = [await member(sotto), await member(sotto)]
    await person.post('/account/close', how)
    sotto.clock.advance(14 * day - 1)
    await purge(sotto.app, sotto.clock.now)
    expect(await rowsOf(sotto.app, 'account')).toHaveLength(2)
    sotto.clock.advance(1)
    expect(await countDue(sotto.app)).toMatchObject({ 'closed accounts': 1 })
    const { byRule } = await purge(sotto.app, sotto.clock.now)
    expect(byRule).toMatchObject({ 'closed accounts': 1 })
    expect(await rowsOf(sotto.app, 'purge')).toContainEqual(
      expect.objectContaining({ rule: 'closed accounts', removed: 1, oldest_due_at: sotto.clock.now }),
    )
    expect((await rowsOf(sotto.app, 'account')).map(({ user_name }) => user_name)).toEqual([other.name])
    expect((await mails(sotto)).filter(({ to }) => to === person.email)).toMatchObject([
      { kind: 'account-erased', account: null, facts: { at: sotto.clock.now } },
    ])
  })

  test('is not erased if a legal hold is placed while the purge erases others', async () => {
    await using sotto = await openInstance()
    const { app, clock } = sotto
    for (const person of [await member(sotto), await member(sotto)]) await person.post('/account/close', how)
    clock.advance(14 * day)
    const [first, second] = await rowsOf(app, 'account')
    const erasing = eraseAccounts(app)
    // Commits together with the first erasure.
    await app.db.commit(() => run(query.insertInto('legal_hold').values(holdOn(second?.id ?? '', clock.now))))
    expect(await erasing).toEqual({ removed: 1, oldestDue: first?.erase_due_at ?? 0 })
    expect(await rowsOf(app, 'account')).toMatchObject([{ id: second?.id }])
  })

  test.each([
    ['now', '14d', 0],
    ['grace', '0s', 0],
    ['grace', '22d', 22 * day],
  ])('is erased %s with a grace period of %s: on day 30 no data of the person is left', async (when, grace, after) => {
    await using sotto = await openInstance({ grace })
    const person = await member(sotto, 'canary-of-p22')
    await person.post('/account/real-name', { real_name: 'Canary Kingfisher' })
    await share(sotto, person)
    await new Person(sotto).post('/reset', { name: person.email })
    const hash = (await rowsOf(sotto.app, 'account'))[0]?.password ?? 'none'
    const pieces = [person.name, person.email, 'Canary Kingfisher', hash, await idOf(sotto, person.name)]
    for (const piece of pieces) expect(await dump(sotto)).toContain(piece)
    await person.post('/account/close', { ...how, when })
    sotto.clock.advance(after)
    await purge(sotto.app, sotto.clock.now)
    expect(await rowsOf(sotto.app, 'account')).toEqual([])
    expect(await kindsTo(sotto, person.email)).toEqual(['account-erased'])
    sotto.clock.advance(erasureDeadline - after)
    await purge(sotto.app, sotto.clock.now)
    for (const piece of pieces) {
      expect(await dump(sotto)).not.toContain(piece)
      expect(filesWith(sotto.dataDir, Buffer.from(piece))).toEqual([])
    }
    expect((await rowsOf(sotto.app, 'purge')).length).toBeGreaterThan(0)
  })

  test('is erased together with a pending sign-up for its address', async () => {
    await using sotto = await openInstance()
    const person = await member(sotto)
    await new Person(sotto).signUp({ email: person.email })
    expect(await rowsOf(sotto.app, 'code')).toHaveLength(1)
    await person.post('/account/close', { ...how, when: 'now' })
    expect(await rowsOf(sotto.app, 'code')).toEqual([])
  })
})

test('a value erased from a profile is left in no file', async () => {
  await using sotto = await openInstance()
  const person = await member(sotto)
  await person.post('/account/real-name', { real_name: 'Canary Kingfisher' })
  await purge(sotto.app, sotto.clock.now)
  expect(filesWith(sotto.dataDir, Buffer.from('Canary Kingfisher')).length).toBeGreaterThan(0)
  await person.post('/account/real-name', { real_name: '' })
  await purge(sotto.app, sotto.clock.now)
  expect(filesWith(sotto.dataDir, Buffer.from('Canary Kingfisher'))).toEqual([])
})

test('a stolen database contains no usable session token, link or password', async () => {
  await using sotto = await openInstance()
  const person = await member(sotto)
  const pending = new Person(sotto)
  await pending.signUp()
  await new Person(sotto).post('/reset', { name: person.email })
  await person.post('/account/email', { email: 'another@example.org', password: goodPassword })
  const codes = [
    await lastLink(sotto, 'confirm-email', pending.email),
    await lastLink(sotto, 'reset-password', person.email),
    await lastLink(sotto, 'confirm-new-email', 'another@example.org'),
  ].map((link) => link.split('/').at(-1) ?? '')
  expect(codes.every((code) => code.length === 43)).toBe(true)
  const hash = (await rowsOf(sotto.app, 'account'))[0]?.password ?? ''
  const stored = await dump(sotto)
  expect(stored).toContain(hash.slice(0, 30))
  for (const raw of [person.token, ...codes, goodPassword]) {
    expect(stored).not.toContain(raw)
    expect(stored).not.toContain(Buffer.from(raw, 'base64url').toString('hex'))
    expect(filesWith(sotto.dataDir, Buffer.from(raw))).toEqual([])
  }
  expect(sotto.lines.join('\n')).not.toContain(person.name)
  for (const raw of [person.token, ...codes]) expect(sotto.lines.join('\n')).not.toContain(raw)
  await tamper(sotto.app, 'DELETE FROM session')
  expect(await person.isIn()).toBe(false)
})

describe('an account that the operator closes', () => {
  const grace = { burnSecrets: false, eraseNow: false }

  test('is closed and disabled, so that its owner cannot use it after reopening', async () => {
    await using sotto = await openInstance()
    const person = await member(sotto)
    await closeForGood(sotto.app, await idOf(sotto, person.name), grace)
    const { now } = sotto.clock
    expect(await rowsOf(sotto.app, 'account')).toMatchObject([
      { disabled_at: now, closed_at: now, erase_due_at: now + 14 * day },
    ])
  })

  test('is unchanged if closing fails: it is never disabled without being closed', async () => {
    await using sotto = await openInstance()
    const person = await member(sotto)
    const before = await rowsOf(sotto.app, 'account')
    const random = () => {
      throw new Error('no randomness')
    }
    const closing = closeForGood({ ...sotto.app, random }, await idOf(sotto, person.name), grace)
    expect(await failureOf(closing)).toBe('no randomness')
    expect(await rowsOf(sotto.app, 'account')).toEqual(before)
    expect(await person.isIn()).toBe(true)
  })
})
