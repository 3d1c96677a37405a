import { describe, expect, test } from 'bun:test'
import { Secret } from 'otpauth'
import { completeMfaWithCode, confirmApp, removeApp } from '../../src/accounts/mfa/factors.ts'
import { beginTotp, consumeTotp, hasTotp, pendingTotp } from '../../src/accounts/mfa/totp.ts'
import { findSession } from '../../src/accounts/sessions.ts'
import { wrap } from '../../src/crypto/sealing.ts'
import { query } from '../../src/database/query.ts'
import { minute, second } from '../fixtures/clock.ts'
import { failureOf } from '../fixtures/failure.ts'
import { startInstance } from '../fixtures/instance.ts'
import { appOf, entered, holder, network, password, person, sessionOf, withApp } from '../fixtures/mfa-people.ts'
import { everyRow, rowsOf } from '../fixtures/stored.ts'

// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
const vectors = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
] as const

describe('a code of an authenticator app', () => {
  test.each(vectors)('is the one of RFC 6238 at second %d', async (seconds, code) => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    const account = await person(app)
    const key = Secret.fromUTF8('12345678901234567890').base32
    const row = { totp_secret: wrap('totp', account, app.root, key, app.random), totp_since: 0 }
    await app.db.commit(() => app.db.run(query.updateTable('account').set(row).where('id', '=', account)))
    clock.now = seconds * second
    expect(await failureOf(consumeTotp(app, account, network, '000000', () => 'in'))).toBe('mfa_code_wrong')
    expect(await consumeTotp(app, account, network, code, () => 'in')).toBe('in')
  })

  test('counts one step early and one step late, and no further', async () => {
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
      const shown = consumeTotp(app, account, network, code, () => 'in').catch((error) => error.code)
      expect([steps, await shown]).toEqual([steps, fits ? 'in' : 'mfa_code_wrong'])
    }
  })

  test('is taken once, whoever brings it, and no older one after it', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const account = await person(app)
    const phone = await withApp(sotto, await holder(app, account))
    const [now, before] = [phone.now(), phone.at(app.now() - 30 * second)]
    const tries = await Promise.allSettled(
      Array.from({ length: 4 }, () => consumeTotp(app, account, network, now, () => 'in')),
    )
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await failureOf(consumeTotp(app, account, network, now, () => 'in'))).toBe('mfa_code_wrong')
    expect(await failureOf(consumeTotp(app, account, network, before, () => 'in'))).toBe('mfa_code_wrong')
  })

  test('can be guessed at five times from one network, and thirty times from all', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const account = await person(app)
    const phone = await withApp(sotto, await holder(app, account))
    const wrong = phone.at(app.now() + 10 * minute)
    const guess = (from: string) => consumeTotp(app, account, from, wrong, () => 'in').catch((error) => error.code)
    for (let tries = 0; tries < 5; tries += 1) expect(await guess('one')).toBe('mfa_code_wrong')
    expect(await guess('one')).toBe('slow_down')
    for (let tries = 0; tries < 30; tries += 1) await guess(`network ${tries}`)
    expect(await guess('yet another')).toBe('slow_down')
    expect(await failureOf(consumeTotp(app, account, 'home', phone.now(), () => 'in'))).toBe('slow_down')
    sotto.clock.advance(10 * minute)
    expect(await consumeTotp(app, account, 'home', phone.now(), () => 'in')).toBe('in')
  })
})

describe('setting up an app', () => {
  test('counts only after one right code, which is spent by it', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const who = await holder(app, await person(app))
    await beginTotp(app, who.account)
    const phone = appOf(app, who.account)
    expect(hasTotp(app, who.account)).toBe(false)
    expect((await entered(app, who.account)).next).toBe('in')
    expect(await failureOf(confirmApp(app, who, phone.at(app.now() + 5 * minute)))).toBe('mfa_code_wrong')
    expect(hasTotp(app, who.account)).toBe(false)
    const code = phone.at(app.now())
    expect(await confirmApp(app, who, code)).toHaveLength(10)
    expect(hasTotp(app, who.account)).toBe(true)
    expect((await entered(app, who.account)).next).toBe('factor')
    expect(await failureOf(consumeTotp(app, who.account, network, code, () => 'in'))).toBe('mfa_code_wrong')
  })

  test('shows the key until then and never again, and a key that counts is not replaced', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const who = await holder(app, await person(app))
    await beginTotp(app, who.account)
    const { uri, text } = pendingTotp(app, who.account) ?? { uri: '', text: '' }
    expect(uri).toStartWith('otpauth://totp/Sotto:ada?')
    expect(new URL(uri).searchParams.get('secret')).toBe(text.replaceAll(' ', ''))
    expect(text.replaceAll(' ', '')).toHaveLength(32)
    const phone = appOf(app, who.account)
    await confirmApp(app, who, phone.at(app.now()))
    expect(pendingTotp(app, who.account)).toBeUndefined()
    const [before] = rowsOf(app, 'account')
    await beginTotp(app, who.account)
    expect(rowsOf(app, 'account')[0]?.totp_secret).toEqual(before?.totp_secret as Uint8Array)
  })

  test('stores the key wrapped for its account, so that it works in no other row', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const [ada, bob] = [await person(app), await person(app, 'bob')]
    await beginTotp(app, ada)
    const key = pendingTotp(app, ada)?.text.replaceAll(' ', '') ?? ''
    expect(key).not.toBe('')
    expect(JSON.stringify(everyRow(app))).not.toContain(key)
    const stolen = rowsOf(app, 'account').find(({ id }) => id === ada)?.totp_secret as Uint8Array
    await app.db.commit(() =>
      app.db.run(query.updateTable('account').set({ totp_secret: stolen }).where('id', '=', bob)),
    )
    expect(() => pendingTotp(app, bob)).toThrow()
  })

  test('ends the other sessions, tells its owner, and removing it needs a proof', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    const account = await person(app)
    const other = await entered(app, account)
    const who = await holder(app, account)
    const phone = await withApp(sotto, who)
    expect(await findSession(app, other.cookie)).toBeUndefined()
    expect(rowsOf(app, 'mail')).toMatchObject([{ kind: 'mfa-changed', recipient: 'ada@example.org' }])
    expect(await failureOf(removeApp(app, who, ''))).toBe('reauthentication_failed')
    expect(await failureOf(removeApp(app, who, 'not the password'))).toBe('password_wrong')
    expect(await failureOf(removeApp(app, who, phone.at(app.now() + 5 * minute)))).toBe('mfa_code_wrong')
    expect(hasTotp(app, account)).toBe(true)
    await removeApp(app, who, phone.now())
    expect(hasTotp(app, account)).toBe(false)
    expect(rowsOf(app, 'recovery_code')).toEqual([])
    expect(rowsOf(app, 'mail')).toHaveLength(2)
    clock.advance(minute)
    await withApp(sotto, who)
    await removeApp(app, who, password)
    expect(hasTotp(app, account)).toBe(false)
  })
})

test('a half session that shows a code becomes a whole one, with a new token', async () => {
  await using sotto = await startInstance()
  const { app } = sotto
  const account = await person(app)
  const phone = await withApp(sotto, await holder(app, account))
  const { cookie, next } = await entered(app, account)
  const half = await sessionOf(app, cookie)
  expect([next, half.mfaComplete]).toEqual(['factor', false])
  const fresh = await completeMfaWithCode(app, half, network, 'firefox', phone.now())
  expect(fresh).not.toBe(cookie)
  expect((await sessionOf(app, fresh)).mfaComplete).toBe(true)
  expect(await findSession(app, cookie)).toBeUndefined()
})
