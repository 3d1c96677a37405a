import { describe, expect, test } from 'bun:test'
import type { FactorOwner } from '../../src/accounts/mfa/factor-owner.ts'
import {
  completeMfaWithPasskey,
  passkeyOptions,
  passkeyOptionsForMfa,
  signInWithPasskey,
} from '../../src/accounts/mfa/passkey-login.ts'
import { addPasskey, listPasskeys, passkeyRegistrationOptions, removePasskey } from '../../src/accounts/mfa/passkeys.ts'
import { findSession } from '../../src/accounts/sessions/sessions.ts'
import { signInAs } from '../../src/accounts/sign-in/sign-in.ts'
import type { App } from '../../src/app.ts'
import { query } from '../../src/database/query.ts'
import { run } from '../../src/database/unit.ts'
import { Authenticator, type Oddities } from '../fixtures/authenticator.ts'
import { day, minute } from '../fixtures/clock.ts'
import { failureOf } from '../fixtures/failure.ts'
import { freePort, startInstance } from '../fixtures/instance.ts'
import { entered, holder, password, person, sessionOf } from '../fixtures/mfa-people.ts'
import { rowsOf } from '../fixtures/stored.ts'

describe('a passkey', () => {
  test('is added after re-authentication, returns recovery codes for the first one, and is required at the next sign-in', async () => {
    await using sotto = await startNamed()
    const { app } = sotto
    const owner = await holder(app, await person(app))
    expect(await failureOf(passkeyRegistrationOptions(app, owner, 'wrong'))).toBe('password_wrong')
    const [first, second] = [new Authenticator(sotto.origin), new Authenticator(sotto.origin)]
    expect(
      await addPasskey(app, owner, 'laptop', first.make(await passkeyRegistrationOptions(app, owner, password))),
    ).toHaveLength(10)
    expect(
      await addPasskey(app, owner, 'key ring', second.make(await passkeyRegistrationOptions(app, owner, password))),
    ).toEqual([])
    expect((await listPasskeys(app, owner)).map(({ name, usedOn }) => [name, usedOn])).toEqual([
      ['laptop', null],
      ['key ring', null],
    ])
    expect((await entered(app, owner.account)).next).toBe('mfa')
    expect((await rowsOf(app, 'mail')).map(({ kind }) => kind)).toEqual(['mfa-changed', 'mfa-changed'])
  })

  test('completes a session with pending MFA, and its day of use is listed', async () => {
    await using sotto = await startNamed()
    const { app, clock } = sotto
    const { owner, key } = await withPasskey(sotto)
    clock.advance(3 * day)
    const { token } = await entered(app, owner.account)
    const pending = await sessionOf(app, token)
    const renewed = await completeMfaWithPasskey(
      app,
      pending,
      'firefox',
      key.show(await passkeyOptionsForMfa(app, pending), { verifies: false }),
    )
    expect((await sessionOf(app, renewed)).mfaComplete).toBe(true)
    expect(await findSession(app, token)).toBeUndefined()
    expect((await listPasskeys(app, owner))[0]?.usedOn).toBe(clock.now - (clock.now % day))
  })

  test('does not complete the session of another account', async () => {
    await using sotto = await startNamed()
    const { app } = sotto
    const { key } = await withPasskey(sotto)
    const bob = await withPasskey(sotto, 'bob')
    const pending = await sessionOf(app, (await entered(app, bob.owner.account)).token)
    const answer = key.show(await passkeyOptionsForMfa(app, pending))
    expect(await failureOf(completeMfaWithPasskey(app, pending, 'firefox', answer))).toBe('passkey_refused')
    expect((await sessionOf(app, (await entered(app, bob.owner.account)).token)).mfaComplete).toBe(false)
  })

  test('signs in alone, as both factors, with user verification', async () => {
    await using sotto = await startNamed({ 'second-factor': 'everyone' })
    const { app } = sotto
    const { owner, key } = await withPasskey(sotto)
    const { token, next } = await signInWithPasskey(app, 'firefox', key.show(await passkeyOptions(app)), null)
    expect(next).toBe('done')
    expect(await sessionOf(app, token)).toMatchObject({ account: owner.account, mfaComplete: true })
    const unverified = key.show(await passkeyOptions(app), { verifies: false })
    expect(await failureOf(signInWithPasskey(app, 'firefox', unverified, null))).toBe('passkey_refused')
  })

  test('does not sign in to a disabled or closed account', async () => {
    await using sotto = await startNamed()
    const { app, clock } = sotto
    const { owner, key } = await withPasskey(sotto)
    for (const column of ['disabled_at', 'closed_at'] as const) {
      const change = (value: number | null) =>
        app.db.commit(() =>
          run(
            query
              .updateTable('account')
              .set({ [column]: value })
              .where('id', '=', owner.account),
          ),
        )
      await change(clock.now)
      expect(await failureOf(signIn(app, key))).toBe('sign_in_failed')
      await change(null)
      expect((await signIn(app, key)).next).toBe('done')
    }
  })

  test('cannot be added to a second account', async () => {
    await using sotto = await startNamed()
    const { app } = sotto
    const { owner: ada, key } = await withPasskey(sotto)
    const bob = await holder(app, await person(app, 'bob'))
    const again = key.make(await passkeyRegistrationOptions(app, bob, password))
    expect(await failureOf(addPasskey(app, bob, 'stolen', again))).toBe('passkey_refused')
    expect(await listPasskeys(app, ada)).toHaveLength(1)
    expect(await listPasskeys(app, bob)).toEqual([])
  })
})

