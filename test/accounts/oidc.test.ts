import { describe, expect, test } from 'bun:test'
import { startAuthorization } from '../../src/accounts/oidc/oidc-authorization.ts'
import { findSession } from '../../src/accounts/sessions/sessions.ts'
import { hour, minute } from '../fixtures/clock.ts'
import { failureOf } from '../fixtures/failure.ts'
import { freePort, type Instance, startInstance } from '../fixtures/instance.ts'
import { asCookie, cookieIn, entered, form, password, person } from '../fixtures/mfa-people.ts'
import { type Employee, type Organization, startOrganization } from '../fixtures/oidc-organization.ts'
import { rowsOf } from '../fixtures/stored.ts'

const ada: Employee = { email: 'ada@example.org', email_verified: true, preferred_username: 'Ada', groups: ['staff'] }
const agreed = { user_name: 'ada', age: 'on', agree_statement: 'on' }

describe('sign-in with OpenID Connect', () => {
  test('asks a new user for the same consents as sign-up, and creates no account before', async () => {
    await using both = await start()
    const { sotto } = both
    const { app } = sotto
    const back = await comeBack(both, await leave(both))
    expect([back.status, back.headers.get('location')]).toEqual([303, `${sotto.url}/sign-in/oidc/welcome`])
    expect(await rowsOf(app, 'account')).toEqual([])
    const cookie = `sotto_outside=${cookieIn(back, 'sotto_outside')}`
    const page = await (await sotto.fetch('/sign-in/oidc/welcome', { headers: { cookie } })).text()
    for (const part of ['ada@example.org', 'value="ada"', 'name="age"', 'name="agree_statement"'])
      expect(page).toContain(part)
    expect(page).not.toContain(' checked')
    for (const missing of ['age', 'agree_statement']) {
      const some = Object.fromEntries(Object.entries(agreed).filter(([name]) => name !== missing))
      expect((await sotto.fetch('/sign-in/oidc/welcome', form(some, { cookie }))).status).toBe(400)
    }
    expect(await rowsOf(app, 'account')).toEqual([])
    const done = await sotto.fetch('/sign-in/oidc/welcome', form(agreed, { cookie }))
    expect([done.status, done.headers.get('location')]).toEqual([303, `${sotto.url}/`])
    expect(await rowsOf(app, 'account')).toMatchObject([{ user_name: 'ada', email: 'ada@example.org', password: null }])
    expect(await rowsOf(app, 'consent')).toMatchObject([{ purpose: 'statement', answer: 'given' }])
    expect(await rowsOf(app, 'identity')).toMatchObject([{ issuer: both.issuer, subject: 'ada-1' }])
    expect(await findSession(app, cookieIn(done) ?? '')).toMatchObject({ mfaComplete: true, role: 'member' })
    expect(cookieIn(done, 'sotto_outside')).toBe('')
    expect((await sotto.fetch('/sign-in/oidc/welcome', form(agreed, { cookie }))).status).toBe(403)
  })

  test('signs in an existing user at once', async () => {
    await using both = await start()
    await signUp(both)
    const back = await comeBack(both, await leave(both))
    expect(back.headers.get('location')).toBe(`${both.sotto.url}/`)
    expect(await findSession(both.sotto.app, cookieIn(back) ?? '')).toMatchObject({ mfaComplete: true })
    expect(await rowsOf(both.sotto.app, 'account')).toHaveLength(1)
  })

  test('sets the operator role by the configured groups at each sign-in', async () => {
    await using both = await start({ 'oidc-operators': 'admins,root' })
    const { app } = both.sotto
    const roleNow = async () => (await rowsOf(app, 'account'))[0]?.role
    await signUp(both)
    expect(await roleNow()).toBe('member')
    both.employees.set('ada-1', { ...ada, groups: ['staff', 'admins'] })
    await comeBack(both, await leave(both))
    expect(await roleNow()).toBe('operator')
    both.employees.set('ada-1', ada)
    const asOperator = await rowsOf(app, 'session')
    await comeBack(both, await leave(both))
    expect(await roleNow()).toBe('member')
    const left = (await rowsOf(app, 'session')).filter(({ lookup }) =>
      asOperator.some((one) => one.lookup.toHex() === lookup.toHex()),
    )
    expect([asOperator.length > 0, left]).toEqual([true, []])
  })

  test('asks for the second factor of an account that requires one', async () => {
    await using both = await start({ 'second-factor': 'everyone' })
    await signUp(both)
    const back = await comeBack(both, await leave(both))
    expect(back.headers.get('location')).toBe(`${both.sotto.url}/account/factors`)
    expect(await findSession(both.sotto.app, cookieIn(back) ?? '')).toMatchObject({ mfaComplete: false })
  })
})

