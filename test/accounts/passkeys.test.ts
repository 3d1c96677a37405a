import { describe, expect, test } from 'bun:test'
import type { FactorOwner } from '../../src/accounts/mfa/factors.ts'
import {
  completeMfaWithPasskey,
  passkeyChallenge,
  passkeyChallengeForMfa,
  signInWithPasskey,
} from '../../src/accounts/mfa/passkey-login.ts'
import { addPasskey, listPasskeys, offerPasskey, removePasskey } from '../../src/accounts/mfa/passkeys.ts'
import { findSession } from '../../src/accounts/sessions.ts'
import { signInAs } from '../../src/accounts/sign-in/sign-in.ts'
import type { App } from '../../src/app.ts'
import { query } from '../../src/database/query.ts'
import { Authenticator, type Oddities } from '../fixtures/authenticator.ts'
import { day, minute } from '../fixtures/clock.ts'
import { failureOf } from '../fixtures/failure.ts'
import { freePort, startInstance } from '../fixtures/instance.ts'
import { entered, holder, password, person, sessionOf } from '../fixtures/mfa-people.ts'
import { rowsOf } from '../fixtures/stored.ts'

describe('a passkey', () => {
  test('is added after a proof, with recovery codes for the first one, and asked for from then on', async () => {
    await using sotto = await startNamed()
    const { app } = sotto
    const who = await holder(app, await person(app))
    expect(await failureOf(offerPasskey(app, who, 'wrong'))).toBe('password_wrong')
    const [first, second] = [new Authenticator(sotto.origin), new Authenticator(sotto.origin)]
    expect(await addPasskey(app, who, 'laptop', first.make(await offerPasskey(app, who, password)))).toHaveLength(10)
    expect(await addPasskey(app, who, 'key ring', second.make(await offerPasskey(app, who, password)))).toEqual([])
    expect(listPasskeys(app, who).map(({ name, usedOn }) => [name, usedOn])).toEqual([
      ['laptop', null],
      ['key ring', null],
    ])
    expect((await entered(app, who.account)).next).toBe('factor')
    expect(rowsOf(app, 'mail').map(({ kind }) => kind)).toEqual(['mfa-changed', 'mfa-changed'])
  })

  test('completes a half session of its account; the list says on which day', async () => {
    await using sotto = await startNamed()
    const { app, clock } = sotto
    const { who, key } = await withPasskey(sotto)
    clock.advance(3 * day)
    const { cookie } = await entered(app, who.account)
    const half = await sessionOf(app, cookie)
    const fresh = await completeMfaWithPasskey(
      app,
      half,
      'firefox',
      key.show(await passkeyChallengeForMfa(app, half), { verifies: false }),
    )
    expect((await sessionOf(app, fresh)).mfaComplete).toBe(true)
    expect(await findSession(app, cookie)).toBeUndefined()
    expect(listPasskeys(app, who)[0]?.usedOn).toBe(clock.now - (clock.now % day))
  })

  test('does not complete the half session of another', async () => {
    await using sotto = await startNamed()
    const { app } = sotto
    const { key } = await withPasskey(sotto)
    const bob = await withPasskey(sotto, 'bob')
    const half = await sessionOf(app, (await entered(app, bob.who.account)).cookie)
    const answer = key.show(await passkeyChallengeForMfa(app, half))
    expect(await failureOf(completeMfaWithPasskey(app, half, 'firefox', answer))).toBe('passkey_refused')
    expect((await sessionOf(app, (await entered(app, bob.who.account)).cookie)).mfaComplete).toBe(false)
  })

  test('signs in alone, as both factors, where it knows who holds it', async () => {
    await using sotto = await startNamed({ 'second-factor': 'everyone' })
    const { app } = sotto
    const { who, key } = await withPasskey(sotto)
    const { cookie, next } = await signInWithPasskey(app, 'firefox', key.show(await passkeyChallenge(app)), null)
    expect(next).toBe('in')
    expect(await sessionOf(app, cookie)).toMatchObject({ account: who.account, mfaComplete: true })
    const unverified = key.show(await passkeyChallenge(app), { verifies: false })
    expect(await failureOf(signInWithPasskey(app, 'firefox', unverified, null))).toBe('passkey_refused')
  })

  test('does not let a disabled or closed account in', async () => {
    await using sotto = await startNamed()
    const { app, clock } = sotto
    const { who, key } = await withPasskey(sotto)
    for (const column of ['disabled_at', 'closed_at'] as const) {
      const change = (value: number | null) =>
        app.db.commit(() =>
          app.db.run(
            query
              .updateTable('account')
              .set({ [column]: value })
              .where('id', '=', who.account),
          ),
        )
      await change(clock.now)
      expect(await failureOf(signIn(app, key))).toBe('sign_in_failed')
      await change(null)
      expect((await signIn(app, key)).next).toBe('in')
    }
  })

  test('is the property of one account: the same one cannot be added to another', async () => {
    await using sotto = await startNamed()
    const { app } = sotto
    const { who: ada, key } = await withPasskey(sotto)
    const bob = await holder(app, await person(app, 'bob'))
    const again = key.make(await offerPasskey(app, bob, password))
    expect(await failureOf(addPasskey(app, bob, 'stolen', again))).toBe('passkey_refused')
    expect(listPasskeys(app, ada)).toHaveLength(1)
    expect(listPasskeys(app, bob)).toEqual([])
  })
})

