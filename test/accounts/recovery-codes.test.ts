import { describe, expect, test } from 'bun:test'
import { completeMfaWithCode, newRecoveryCodes, reauthenticateOwner } from '../../src/accounts/mfa/factors.ts'
import { recoveryCodesLeft } from '../../src/accounts/mfa/recovery-codes.ts'
import { failureOf } from '../fixtures/failure.ts'
import { startInstance } from '../fixtures/instance.ts'
import { entered, holder, network, password, person, sessionOf, withApp } from '../fixtures/mfa-people.ts'
import { everyRow, rowsOf } from '../fixtures/stored.ts'

describe('recovery codes', () => {
  test('are ten, of 89 bits each, stored as hashes only', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const { codes } = await withApp(sotto, await holder(app, await person(app)))
    expect(new Set(codes).size).toBe(10)
    for (const code of codes) expect(code).toMatch(/^[2-9a-z]{6}-[2-9a-z]{6}-[2-9a-z]{6}$/)
    expect(Math.log2(31 ** 18)).toBeGreaterThan(80)
    expect(rowsOf(app, 'recovery_code')).toHaveLength(10)
    const stored = JSON.stringify(everyRow(app))
    for (const code of codes) for (const part of [code, code.replaceAll('-', '')]) expect(stored).not.toContain(part)
  })

  test('let somebody in once each, however they are typed', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const account = await person(app)
    const { codes } = await withApp(sotto, await holder(app, account))
    const [first = '', second = ''] = codes
    const pass = async (code: string) =>
      completeMfaWithCode(app, await sessionOf(app, (await entered(app, account)).cookie), network, 'firefox', code)
    const tries = await Promise.allSettled(Array.from({ length: 4 }, () => pass(first)))
    const winners = tries.filter((one) => one.status === 'fulfilled')
    expect(winners).toHaveLength(1)
    expect((await sessionOf(app, winners[0]?.value ?? '')).mfaComplete).toBe(true)
    expect(await failureOf(pass(first))).toBe('mfa_code_wrong')
    expect(recoveryCodesLeft(app, account)).toBe(9)
    await pass(` ${second.toUpperCase().replaceAll('-', ' ')} `)
    expect(recoveryCodesLeft(app, account)).toBe(8)
    expect(rowsOf(app, 'mail').filter(({ kind }) => kind === 'mfa-changed')).toHaveLength(3)
  })

  test('let nobody else in', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const { codes } = await withApp(sotto, await holder(app, await person(app)))
    const bob = await person(app, 'bob')
    await withApp(sotto, await holder(app, bob))
    const half = await sessionOf(app, (await entered(app, bob)).cookie)
    expect(await failureOf(completeMfaWithCode(app, half, network, 'firefox', codes[0] ?? ''))).toBe('mfa_code_wrong')
    expect(rowsOf(app, 'recovery_code')).toHaveLength(20)
  })

  test('are all replaced when new ones are made, which needs a proof', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const account = await person(app)
    const who = await holder(app, account)
    expect(await failureOf(newRecoveryCodes(app, who, password))).toBe('mfa_missing')
    const { codes: old } = await withApp(sotto, who)
    expect(await failureOf(newRecoveryCodes(app, who, 'wrong'))).toBe('password_wrong')
    const fresh = await newRecoveryCodes(app, who, password)
    expect(fresh.filter((code) => old.includes(code))).toEqual([])
    const half = await sessionOf(app, (await entered(app, account)).cookie)
    expect(await failureOf(completeMfaWithCode(app, half, network, 'firefox', old[0] ?? ''))).toBe('mfa_code_wrong')
    await completeMfaWithCode(app, half, network, 'firefox', fresh[0] ?? '')
  })

  test('are told from the passwords that browsers make, which look the same', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const made = 'hoqgab-giqxy9-jumviw'
    const who = await holder(app, await person(app, 'ada', 'member', made))
    const { codes } = await withApp(sotto, who)
    const [code = ''] = codes
    expect(code).toHaveLength(made.length)
    await reauthenticateOwner(app, who, made)
    expect(recoveryCodesLeft(app, who.account)).toBe(10)
    await reauthenticateOwner(app, who, code)
    expect(recoveryCodesLeft(app, who.account)).toBe(9)
    expect(await failureOf(reauthenticateOwner(app, who, code))).toBe('password_wrong')
  })
})
