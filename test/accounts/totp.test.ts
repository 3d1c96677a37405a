import { describe, expect, test } from 'bun:test'
import { Secret } from 'otpauth'
import { completeMfaWithCode } from '../../src/accounts/mfa/mfa-code-login.ts'
import { confirmAuthenticator, removeAuthenticator } from '../../src/accounts/mfa/mfa-settings.ts'
import { consumeTotp, hasTotp, pendingTotp, startTotp } from '../../src/accounts/mfa/totp.ts'
import { findSession } from '../../src/accounts/sessions/sessions.ts'
import { wrap } from '../../src/crypto/sealing.ts'
import { query } from '../../src/database/query.ts'
import { run } from '../../src/database/unit.ts'
import { Clock, minute, second } from '../fixtures/clock.ts'
import { failureOf } from '../fixtures/failure.ts'
import { cheap, startInstance } from '../fixtures/instance.ts'
import { appOf, entered, holder, network, password, person, sessionOf, withApp } from '../fixtures/mfa-people.ts'
import { everyRow, rowsOf } from '../fixtures/stored.ts'

// RFC 6238, appendix B, SHA-1: the last six of the eight digits.
const vectors = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
] as const

describe('a code of an authenticator app', () => {
  test.each(vectors)('matches RFC 6238 at second %d', async (seconds, code) => {
    await using sotto = await startInstance({}, cheap, new Clock(seconds * second))
    const { app } = sotto
    const account = await person(app)
    const key = Secret.fromUTF8('12345678901234567890').base32
    const row = { totp_secret: wrap('totp', account, app.root, key, app.random), totp_since: 0 }
    await app.db.commit(() => run(query.updateTable('account').set(row).where('id', '=', account)))
    expect(await failureOf(consumeTotp(app, account, network, '000000'))).toBe('mfa_code_wrong')
    await consumeTotp(app, account, network, code)
  })

  test('is accepted one step early and one step late, and no further', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    const account = await person(app)
    const phone = await withApp(sotto, await holder(app, account))
    for (const [steps, fits] of [
      [-2, false],
      [2, false],
      [-1, true],
      [0, true],
      [1, true],
    ] as const) {
      clock.advance(5 * minute)
      const code = phone.at(app.now() + steps * 30 * second)
      const attempt = consumeTotp(app, account, network, code)
      if (fits) await attempt
      else expect([steps, await failureOf(attempt)]).toEqual([steps, 'mfa_code_wrong'])
    }
  })

  test('is accepted once, and no older one after it', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const account = await person(app)
    const phone = await withApp(sotto, await holder(app, account))
    const [now, before] = [phone.now(), phone.at(app.now() - 30 * second)]
    const tries = await Promise.allSettled(Array.from({ length: 4 }, () => consumeTotp(app, account, network, now)))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await failureOf(consumeTotp(app, account, network, now))).toBe('mfa_code_wrong')
    expect(await failureOf(consumeTotp(app, account, network, before))).toBe('mfa_code_wrong')
  })

  test('can be tried five times from one network, and thirty times from all', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const account = await person(app)
    const phone = await withApp(sotto, await holder(app, account))
    const wrong = phone.at(app.now() + 10 * minute)
    const guess = (from: string) => failureOf(consumeTotp(app, account, from, wrong))
    for (let tries = 0; tries < 5; tries += 1) expect(await guess('one')).toBe('mfa_code_wrong')
    expect(await guess('one')).toBe('slow_down')
    for (let tries = 0; tries < 30; tries += 1) await guess(`network ${tries}`)
    expect(await guess('yet another')).toBe('slow_down')
    expect(await failureOf(consumeTotp(app, account, 'home', phone.now()))).toBe('slow_down')
    sotto.clock.advance(10 * minute)
    await consumeTotp(app, account, 'home', phone.now())
  })
})