describe('a passkey response is refused', () => {
  const odd: readonly [string, Oddities][] = [
    ['from another origin', { origin: 'https://evil.example' }],
    ['for another relying party', { party: 'evil.example' }],
    ['with a counter that does not rise', { counter: 1 }],
    ['with a counter that decreases', { counter: 0 }],
  ]
  test.each(odd)('%s', async (_, oddity) => {
    await using sotto = await startNamed()
    const { app } = sotto
    const { key } = await withPasskey(sotto)
    expect((await signIn(app, key)).next).toBe('done')
    expect(await failureOf(signIn(app, key, oddity))).toBe('passkey_refused')
    expect((await signIn(app, key, { counter: 9 })).next).toBe('done')
  })

  test('with the signature of another key', async () => {
    await using sotto = await startNamed()
    const { app } = sotto
    const { key } = await withPasskey(sotto)
    const forger = new Authenticator(sotto.origin)
    const options = await passkeyOptions(app)
    const { response } = JSON.parse(forger.show(options))
    const forged = JSON.stringify({ ...JSON.parse(key.show(options)), response })
    expect(await failureOf(signInWithPasskey(app, 'firefox', forged, null))).toBe('passkey_refused')
  })

  test('for a challenge that was used, has expired, or is of another ceremony', async () => {
    await using sotto = await startNamed()
    const { app, clock } = sotto
    const { owner, key } = await withPasskey(sotto)
    const options = await passkeyOptions(app)
    const tries = await Promise.allSettled(
      Array.from({ length: 4 }, () => signInWithPasskey(app, 'firefox', key.show(options), null)),
    )
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const late = await passkeyOptions(app)
    clock.advance(5 * minute)
    expect(await failureOf(signInWithPasskey(app, 'firefox', key.show(late), null))).toBe('passkey_refused')
    const pending = await sessionOf(app, (await entered(app, owner.account)).token)
    const forSecond = key.show(await passkeyOptionsForMfa(app, pending))
    expect(await failureOf(signInWithPasskey(app, 'firefox', forSecond, null))).toBe('passkey_refused')
    const foreign = key.show({ challenge: Buffer.alloc(32, 7).toString('base64url'), rpId: 'localhost' })
    expect(await failureOf(signInWithPasskey(app, 'firefox', foreign, null))).toBe('passkey_refused')
  })

  test.each(['', '{}', 'null', '[]', '{"id":1}', '{"id":"a"}', '"words"'])(
    'without the expected form: %s',
    async (response) => {
      await using sotto = await startNamed()
      expect(await failureOf(signInWithPasskey(sotto.app, 'firefox', response, null))).toBe('passkey_refused')
    },
  )
})

