import { describe, expect, test } from 'bun:test'
import type { TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { startTotp } from '../../src/accounts/mfa/totp.ts'
import { signInAs } from '../../src/accounts/sign-in/sign-in.ts'
import { createRoutes } from '../../src/server/server.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { appOf, asCookie, cookieIn, entered, form, holder, password, person, withApp } from '../fixtures/mfa-people.ts'
import { everyRow, rowsOf } from '../fixtures/stored.ts'

describe('a session with pending MFA', () => {
  test('can do no more than a client without a session, except complete MFA', async () => {
    await using sotto = await startInstance({ create: 'signed-in' })
    const { app } = sotto
    const account = await person(app)
    await withApp(sotto, await holder(app, account))
    const complete = asCookie((await signInAs(app, { id: account }, 'firefox', { factors: 'both' })).token)
    const open: string[] = []
    let differing = 0
    for (const route of (await createRoutes(app)).routes) {
      const pending = asCookie((await entered(app, account)).token)
      const stranger = await ask(sotto, route)
      if ((await ask(sotto, route, pending)) !== stranger) open.push(`${route.method} ${route.path}`)
      if (route.method === 'GET' && (await ask(sotto, route, complete)) !== stranger) differing += 1
    }
    expect(differing).toBeGreaterThan(8)
    expect(open.sort()).toEqual([
      'GET /account',
      'GET /account/asked',
      'GET /account/close',
      'GET /account/consents',
      'GET /account/export',
      'GET /account/factors',
      'GET /account/factors/app',
      'GET /account/password',
      'GET /account/sessions',
      'GET /account/support',
      'GET /account/tokens',
      'GET /mine',
      'GET /operator/disclosures',
      'GET /operator/holds',
      'GET /operator/messages',
      'GET /operator/messages/:number',
      'GET /operator/support',
      'GET /sign-in/factor',
      'POST /sign-in/factor',
      'POST /sign-in/factor/passkey',
      'POST /sign-in/factor/passkey/options',
    ])
    const pending = asCookie((await entered(app, account)).token)
    for (const path of open.filter((one) => /^GET \/(account|mine)/.test(one)).map((one) => one.slice(4)))
      expect((await sotto.fetch(path, { headers: pending })).headers.get('location')).toBe(
        `${sotto.url}/sign-in/factor`,
      )
    expect((await sotto.fetch('/account', { headers: complete })).status).toBe(200)
  })

  test('enrols a first factor if the operator requires one, and is complete afterwards', async () => {
    await using sotto = await startInstance({ 'second-factor': 'everyone' })
    const { app } = sotto
    const account = await person(app)
    const signedIn = await sotto.fetch('/sign-in', form({ name: 'ada', password }))
    expect(signedIn.headers.get('location')).toBe(`${sotto.url}/account/factors`)
    const pending = asCookie(cookieIn(signedIn) ?? '')
    const page = await (await sotto.fetch('/account/factors', { headers: pending })).text()
    expect(page).toContain('requires two-factor authentication')
    expect(page).not.toContain('name="proof"')
    const started = await sotto.fetch('/account/factors/app', form({}, pending))
    expect(started.headers.get('location')).toBe(`${sotto.url}/account/factors/app`)
    const appPage = await (await sotto.fetch('/account/factors/app', { headers: pending })).text()
    expect(appPage).toContain('<svg')
    const wrong = await sotto.fetch('/account/factors/app/confirm', form({ code: '000000' }, pending))
    expect([wrong.status, cookieIn(wrong)]).toEqual([403, undefined])
    const code = (await appOf(app, account)).at(app.now())
    const done = await sotto.fetch('/account/factors/app/confirm', form({ code }, pending))
    const codes = (await done.text()).match(/[2-9a-z]{6}-[2-9a-z]{6}-[2-9a-z]{6}/g) ?? []
    expect([done.status, codes.length]).toEqual([200, 10])
    expect((await sotto.fetch('/account', { headers: asCookie(cookieIn(done) ?? '') })).status).toBe(200)
    expect((await sotto.fetch('/account/factors', { headers: pending })).headers.get('location')).toBe(
      `${sotto.url}/sign-in`,
    )
  })

  test('cannot add a factor to an account that already has one', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const account = await person(app)
    await withApp(sotto, await holder(app, account))
    const pending = asCookie((await entered(app, account)).token)
    const before = await everyRow(app)
    for (const [path, fields] of [
      ['app', {}],
      ['app', { proof: password }],
      ['app/remove', { proof: password }],
      ['codes', { proof: password }],
      ['passkeys/options', { proof: password }],
      ['passkeys', { name: 'mine', answer: '{}' }],
      ['passkeys/remove', { id: 'a', proof: password }],
      ['outside', { proof: password }],
    ] as const)
      expect([path, (await sotto.fetch(`/account/factors/${path}`, form(fields, pending))).status]).toEqual([path, 401])
    expect(await everyRow(app)).toEqual(before)
  })
})