describe('a user is refused', () => {
  const refused: readonly [string, Employee, string][] = [
    ['of another mail domain', { ...ada, email: 'ada@elsewhere.org' }, 'mail domain'],
    ['whose address is not verified', { ...ada, email_verified: false }, 'email address'],
    ['without an address', { preferred_username: 'ada' }, 'email address'],
  ]
  test.each(refused)('%s', async (_, employee, text) => {
    await using both = await start({ 'oidc-domains': 'example.org,example.com' })
    both.employees.set('ada-1', employee)
    const back = await comeBack(both, await leave(both))
    const page = await back.text()
    expect([back.status, page.includes(text)]).toEqual([403, true])
    if (employee.email) expect(page).not.toContain(employee.email)
    both.employees.set('ada-1', ada)
    expect((await comeBack(both, await leave(both))).status).toBe(303)
  })

  test('whose mail domain is no longer allowed', async () => {
    await using both = await start({ 'oidc-domains': 'example.org' })
    await signUp(both)
    both.employees.set('ada-1', { ...ada, email: 'ada@left.example' })
    expect((await comeBack(both, await leave(both))).status).toBe(403)
  })

  test('who is new while sign-up is closed', async () => {
    await using both = await start({ 'sign-up': 'closed' })
    expect((await comeBack(both, await leave(both))).status).toBe(403)
    expect(await rowsOf(both.sotto.app, 'code')).toEqual([])
  })

  test('whose address belongs to an account that is not linked', async () => {
    await using both = await start()
    const { sotto } = both
    await person(sotto.app)
    const back = await comeBack(both, await leave(both))
    expect([back.status, cookieIn(back)]).toEqual([403, undefined])
    expect(await rowsOf(sotto.app, 'identity')).toEqual([])
  })
})

describe('the callback is refused', () => {
  const changed: readonly [string, (url: URL) => void, string[]][] = [
    ['with another state', (url) => url.searchParams.set('state', 'x'.repeat(43)), []],
    ['without a state', (url) => url.searchParams.delete('state'), []],
    ['with another code', (url) => url.searchParams.set('code', 'y'.repeat(43)), ['invalid_grant']],
    ['from another issuer', (url) => url.searchParams.set('iss', 'https://evil.example'), ['OAUTH_INVALID_RESPONSE']],
    [
      'with an error of the provider',
      (url) => url.searchParams.set('error', '<script>access_denied'),
      ['OAUTH_AUTHORIZATION_RESPONSE_ERROR'],
    ],
  ]
  test.each(changed)('%s', async (_, change, code) => {
    await using both = await start()
    await signUp(both)
    const left = await leave(both)
    const url = await both.walk(left.url)
    change(url)
    const back = await open(both.sotto, url, left.cookie)
    expect([back.status, cookieIn(back)]).toEqual([403, undefined])
    expect(failures(both)).toEqual(code)
    const page = await back.text()
    for (const [, value] of url.searchParams) expect(page).not.toContain(value)
  })

  const foreign = [
    ['nonce', 'OAUTH_JWT_CLAIM_COMPARISON_FAILED'],
    ['code_challenge', 'invalid_grant'],
  ] as const
  test.each(foreign)('with a foreign %s', async (name, code) => {
    await using both = await start()
    await signUp(both)
    const left = await leave(both)
    const there = new URL(left.url)
    there.searchParams.set(name, 'z'.repeat(43))
    const back = await open(both.sotto, await both.walk(there.href), left.cookie)
    expect(failures(both)).toEqual([code])
    expect([back.status, cookieIn(back)]).toEqual([403, undefined])
  })

  test('in another browser, a second time, or too late', async () => {
    await using both = await start()
    await signUp(both)
    const statuses: number[] = []
    for (const cookie of ['', `sotto_outside=${'a'.repeat(43)}`]) {
      const left = await leave(both)
      const back = await open(both.sotto, await both.walk(left.url), cookie)
      statuses.push(back.status)
    }
    const left = await leave(both)
    const url = await both.walk(left.url)
    for (let times = 0; times < 2; times += 1) statuses.push((await open(both.sotto, url, left.cookie)).status)
    const late = await leave(both)
    both.sotto.clock.advance(15 * minute)
    statuses.push((await open(both.sotto, await both.walk(late.url), late.cookie)).status)
    expect(statuses).toEqual([403, 403, 303, 403, 403])
  })
})