describe('an answer is refused', () => {
  const odd: readonly [string, Oddities][] = [
    ['from another origin', { origin: 'https://evil.example' }],
    ['for another party', { party: 'evil.example' }],
    ['with a counter that stands still', { counter: 1 }],
    ['with a counter that goes back', { counter: 0 }],
  ]
  test.each(odd)('%s', async (_, oddity) => {
    await using sotto = await startNamed()
    const { app } = sotto
    const { key } = await withPasskey(sotto)
    expect((await signIn(app, key)).next).toBe('in')
    expect(await failureOf(signIn(app, key, oddity))).toBe('passkey_refused')
    expect((await signIn(app, key, { counter: 9 })).next).toBe('in')
  })

  test('with the signature of another key', async () => {
    await using sotto = await startNamed()
    const { app } = sotto
    const { key } = await withPasskey(sotto)
    const forger = new Authenticator(sotto.origin)
    const options = await passkeyChallenge(app)
    const { response } = JSON.parse(forger.show(options))
    const forged = JSON.stringify({ ...JSON.parse(key.show(options)), response })
    expect(await failureOf(signInWithPasskey(app, 'firefox', forged, null))).toBe('passkey_refused')
  })

  test('to a challenge that was answered, is over, or was for another purpose', async () => {
    await using sotto = await startNamed()
    const { app, clock } = sotto
    const { who, key } = await withPasskey(sotto)
    const options = await passkeyChallenge(app)
    const tries = await Promise.allSettled(
      Array.from({ length: 4 }, () => signInWithPasskey(app, 'firefox', key.show(options), null)),
    )
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const late = await passkeyChallenge(app)
    clock.advance(5 * minute)
    expect(await failureOf(signInWithPasskey(app, 'firefox', key.show(late), null))).toBe('passkey_refused')
    const half = await sessionOf(app, (await entered(app, who.account)).cookie)
    const forSecond = key.show(await passkeyChallengeForMfa(app, half))
    expect(await failureOf(signInWithPasskey(app, 'firefox', forSecond, null))).toBe('passkey_refused')
    const foreign = key.show({ challenge: Buffer.alloc(32, 7).toString('base64url'), rpId: 'localhost' })
    expect(await failureOf(signInWithPasskey(app, 'firefox', foreign, null))).toBe('passkey_refused')
  })

  test.each(['', '{}', 'null', '[]', '{"id":1}', '{"id":"a"}', '"words"'])('that is none: %s', async (words) => {
    await using sotto = await startNamed()
    expect(await failureOf(signInWithPasskey(sotto.app, 'firefox', words, null))).toBe('passkey_refused')
  })
})

describe('removing a passkey', () => {
  test('needs a proof, and the passkey opens nothing any more', async () => {
    await using sotto = await startNamed()
    const { app } = sotto
    const { who, key } = await withPasskey(sotto)
    expect(await failureOf(removePasskey(app, who, key.id, 'wrong'))).toBe('password_wrong')
    expect((await signIn(app, key)).next).toBe('in')
    await removePasskey(app, who, key.id, password)
    expect(await failureOf(signIn(app, key))).toBe('passkey_refused')
    expect(rowsOf(app, 'recovery_code')).toEqual([])
    expect((await entered(app, who.account)).next).toBe('in')
  })

  test('of another account changes nothing', async () => {
    await using sotto = await startNamed()
    const { app } = sotto
    const { key } = await withPasskey(sotto)
    await removePasskey(app, await holder(app, await person(app, 'bob')), key.id, password)
    expect((await signIn(app, key)).next).toBe('in')
  })

  test('is refused where it is the last way in, or the operator asks for a second factor', async () => {
    await using sotto = await startNamed({ 'second-factor': 'operators' })
    const { app } = sotto
    const without = await withPasskey(sotto, 'bob', null)
    expect(await failureOf(removePasskey(app, without.who, without.key.id))).toBe('last_sign_in_method')
    const { who, key } = await withPasskey(sotto)
    await removePasskey(app, who, key.id, password)
    const operator = await person(app, 'carol', 'operator')
    const { cookie, next } = await entered(app, operator)
    expect(next).toBe('enrol')
    const half = await sessionOf(app, cookie)
    const carol: FactorOwner = { ...who, account: operator, session: null, pendingMfa: half }
    const hers = new Authenticator(sotto.origin)
    await addPasskey(app, carol, 'key', hers.make(await offerPasskey(app, carol)))
    expect(
      await failureOf(removePasskey(app, { ...carol, session: half.lookup, pendingMfa: undefined }, hers.id, password)),
    ).toBe('mfa_required')
    expect(listPasskeys(app, carol)).toHaveLength(1)
  })
})

test('there are no passkeys where the instance is reached by a number', async () => {
  await using sotto = await startInstance()
  expect(await failureOf(passkeyChallenge(sotto.app))).toBe('passkeys_unavailable')
})

/** An instance that is reached by a name, as passkeys need it. */
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
  const { cookie } = await signInAs(app, { id: account }, 'firefox', { factors: 'both' })
  const { lookup: session } = await sessionOf(app, cookie)
  const who: FactorOwner = {
    account,
    role: 'member',
    scopes: 'all',
    session,
    network: 'a network',
    pendingMfa: undefined,
  }
  const key = new Authenticator(origin)
  await addPasskey(app, who, 'laptop', key.make(await offerPasskey(app, who, secret ?? '')))
  return { who, key }
}

async function signIn(app: App, key: Authenticator, odd: Oddities = {}) {
  return signInWithPasskey(app, 'firefox', key.show(await passkeyChallenge(app), odd), null)
}