test('a member sets up an app, signs in with its code and removes it, all without JavaScript', async () => {
  await using sotto = await startInstance()
  const { app, clock } = sotto
  const account = await person(app)
  const headers = asCookie((await entered(app, account)).token)
  const post = (path: string, fields: Record<string, string>) => sotto.fetch(path, form(fields, headers))
  expect((await post('/account/factors/app', { proof: 'wrong' })).status).toBe(403)
  expect((await post('/account/factors/app', { proof: password })).status).toBe(303)
  const setup = await (await sotto.fetch('/account/factors/app', { headers })).text()
  expect(setup).toMatch(/<input id="code"[^>]* autocomplete="one-time-code"/)
  const phone = await appOf(app, account)
  expect((await post('/account/factors/app/confirm', { code: phone.at(app.now()) })).status).toBe(200)
  clock.advance(30_000)
  const first = await sotto.fetch('/sign-in', form({ name: 'ada', password }))
  expect(first.headers.get('location')).toBe(`${sotto.url}/sign-in/factor`)
  const pending = asCookie(cookieIn(first) ?? '')
  // The field also accepts recovery codes, which browsers must not save.
  const asked = await (await sotto.fetch('/sign-in/factor', { headers: pending })).text()
  expect(asked).toMatch(/<input id="code"[^>]* autocomplete="off"/)
  const wrong = await sotto.fetch('/sign-in/factor', form({ code: '123456' }, pending))
  expect([wrong.status, cookieIn(wrong)]).toEqual([403, undefined])
  expect(await wrong.text()).not.toContain('123456')
  const second = await sotto.fetch('/sign-in/factor', form({ code: phone.at(app.now()) }, pending))
  expect([second.status, second.headers.get('location')]).toEqual([303, `${sotto.url}/`])
  expect((await sotto.fetch('/account', { headers: asCookie(cookieIn(second) ?? '') })).status).toBe(200)
  expect((await sotto.fetch('/account', { headers: pending })).headers.get('location')).toBe(`${sotto.url}/sign-in`)
  expect((await post('/account/factors/app/remove', { proof: password })).status).toBe(303)
  expect((await rowsOf(app, 'account'))[0]?.totp_secret).toBeNull()
})

test('GET requests change nothing', async () => {
  await using sotto = await startInstance()
  const { app } = sotto
  const account = await person(app)
  await startTotp(app, account)
  const headers = asCookie((await entered(app, account)).token)
  const before = await everyRow(app)
  for (const path of [
    '/account/factors',
    '/account/factors/app',
    '/sign-in/factor',
    '/sign-in/oidc/callback?state=a&code=b',
  ])
    await sotto.fetch(path, { headers })
  expect(await everyRow(app)).toEqual(before)
})

interface Route {
  readonly method: string
  readonly path: string
  readonly hooks?: { readonly body?: TSchema }
}

/** Returns the status and redirect of a route, requested with the smallest body that its schema accepts. */
async function ask(sotto: Instance, { method, path, hooks }: Route, headers: Record<string, string> = {}) {
  const body = method === 'POST' && hooks?.body ? (Value.Create(hooks.body) as Record<string, string>) : {}
  const isApi = path.startsWith('/api/')
  const sent = isApi ? JSON.stringify(body) : new URLSearchParams(body)
  const type = isApi ? { 'content-type': 'application/json' } : {}
  const init = method === 'POST' ? { method, body: sent, headers: { ...headers, ...type } } : { method, headers }
  const answer = await sotto.fetch(path.replaceAll(/:\w+/g, 'x'), init)
  return `${answer.status} ${answer.headers.get('location')}`
}