describe('linking an identity', () => {
  test('requires a session and re-authentication; afterwards the provider signs in', async () => {
    await using both = await start()
    const { sotto } = both
    const account = await person(sotto.app)
    const headers = asCookie((await entered(sotto.app, account)).token)
    expect((await sotto.fetch('/account/factors/outside', form({ proof: 'wrong' }, headers))).status).toBe(403)
    const left = await leave(both, '/account/factors/outside', { proof: password }, headers)
    const stranger = await open(sotto, await both.walk(left.url), left.cookie)
    expect([stranger.status, await rowsOf(sotto.app, 'identity')]).toEqual([403, []])
    const again = await leave(both, '/account/factors/outside', { proof: password }, headers)
    const back = await open(sotto, await both.walk(again.url), `${again.cookie}; ${headers.cookie}`)
    expect(back.headers.get('location')).toBe(`${sotto.url}/account/factors`)
    expect(await rowsOf(sotto.app, 'mail')).toMatchObject([{ kind: 'mfa-changed' }])
    const signedIn = await comeBack(both, await leave(both))
    expect(await findSession(sotto.app, cookieIn(signedIn) ?? '')).toMatchObject({ account })
    await sotto.fetch('/account/factors/outside/remove', form({ proof: password }, headers))
    expect(await rowsOf(sotto.app, 'identity')).toEqual([])
  })

  test('is refused if the identity is linked to another account', async () => {
    await using both = await start()
    const { sotto } = both
    await signUp(both)
    const bob = await person(sotto.app, 'bob')
    const headers = asCookie((await entered(sotto.app, bob)).token)
    const left = await leave(both, '/account/factors/outside', { proof: password }, headers)
    const back = await open(sotto, await both.walk(left.url), `${left.cookie}; ${headers.cookie}`)
    expect(back.status).toBe(403)
    expect((await rowsOf(sotto.app, 'identity')).map(({ account_id }) => account_id)).not.toContain(bob)
  })
})

