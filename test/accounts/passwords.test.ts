import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { hash } from '@node-rs/argon2'
import { hashPassword, needsRehash, verifyPassword } from '../../src/accounts/password/password-hash.ts'
import { signIn } from '../../src/accounts/sign-in/password-sign-in.ts'
import { anonymousActor } from '../../src/actor.ts'
import { systemRuntime } from '../../src/open-app.ts'
import type { Instance } from '../fixtures/instance.ts'
import { goodPassword, kindsTo, member, openInstance, Person } from '../fixtures/people.ts'
import { rowsOf, tamper } from '../fixtures/stored.ts'

let sotto: Instance
let atFullCost: Instance
beforeAll(async () => {
  sotto = await openInstance({ name: 'Whispering' })
  atFullCost = await openInstance({}, systemRuntime.argon2)
})
afterAll(async () => {
  await sotto[Symbol.asyncDispose]()
  await atFullCost[Symbol.asyncDispose]()
})

const stored = async (name: string) =>
  (await rowsOf(sotto.app, 'account')).find(({ user_name }) => user_name === name)?.password ?? ''

describe('a password', () => {
  test('is stored as argon2id with 64 MiB, three passes and a new salt', async () => {
    const one = await hashPassword(atFullCost.app, goodPassword)
    expect(one).toStartWith('$argon2id$v=19$m=65536,t=3,p=1$')
    expect(await hashPassword(atFullCost.app, goodPassword)).not.toBe(one)
    expect([
      await verifyPassword(atFullCost.app, one, goodPassword),
      await verifyPassword(atFullCost.app, one, `${goodPassword}!`),
    ]).toEqual([true, false])
  })

  test('matches a hash made by another program', async () => {
    const theirs = await hash(goodPassword, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
    expect([await verifyPassword(atFullCost.app, theirs, goodPassword), needsRehash(atFullCost.app, theirs)]).toEqual([
      true,
      true,
    ])
  })

  test('is hashed again at sign-in if its cost changed, unless it was changed in the meantime', async () => {
    const [rehashed, changed] = [await member(sotto), await member(sotto)]
    const theirs = await hash(goodPassword, { memoryCost: 32, timeCost: 1, parallelism: 1 })
    await tamper(sotto.app, `UPDATE account SET password = '${theirs}'`)
    expect(needsRehash(sotto.app, await stored(rehashed.name))).toBe(true)
    expect((await rehashed.signIn()).status).toBe(303)
    expect(needsRehash(sotto.app, await stored(rehashed.name))).toBe(false)
    const actor = anonymousActor('192.0.2.1')
    // The password is verified after these, and so after the change.
    const before = [1, 2].map(() => hashPassword(atFullCost.app, goodPassword))
    const signingIn = signIn(sotto.app, actor, { name: changed.name, password: goodPassword }, 'Firefox')
    await tamper(sotto.app, `UPDATE account SET password = 'changed' WHERE user_name = '${changed.name}'`)
    await Promise.all([signingIn, ...before])
    expect(await stored(changed.name)).toBe('changed')
  })

  test('matches with composed and with combining accents', async () => {
    expect(await verifyPassword(sotto.app, await hashPassword(sotto.app, 'pa\u0301ssword'), 'p\u00e1ssword')).toBe(true)
  })

  test.each([
    ['seven characters', 'seven77', 400],
    ['eight letters without digits or symbols', 'zqkwjxvp', 303],
    ['eight bytes, four characters', 'éüöä', 303],
    ['1024 bytes', 'zq'.repeat(512), 303],
    ['more than 1024 bytes', `${'é'.repeat(512)}a`, 400],
    ['500 characters of four bytes', '𝒜'.repeat(500), 400],
    ['one of the most common', 'Password1', 400],
    ['one letter repeated', 'kkkkkkkkkkkk', 400],
    ['the name of the instance', 'whispering', 400],
  ])('has 8 to 1024 bytes and is not among the most common: %s', async (_, password, status) => {
    expect((await new Person(sotto).signUp({ password })).status).toBe(status)
  })

  test('cannot be the user name, the address or its local part', async () => {
    const person = new Person(sotto, 'a-person-of-renown')
    for (const password of ['A-person-of-renown', person.email])
      expect((await person.signUp({ password })).status).toBe(400)
  })
})

describe('a stored hash', () => {
  test.each([
    ['with a memory cost of four gigabytes', '$argon2id$v=19$m=4194304,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$'],
    ['with a thousand passes', '$argon2id$v=19$m=65536,t=1000,p=1$AAAAAAAAAAAAAAAAAAAAAA$'],
    ['of another algorithm', '$argon2i$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$'],
    ['without the PHC form', 'planted'],
  ])('%s matches nothing, and its cost is not computed', async (_, start) => {
    expect(await verifyPassword(sotto.app, `${start}${'A'.repeat(43)}`, goodPassword)).toBe(false)
  })

  test('with a lower cost is replaced at the next sign-in', async () => {
    const person = await member(sotto)
    const weak = await hash(goodPassword, { memoryCost: 32, timeCost: 1, parallelism: 1 })
    await tamper(sotto.app, `UPDATE account SET password = '${weak}' WHERE user_name = '${person.name}'`)
    expect((await person.signIn()).status).toBe(303)
    expect(await stored(person.name)).toStartWith('$argon2id$v=19$m=64,t=1,p=1$')
    expect((await person.signIn()).status).toBe(303)
  })
})

describe('a password change', () => {
  const newPassword = 'staple battery horse'

  test('requires the current password', async () => {
    const person = await member(sotto)
    const before = await stored(person.name)
    for (const current of ['', 'not this one'])
      expect((await person.post('/account/password', { current, password: newPassword })).status).toBe(403)
    expect((await person.post('/account/password', { password: newPassword })).status).toBe(403)
    expect(await stored(person.name)).toBe(before)
  })

  test('ends every session, starts a new one, and notifies the owner by mail', async () => {
    const person = await member(sotto)
    const elsewhere = new Person(sotto, person.name)
    await elsewhere.signIn()
    const before = person.token
    expect(await elsewhere.isIn()).toBe(true)
    const changed = await person.post('/account/password', { current: goodPassword, password: newPassword })
    expect(changed.status).toBe(303)
    expect([await elsewhere.isIn(), await person.isIn()]).toEqual([false, true])
    expect(person.token).not.toBe(before)
    const old = new Person(sotto, person.name)
    old.token = before
    expect(await old.isIn()).toBe(false)
    expect(await kindsTo(sotto, person.email)).toContain('password-changed')
    expect((await old.signIn()).status).toBe(403)
    expect((await old.signIn(newPassword)).status).toBe(303)
  })
})
