import { describe, expect, test } from 'bun:test'
import { completeMfaWithCode } from '../../src/accounts/mfa/mfa-code-login.ts'
import { renewRecoveryCodes } from '../../src/accounts/mfa/mfa-settings.ts'
import { reauthenticateOwner } from '../../src/accounts/mfa/reauthenticate-owner.ts'
import { recoveryCodesLeft } from '../../src/accounts/mfa/recovery-codes.ts'
import { failureOf } from '../fixtures/failure.ts'
import { startInstance } from '../fixtures/instance.ts'
import { entered, holder, network, password, person, sessionOf, withApp } from '../fixtures/mfa-people.ts'
import { everyRow, rowsOf } from '../fixtures/stored.ts'

describe('recovery codes', () => {
  test('are ten, with 89 bits each, and stored only as hashes', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const { codes } = await withApp(sotto, await holder(app, await person(app)))
    expect(new Set(codes).size).toBe(10)
    for (const code of codes) expect(code).toMatch(/^[2-9a-z]{6}-[2-9a-z]{6}-[2-9a-z]{6}$/)
    expect(Math.log2(31 ** 18)).toBeGreaterThan(80)
    expect(await rowsOf(app, 'recovery_code')).toHaveLength(10)
    const stored = JSON.stringify(await everyRow(app))
    for (const code of codes) for (const part of [code, code.replaceAll('-', '')]) expect(stored).not.toContain(part)
  })

  test('work once each, in any case and grouping', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const account = await person(app)
    const { codes } = await withApp(sotto, await holder(app, account))
    const [first = '', second = ''] = codes
    const pass = async (code: string) =>
      completeMfaWithCode(app, await sessionOf(app, (await entered(app, account)).token), network, 'firefox', code)
    const tries = await Promise.allSettled(Array.from({ length: 4 }, () => pass(first)))
    const winners = tries.filter((one) => one.status === 'fulfilled')
    expect(winners).toHaveLength(1)
    expect((await sessionOf(app, winners[0]?.value ?? '')).mfaComplete).toBe(true)
    expect(await failureOf(pass(first))).toBe('mfa_code_wrong')
    expect(await app.db.read(() => recoveryCodesLeft(account))).toBe(9)
    await pass(` ${second.toUpperCase().replaceAll('-', ' ')} `)
    expect(await app.db.read(() => recoveryCodesLeft(account))).toBe(8)
    expect((await rowsOf(app, 'mail')).filter(({ kind }) => kind === 'mfa-changed')).toHaveLength(3)
  })

  test('do not work for another account', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const { codes } = await withApp(sotto, await holder(app, await person(app)))
    const bob = await person(app, 'bob')
    await withApp(sotto, await holder(app, bob))
    const pending = await sessionOf(app, (await entered(app, bob)).token)
    expect(await failureOf(completeMfaWithCode(app, pending, network, 'firefox', codes[0] ?? ''))).toBe(
      'mfa_code_wrong',
    )
    expect(await rowsOf(app, 'recovery_code')).toHaveLength(20)
  })

  test('are replaced all together after re-authentication', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const account = await person(app)
    const owner = await holder(app, account)
    expect(await failureOf(renewRecoveryCodes(app, owner, password))).toBe('mfa_missing')
    const { codes: old } = await withApp(sotto, owner)
    expect(await failureOf(renewRecoveryCodes(app, owner, 'wrong'))).toBe('password_wrong')
    const renewed = await renewRecoveryCodes(app, owner, password)
    expect(renewed.filter((code) => old.includes(code))).toEqual([])
    const pending = await sessionOf(app, (await entered(app, account)).token)
    expect(await failureOf(completeMfaWithCode(app, pending, network, 'firefox', old[0] ?? ''))).toBe('mfa_code_wrong')
    await completeMfaWithCode(app, pending, network, 'firefox', renewed[0] ?? '')
  })

  test('are distinguished from generated passwords of the same form', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const generated = 'hoqgab-giqxy9-jumviw'
    const owner = await holder(app, await person(app, 'ada', 'member', generated))
    const { codes } = await withApp(sotto, owner)
    const [code = ''] = codes
    expect(code).toHaveLength(generated.length)
    await reauthenticateOwner(app, owner, generated)
    expect(await app.db.read(() => recoveryCodesLeft(owner.account))).toBe(10)
    await reauthenticateOwner(app, owner, code)
    expect(await app.db.read(() => recoveryCodesLeft(owner.account))).toBe(9)
    expect(await failureOf(reauthenticateOwner(app, owner, code))).toBe('password_wrong')
  })
})