describe('an authenticator app', () => {
  test('is a factor only after its first correct code, which is used up', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const owner = await holder(app, await person(app))
    await startTotp(app, owner.account)
    const phone = await appOf(app, owner.account)
    expect(await hasTotp(app, owner.account)).toBe(false)
    expect((await entered(app, owner.account)).next).toBe('done')
    expect(await failureOf(confirmAuthenticator(app, owner, phone.at(app.now() + 5 * minute)))).toBe('mfa_code_wrong')
    expect(await hasTotp(app, owner.account)).toBe(false)
    const code = phone.at(app.now())
    expect(await confirmAuthenticator(app, owner, code)).toHaveLength(10)
    expect(await hasTotp(app, owner.account)).toBe(true)
    expect((await entered(app, owner.account)).next).toBe('mfa')
    expect(await failureOf(consumeTotp(app, owner.account, network, code))).toBe('mfa_code_wrong')
  })

  test('has a readable key only until it is confirmed, and then cannot be replaced', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const owner = await holder(app, await person(app))
    await startTotp(app, owner.account)
    const { uri, text } = (await pendingTotp(app, owner.account)) ?? { uri: '', text: '' }
    expect(uri).toStartWith('otpauth://totp/Sotto:ada?')
    expect(new URL(uri).searchParams.get('secret')).toBe(text.replaceAll(' ', ''))
    expect(text.replaceAll(' ', '')).toHaveLength(32)
    const phone = await appOf(app, owner.account)
    await confirmAuthenticator(app, owner, phone.at(app.now()))
    expect(await pendingTotp(app, owner.account)).toBeUndefined()
    const [before] = await rowsOf(app, 'account')
    await startTotp(app, owner.account)
    expect((await rowsOf(app, 'account'))[0]?.totp_secret).toEqual(before?.totp_secret as Uint8Array)
  })

  test('has its key encrypted for its account, so that it works in no other row', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const [ada, bob] = [await person(app), await person(app, 'bob')]
    await startTotp(app, ada)
    const key = (await pendingTotp(app, ada))?.text.replaceAll(' ', '') ?? ''
    expect(key).not.toBe('')
    expect(JSON.stringify(await everyRow(app))).not.toContain(key)
    const stolen = (await rowsOf(app, 'account')).find(({ id }) => id === ada)?.totp_secret as Uint8Array
    await app.db.commit(() => run(query.updateTable('account').set({ totp_secret: stolen }).where('id', '=', bob)))
    expect(await failureOf(pendingTotp(app, bob))).not.toBe('')
  })

  test('ends the other sessions, notifies its owner, and is removed after re-authentication', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    const account = await person(app)
    const other = await entered(app, account)
    const owner = await holder(app, account)
    const phone = await withApp(sotto, owner)
    expect(await findSession(app, other.token)).toBeUndefined()
    expect(await rowsOf(app, 'mail')).toMatchObject([{ kind: 'mfa-changed', recipient: 'ada@example.org' }])
    expect(await failureOf(removeAuthenticator(app, owner, ''))).toBe('reauthentication_failed')
    expect(await failureOf(removeAuthenticator(app, owner, 'not the password'))).toBe('password_wrong')
    expect(await failureOf(removeAuthenticator(app, owner, phone.at(app.now() + 5 * minute)))).toBe('mfa_code_wrong')
    expect(await hasTotp(app, account)).toBe(true)
    await removeAuthenticator(app, owner, phone.now())
    expect(await hasTotp(app, account)).toBe(false)
    expect(await rowsOf(app, 'recovery_code')).toEqual([])
    expect(await rowsOf(app, 'mail')).toHaveLength(2)
    clock.advance(minute)
    await withApp(sotto, owner)
    await removeAuthenticator(app, owner, password)
    expect(await hasTotp(app, account)).toBe(false)
  })
})

test('a code completes a session with pending MFA and issues a new token', async () => {
  await using sotto = await startInstance()
  const { app } = sotto
  const account = await person(app)
  const phone = await withApp(sotto, await holder(app, account))
  const { token, next } = await entered(app, account)
  const pending = await sessionOf(app, token)
  expect([next, pending.mfaComplete]).toEqual(['mfa', false])
  const renewed = await completeMfaWithCode(app, pending, network, 'firefox', phone.now())
  expect(renewed).not.toBe(token)
  expect((await sessionOf(app, renewed)).mfaComplete).toBe(true)
  expect(await findSession(app, token)).toBeUndefined()
})