describe('the provider', () => {
  test('is discovered once an hour', async () => {
    await using both = await start()
    for (let times = 0; times < 3; times += 1) await leave(both)
    expect(both.asked).toBe(1)
    both.sotto.clock.setBy(2 * hour)
    await leave(both)
    expect(both.asked).toBe(1)
    both.sotto.clock.advance(hour)
    await leave(both)
    expect(both.asked).toBe(2)
  })

  test('that does not respond or names another issuer is logged by a code only, and tried again', async () => {
    const port = await freePort()
    const provider = { 'oidc-issuer': `http://127.0.0.1:${port}`, 'oidc-client-id': 'sotto' }
    await using sotto = await startInstance(provider)
    expect(await failureOf(startAuthorization(sotto.app))).toBe('oidc_unreachable')
    const answers = [
      () => Response.redirect('http://127.0.0.1:1/elsewhere'),
      () => Response.json({ issuer: 'https://evil.example' }),
      () => new Response('<b>broken</b>', { status: 500 }),
    ]
    for (const fetch of answers) {
      const other = Bun.serve({ hostname: '127.0.0.1', port, fetch })
      const answer = await sotto.fetch('/sign-in/oidc', { method: 'POST' })
      expect(answer.status).toBe(503)
      expect(await answer.text()).not.toMatch(/evil|broken/)
      await other.stop(true)
    }
    expect(sotto.lines.filter((line) => line.includes('oidc_failed')).length).toBe(4)
  })

  test('is off if none is configured', async () => {
    await using sotto = await startInstance()
    expect((await sotto.fetch('/sign-in/oidc', { method: 'POST' })).status).toBe(404)
    expect(await (await sotto.fetch('/sign-in')).text()).not.toContain('/sign-in/oidc')
  })
})

test('the redirect page has the usual security policy and is reached only by its form', async () => {
  await using both = await start()
  const { sotto } = both
  expect((await sotto.fetch('/sign-in/oidc')).status).toBe(405)
  expect(await (await sotto.fetch('/sign-in')).text()).toContain('action="/sign-in/oidc"')
  const answer = await sotto.fetch('/sign-in/oidc', { method: 'POST' })
  expect(answer.headers.get('refresh')).toStartWith(`0; url=${both.issuer}/`)
  expect(answer.headers.get('content-security-policy')).toContain("form-action 'self'")
  expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/)
})

interface Both extends Organization {
  readonly sotto: Instance
}

/** Starts an instance with its OpenID provider, at which Ada signs in. */
async function start(flags: Record<string, string> = {}): Promise<Both> {
  const port = await freePort()
  const organization = await startOrganization(`http://127.0.0.1:${port}`)
  const sotto = await startInstance({ listen: `127.0.0.1:${port}`, ...organization.flags, ...flags })
  organization.employees.set('ada-1', ada)
  organization.present = 'ada-1'
  const end = organization[Symbol.asyncDispose]
  return Object.assign(organization, {
    sotto,
    [Symbol.asyncDispose]: async () => {
      await sotto[Symbol.asyncDispose]()
      await end()
    },
  })
}

interface Left {
  readonly url: string
  readonly cookie: string
}

async function leave(
  { sotto }: Both,
  path = '/sign-in/oidc',
  fields: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Left> {
  const answer = await sotto.fetch(path, form(fields, headers))
  const url = answer.headers.get('refresh')?.replace(/^0; url=/, '')
  if (url === undefined) throw new Error(`${answer.status} ${await answer.text()}`)
  return { url, cookie: `sotto_outside=${cookieIn(answer, 'sotto_outside')}` }
}

async function comeBack({ sotto, walk }: Both, { url, cookie }: Left): Promise<Response> {
  return open(sotto, await walk(url), cookie)
}

function open(sotto: Instance, { pathname, search }: URL, cookie: string): Promise<Response> {
  return sotto.fetch(pathname + search, { headers: { cookie } })
}

/** Returns the error codes of failed sign-ins in the log. */
function failures({ sotto }: Both): string[] {
  const events = sotto.lines.map((line) => JSON.parse(line) as { event: string; code: string })
  return events.filter(({ event }) => event === 'oidc_failed').map(({ code }) => code)
}

/** Creates Ada's account by a registration with the provider. */
async function signUp(both: Both): Promise<void> {
  const back = await comeBack(both, await leave(both))
  const cookie = `sotto_outside=${cookieIn(back, 'sotto_outside')}`
  const done = await both.sotto.fetch('/sign-in/oidc/welcome', form(agreed, { cookie }))
  if (done.status !== 303) throw new Error(`${done.status} ${await done.text()}`)
}