describe('removing a passkey', () => {
  test('requires re-authentication, and the passkey no longer signs in', async () => {
    await using sotto = await startNamed()
    const { app } = sotto
    const { owner, key } = await withPasskey(sotto)
    expect(await failureOf(removePasskey(app, owner, key.id, 'wrong'))).toBe('password_wrong')
    expect((await signIn(app, key)).next).toBe('done')
    await removePasskey(app, owner, key.id, password)
    expect(await failureOf(signIn(app, key))).toBe('passkey_refused')
    expect(await rowsOf(app, 'recovery_code')).toEqual([])
    expect((await entered(app, owner.account)).next).toBe('done')
  })

  test('of another account changes nothing', async () => {
    await using sotto = await startNamed()
    const { app } = sotto
    const { key } = await withPasskey(sotto)
    await removePasskey(app, await holder(app, await person(app, 'bob')), key.id, password)
    expect((await signIn(app, key)).next).toBe('done')
  })

  test('is refused for the last sign-in method, and where a second factor is required', async () => {
    await using sotto = await startNamed({ 'second-factor': 'operators' })
    const { app } = sotto
    const without = await withPasskey(sotto, 'bob', null)
    expect(await failureOf(removePasskey(app, without.owner, without.key.id))).toBe('last_sign_in_method')
    const { owner, key } = await withPasskey(sotto)
    await removePasskey(app, owner, key.id, password)
    const operator = await person(app, 'carol', 'operator')
    const { token, next } = await entered(app, operator)
    expect(next).toBe('enrol-mfa')
    const pending = await sessionOf(app, token)
    const carol: FactorOwner = { ...owner, account: operator, session: null, pendingMfa: pending }
    const hers = new Authenticator(sotto.origin)
    await addPasskey(app, carol, 'key', hers.make(await passkeyRegistrationOptions(app, carol)))
    expect(
      await failureOf(
        removePasskey(app, { ...carol, session: pending.lookup, pendingMfa: undefined }, hers.id, password),
      ),
    ).toBe('mfa_required')
    expect(await listPasskeys(app, carol)).toHaveLength(1)
  })
})

test('passkeys are off if the host of the base URL is an IP address', async () => {
  await using sotto = await startInstance()
  expect(await failureOf(passkeyOptions(sotto.app))).toBe('passkeys_unavailable')
})

/** Starts an instance with a host name in its base URL, as passkeys need it. */
async function startNamed(flags: Record<string, string> = {}) {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const sotto = await startInstance({ listen: `127.0.0.1:${port}`, 'base-url': origin, ...flags })
  return { ...sotto, origin }
}

async function withPasskey(
  { app, origin }: { readonly app: App; readonly origin: string },
  name = 'ada',
  secret: string | null = password,
) {
  const account = await person(app, name, 'member', secret)
  const { token } = await signInAs(app, { id: account }, 'firefox', { factors: 'both' })
  const { lookup: session } = await sessionOf(app, token)
  const owner: FactorOwner = {
    account,
    role: 'member',
    scopes: 'all',
    session,
    network: 'a network',
    pendingMfa: undefined,
  }
  const key = new Authenticator(origin)
  await addPasskey(app, owner, 'laptop', key.make(await passkeyRegistrationOptions(app, owner, secret ?? '')))
  return { owner, key }
}

async function signIn(app: App, key: Authenticator, odd: Oddities = {}) {
  return signInWithPasskey(app, 'firefox', key.show(await passkeyOptions(app), odd), null)
}
