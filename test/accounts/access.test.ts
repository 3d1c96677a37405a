import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { startTotp } from '../../src/accounts/mfa/totp.ts'
import { listSessions, startSession } from '../../src/accounts/sessions/sessions.ts'
import { listTokens } from '../../src/accounts/tokens/tokens.ts'
import { type Scope, scopes } from '../../src/actor.ts'
import { query } from '../../src/database/query.ts'
import { run } from '../../src/database/unit.ts'
import { createGrant } from '../../src/privacy/audit/grants.ts'
import { createSecret } from '../../src/secrets/create.ts'
import { listOwnedSecrets } from '../../src/secrets/owned/owned-secrets.ts'
import { scopeOf } from '../../src/server/scopes.ts'
import { createRoutes } from '../../src/server/server.ts'
import { hour } from '../fixtures/clock.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { bearer, closeAccount, type Someone, someone } from '../fixtures/someone.ts'
import { rowsOf } from '../fixtures/stored.ts'

// Routes without sign-in. A key or code in the path is the authorization.
const open = [
  'GET /',
  'POST /secret',
  'GET /secret/:key',
  'POST /secret/:key',
  'GET /receipt/:key',
  'POST /receipt/:key/burn',
  'GET /generate',
  'POST /generate',
  'GET /privacy',
  'GET /privacy/export.schema.json',
  'GET /privacy/here',
  'GET /privacy/here/erased',
  'GET /privacy/here/sent',
  'GET /privacy/here/address/:code',
  'POST /privacy/here/address/:code',
  'POST /privacy/here/address',
  'POST /privacy/here/erase-address',
  'POST /privacy/here/erase',
  'POST /privacy/here/link',
  'GET /privacy/proof',
  'GET /privacy/proof.json',
  'GET /privacy/record',
  'GET /privacy/record.json',
  'GET /privacy/record.csv',
  'GET /statistics',
  'GET /statistics.json',
  'GET /privacy/practices',
  'GET /privacy/versions',
  'GET /privacy/versions/:number',
  'GET /transparency',
  'GET /complaint',
  'POST /complaint',
  'GET /feedback',
  'POST /feedback',
  'GET /messages/:number/:code',
  'GET /disclosures/:number/:code',
  'GET /terms',
  'GET /info/security',
  'GET /robots.txt',
  'GET /.well-known/security.txt',
  'GET /healthz',
  'POST /preferences/theme',
  'GET /sign-in',
  'POST /sign-in',
  'POST /sign-out',
  'GET /sign-in/factor',
  'POST /sign-in/factor',
  'POST /sign-in/factor/passkey',
  'POST /sign-in/factor/passkey/options',
  'POST /sign-in/passkey',
  'POST /sign-in/passkey/options',
  'POST /sign-in/oidc',
  'GET /sign-in/oidc/callback',
  'GET /sign-in/oidc/welcome',
  'POST /sign-in/oidc/welcome',
  'GET /sign-up',
  'POST /sign-up',
  'GET /sign-up/sent',
  'GET /sign-up/with/:code',
  'POST /sign-up/with/:code',
  'GET /sign-up/confirm/:code',
  'POST /sign-up/confirm/:code',
  'GET /login/:code',
  'POST /login/:code',
  'GET /reset',
  'POST /reset',
  'GET /reset/sent',
  'GET /reset/done',
  'GET /reset/:code',
  'POST /reset/:code',
  'GET /account/email/sent',
  'GET /email/done',
  'GET /email/:code',
  'POST /email/:code',
  'GET /closed',
  'GET /restore/done',
  'GET /restore/:code',
  'POST /restore/:code',
  'GET /mail/stop/:id/:key',
  'POST /mail/stop/:id/:key',
  'POST /api/v3/secrets',
  'POST /api/v3/secrets/generate',
  'GET /api/v3/secrets/:key',
  'POST /api/v3/secrets/:key/reveal',
  'POST /api/v3/secrets/:key/acknowledge',
  'GET /api/v3/receipts/:key',
  'POST /api/v3/receipts/:key/burn',
]

// Routes for operators only, with the form that they accept.
const operators: Readonly<Record<string, Record<string, string> | undefined>> = {
  'GET /operator/messages': undefined,
  'GET /operator/messages/:number': undefined,
  'POST /operator/messages/:number': { answer: 'x' },
  'GET /operator/holds': undefined,
  'POST /operator/holds': { account: 'unknown-name', reference: 'x', review: '2027-01-01' },
  'POST /operator/holds/:id/confirm': {},
  'POST /operator/holds/:id/release': {},
  'GET /operator/disclosures': undefined,
  'GET /operator/support': undefined,
  'POST /operator/support': { account: 'unknown-name' },
}

const empty = () => ({})
const file = () => {
  const form = new FormData()
  form.append('picture', new Blob(['no picture']), 'x.png')
  return form
}
const closing = { secrets: 'leave', when: 'grace' }

// Routes for a member's own data, with the status that each client gets: the owner; another member; an operator; a client
// without a session; the owner after the account is closed; a token without the scope; a token with it. Another member
// acts on their own data or gets the response for something that never existed. Pages accept no tokens.
const own: readonly Row[] = [
  ['GET /mine', 'secret', undefined, [200, 200, 200, 303, 303, 303, 303]],
  ['POST /mine/:id/burn', 'secret', empty, [303, 404, 404, 401, 401, 401, 401]],
  ['POST /mine/:id/note', 'secret', () => ({ note: 'x' }), [303, 404, 404, 401, 401, 401, 401]],
  ['POST /mine/:id/notice', 'secret', () => ({ notify: 'on' }), [303, 404, 404, 401, 401, 401, 401]],
  ['GET /account/tokens', 'token', undefined, [200, 200, 200, 303, 303, 303, 303]],
  ['POST /account/tokens', 'token', () => ({ name: 'x', create: 'on' }), [200, 200, 200, 401, 401, 401, 401]],
  ['POST /account/tokens/:id/revoke', 'token', empty, [303, 404, 404, 401, 401, 401, 401]],
  ['GET /account/sessions', 'session', undefined, [200, 200, 200, 303, 303, 303, 303]],
  ['POST /account/sessions/end', 'session', (id) => ({ session: id }), [303, 303, 303, 401, 401, 401, 401]],
  ['POST /account/sessions/end-others', 'session', empty, [303, 303, 303, 401, 401, 401, 401]],
  ['GET /account', 'profile', undefined, [200, 200, 200, 303, 303, 303, 303]],
  ['POST /account/user-name', 'profile', (id) => ({ user_name: id }), [303, 303, 303, 401, 401, 401, 401]],
  ['POST /account/real-name', 'profile', (id) => ({ real_name: id }), [303, 303, 303, 401, 401, 401, 401]],
  ['POST /account/email', 'profile', (id) => ({ email: `${id}@x.example` }), [303, 303, 303, 401, 401, 401, 401]],
  ['GET /account/picture', 'picture', undefined, [200, 404, 404, 401, 401, 401, 401]],
  ['POST /account/picture', 'picture', file, [400, 400, 400, 401, 401, 401, 401]],
  ['POST /account/picture/erase', 'picture', empty, [303, 303, 303, 401, 401, 401, 401]],
  ['GET /account/password', 'profile', undefined, [200, 200, 200, 303, 303, 303, 303]],
  ['POST /account/password', 'profile', () => ({ password: 'short' }), [400, 400, 400, 401, 401, 401, 401]],
  ['GET /account/factors', 'passkey', undefined, [200, 200, 200, 303, 303, 303, 303]],
  ['GET /account/factors/app', 'app', undefined, [200, 303, 303, 303, 303, 303, 303]],
  ['POST /account/factors/app', 'app', empty, [303, 303, 303, 401, 401, 401, 401]],
  ['POST /account/factors/app/confirm', 'app', () => ({ code: '000000' }), [403, 303, 303, 401, 401, 401, 401]],
  ['POST /account/factors/app/remove', 'app', empty, [303, 303, 303, 401, 401, 401, 401]],
  ['POST /account/factors/codes', 'app', empty, [403, 403, 403, 401, 401, 401, 401]],
  // Passkeys need a host name; the base URL of this instance has an IP address.
  ['POST /account/factors/passkeys/options', 'passkey', empty, [403, 403, 403, 401, 401, 401, 401]],
  [
    'POST /account/factors/passkeys',
    'passkey',
    () => ({ name: 'x', answer: '{}' }),
    [403, 403, 403, 401, 401, 401, 401],
  ],
  ['POST /account/factors/passkeys/remove', 'passkey', (id) => ({ id }), [303, 303, 303, 401, 401, 401, 401]],
  ['POST /account/factors/outside', 'passkey', empty, [404, 404, 404, 401, 401, 401, 401]],
  ['POST /account/factors/outside/remove', 'passkey', empty, [303, 303, 303, 401, 401, 401, 401]],
  ['GET /account/consents', 'consent', undefined, [200, 200, 200, 303, 303, 303, 303]],
  [
    'POST /account/consents',
    'consent',
    () => ({ purpose: 'opened', answer: 'withdrawn' }),
    [303, 303, 303, 401, 401, 401, 401],
  ],
  ['GET /account/asked', 'consent', undefined, [303, 303, 303, 303, 303, 303, 303]],
  ['POST /account/asked', 'consent', () => ({ answer: 'none', seen_news: '1' }), [303, 303, 303, 401, 401, 401, 401]],
  ['GET /account/support', 'grant', undefined, [200, 200, 200, 303, 303, 303, 303]],
  ['POST /account/support', 'grant', () => ({ hours: '24' }), [303, 303, 303, 401, 401, 401, 401]],
  ['POST /account/support/end', 'grant', empty, [303, 303, 303, 401, 401, 401, 401]],
  ['GET /account/export', 'profile', undefined, [200, 200, 200, 303, 303, 303, 303]],
  ['POST /account/export', 'profile', () => ({ as: 'file' }), [200, 200, 200, 401, 401, 401, 401]],
  ['GET /account/close', 'profile', undefined, [200, 200, 200, 303, 303, 303, 303]],
  ['POST /account/close', 'profile', () => ({ ...closing, sure: 'on' }), [303, 303, 303, 401, 401, 401, 401]],
  ['GET /api/v3/mine', 'secret', undefined, [200, 200, 200, 401, 401, 403, 200]],
  ['POST /api/v3/mine/:id/burn', 'secret', empty, [200, 404, 404, 401, 401, 403, 200]],
  ['POST /api/v3/mine/:id/note', 'secret', () => ({ note: 'x' }), [200, 404, 404, 401, 401, 403, 200]],
  ['POST /api/v3/mine/:id/notice', 'secret', () => ({ notify: true }), [200, 404, 404, 401, 401, 403, 200]],
  ['GET /api/v3/tokens', 'token', undefined, [200, 200, 200, 401, 401, 403, 200]],
  ['POST /api/v3/tokens', 'token', () => ({ name: 'x', scopes: ['account'] }), [201, 201, 201, 401, 401, 403, 201]],
  ['DELETE /api/v3/tokens/:id', 'token', undefined, [204, 404, 404, 401, 401, 403, 204]],
  ['GET /api/v3/account', 'profile', undefined, [200, 200, 200, 401, 401, 403, 200]],
  ['POST /api/v3/account', 'profile', (id) => ({ user_name: id }), [200, 200, 200, 401, 401, 403, 200]],
  [
    'POST /api/v3/account/email',
    'profile',
    (id) => ({ email: `${id}@x.example` }),
    [204, 204, 204, 401, 401, 403, 403],
  ],
  ['GET /api/v3/account/consents', 'consent', undefined, [200, 200, 200, 401, 401, 403, 200]],
  [
    'POST /api/v3/account/consents',
    'consent',
    () => ({ purpose: 'opened', answer: 'withdrawn' }),
    [200, 200, 200, 401, 401, 403, 200],
  ],
  ['GET /api/v3/account/sessions', 'session', undefined, [200, 200, 200, 401, 401, 403, 200]],
  ['POST /api/v3/account/sessions/:id/end', 'session', empty, [204, 204, 204, 401, 401, 403, 204]],
  ['POST /api/v3/account/sessions/end-others', 'session', empty, [200, 200, 200, 401, 401, 403, 200]],
  ['POST /api/v3/account/export', 'profile', empty, [200, 200, 200, 401, 401, 403, 403]],
  ['POST /api/v3/account/close', 'profile', () => closing, [204, 204, 204, 401, 401, 403, 403]],
]

type Statuses = readonly [
  owner: number,
  other: number,
  operator: number,
  guest: number,
  closed: number,
  scopeless: number,
  scoped: number,
]
type Body = (id: string) => object
type Row = readonly [route: string, thing: keyof typeof things, body: Body | undefined, statuses: Statuses]

interface Thing {
  /** Creates one that belongs to a member, and returns its id in the route. */
  create(sotto: Instance, owner: Someone): Promise<string>
  /** Returns everything of the kind that is stored for a member. */
  stored(sotto: Instance, owner: Someone): unknown
}

const accountOf = async ({ app }: Instance, { id }: Someone) =>
  (await rowsOf(app, 'account')).find((row) => row.id === id)
const of =
  ({ id }: Someone) =>
  (row: { account_id: string | null }) =>
    row.account_id === id

const things = {
  secret: {
    create: async ({ app }, { actor }) => {
      await createSecret(app, actor, { content: { text: 'x' }, passphrase: undefined, ttl: hour })
      return (await listOwnedSecrets(app, actor.account)).secrets[0]?.id ?? ''
    },
    stored: async ({ app }, owner) => {
      const rows = [...(await rowsOf(app, 'secret')), ...(await rowsOf(app, 'receipt'))]
      const owned = (await rowsOf(app, 'owned_secret')).filter(of(owner))
      return owned.map((row) => [row, ...rows.filter(({ id }) => id === row.id)])
    },
  },
  token: {
    create: async ({ app }, owner) => {
      const before = (await listTokens(app, owner.id)).map(({ id }) => id)
      await owner.token('create')
      return (await listTokens(app, owner.id)).find(({ id }) => !before.includes(id))?.id ?? ''
    },
    stored: async ({ app }, owner) => (await rowsOf(app, 'token')).filter(of(owner)).map(({ used_on, ...row }) => row),
  },
  session: {
    create: async ({ app, clock }, { id, actor }) => {
      clock.advance(1)
      await startSession(app, { id, role: actor.role ?? 'member' }, 'Safari', true)
      return (await listSessions(app, id))[0]?.id ?? ''
    },
    stored: async ({ app }, owner) => (await rowsOf(app, 'session')).filter(of(owner)),
  },
  profile: { create: async ({ app }) => `n${app.random(8).toHex()}`, stored: accountOf },
  picture: {
    create: async ({ app }, { id }) => {
      const picture = app.random(64)
      await app.db.commit(() => run(query.updateTable('account').set({ picture }).where('id', '=', id)))
      return picture.toHex()
    },
    stored: accountOf,
  },
  passkey: {
    create: async ({ app }, { id: account_id }) => {
      const facts = { name: 'Phone', public_key: app.random(77), counter: 0, transports: '', created_at: app.now() }
      const row = () => ({ id: app.random(16).toHex(), account_id, ...facts, used_on: null })
      // The last sign-in method cannot be removed, so the account has another one.
      const [one, another] = [row(), row()]
      await app.db.commit(() => run(query.insertInto('passkey').values([one, another])))
      return one.id
    },
    stored: async ({ app }, owner) => (await rowsOf(app, 'passkey')).filter(of(owner)),
  },
  app: {
    create: async ({ app }, { id }) => {
      await startTotp(app, id)
      return ''
    },
    stored: accountOf,
  },
  grant: {
    create: async ({ app }, { actor }) => {
      await createGrant(app, actor, 1)
      return ''
    },
    stored: async ({ app }, owner) => (await rowsOf(app, 'support_grant')).filter(of(owner)),
  },
  consent: {
    create: async () => '',
    stored: async ({ app }, owner) => (await rowsOf(app, 'consent')).filter(of(owner)),
  },
} as const satisfies Record<string, Thing>

let sotto: Instance
let owner: Someone
let other: Someone
let operator: Someone
let round = 0

function inAnInstanceOfItsOwn(): void {
  beforeAll(async () => {
    sotto = await startInstance()
  })
  beforeEach(async () => {
    round++
    owner = await someone(sotto, `owner-${round}`)
    other = await someone(sotto, `other-${round}`)
    operator = await someone(sotto, `operator-${round}`, 'operator')
  })
  afterAll(() => sotto[Symbol.asyncDispose]())
}

const scopeFor = (route: string): Scope => {
  const [method = '', path = ''] = route.split(' ')
  return scopeOf(method, path.replace('/api/v3', ''))
}

async function ask([route, , bodyFor]: Row, id: string, headers: Record<string, string>) {
  const [method = '', pattern = ''] = route.split(' ')
  const path = pattern.replace(':id', id)
  const body = bodyFor?.(id)
  if (body === undefined) return sotto.fetch(path, { method, headers })
  if (body instanceof FormData) return sotto.fetch(path, { method, headers, body })
  const type = path.startsWith('/api/') ? 'application/json' : 'application/x-www-form-urlencoded'
  const written = type.endsWith('json') ? JSON.stringify(body) : new URLSearchParams(Object.entries(body)).toString()
  return sotto.fetch(path, { method, headers: { ...headers, 'content-type': type }, body: written })
}

// The whole response, except for its request id and the token of a new session.
async function said(answer: Response): Promise<unknown> {
  const { 'x-request-id': _, date, ...headers } = Object.fromEntries(answer.headers)
  return { status: answer.status, headers, body: await answer.text() }
}

test('lists every route by who may use it', async () => {
  await using instance = await startInstance()
  const all = (await createRoutes(instance.app)).routes
    .filter(({ path }) => !path.startsWith('/assets/'))
    .map(({ method, path }) => `${method} ${path}`)
  expect(all.length).toBeGreaterThan(30)
  expect(all.toSorted()).toEqual([...open, ...Object.keys(operators), ...own.map(([route]) => route)].toSorted())
})

test('requires a scope for every API route, and `admin` only for running the instance', async () => {
  const api = [...open, ...own.map(([route]) => route)].filter((route) => route.includes(' /api/v3/'))
  expect(api.length).toBeGreaterThan(12)
  expect(api.filter((route) => scopeFor(route) === 'admin' && !route.includes('/operator'))).toEqual([])
})

test.each(Object.entries(operators))('%s is for operators only', async (route, fields) => {
  await using instance = await startInstance()
  const [method = '', path = ''] = route.replace(/:\w+/, '1').split(' ')
  const asked = async (cookie: Record<string, string>) => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const body = fields && new URLSearchParams(fields).toString()
    const init = body === undefined ? { headers: cookie } : { body, headers: { ...type, ...cookie } }
    return (await instance.fetch(path, { method, ...init })).status
  }
  expect(await asked({})).toBe(method === 'GET' ? 303 : 401)
  expect(await asked((await someone(instance, 'ann')).cookie)).toBe(403)
  expect([200, 400, 404]).toContain(await asked((await someone(instance, 'eve', 'operator')).cookie))
})

describe.each([...own])('%s (a %s)', (...row) => {
  const [route, name, body, [toOwner, toOther, toOperator, toGuest, toClosed, toScopeless, toScoped]] = row
  const thing: Thing = things[name]
  const isApi = route.includes(' /api/')
  // A route with an id may name another member's data; one without is about the member's own.
  const isNamed = route.includes(':id') || (name === 'session' && body !== undefined)
  inAnInstanceOfItsOwn()

  test('is open to its owner', async () => {
    expect((await ask(row, await thing.create(sotto, owner), owner.cookie)).status).toBe(toOwner)
  })

  test.each([
    ['another member', () => other, toOther],
    ['an operator', () => operator, toOperator],
  ])('answers %s as for something that never existed, and changes nothing', async (_, actor, status) => {
    const [theirs, id] = [actor(), await thing.create(sotto, owner)]
    const before = thing.stored(sotto, owner)
    const answer = await said(await ask(row, id, theirs.cookie))
    expect(answer).toMatchObject({ status })
    expect(thing.stored(sotto, owner)).toEqual(before)
    if (id.length > 17) expect(JSON.stringify(answer)).not.toContain(id)
    if (!isNamed) return
    expect(answer).toEqual(await said(await ask(row, sotto.app.random(id.length / 2).toHex(), theirs.cookie)))
    expect(answer).toEqual(await said(await ask(row, 'x', theirs.cookie)))
  })

  test('requires sign-in, with a response that reveals nothing else', async () => {
    const id = await thing.create(sotto, owner)
    const before = thing.stored(sotto, owner)
    const answer = await said(await ask(row, id, {}))
    expect(answer).toMatchObject({ status: toGuest })
    expect(answer).toEqual(await said(await ask(row, 'x', {})))
    expect(thing.stored(sotto, owner)).toEqual(before)
  })

  test('is closed to its owner after the account is closed', async () => {
    const headers = [owner.cookie, ...(isApi ? [bearer(await owner.token(scopeFor(route)))] : [])]
    const id = await thing.create(sotto, owner)
    await closeAccount(sotto, owner)
    const before = thing.stored(sotto, owner)
    for (const one of headers) expect((await ask(row, id, one)).status).toBe(toClosed)
    expect(thing.stored(sotto, owner)).toEqual(before)
  })

  test('is closed to a token without the scope', async () => {
    const rest = scopes.filter((scope) => scope !== scopeFor(route) && scope !== 'admin')
    const headers = bearer(await owner.token(...rest))
    const id = await thing.create(sotto, owner)
    const before = thing.stored(sotto, owner)
    expect((await ask(row, id, headers)).status).toBe(toScopeless)
    expect(thing.stored(sotto, owner)).toEqual(before)
  })

  test('is open to a token with only the required scope, as the table says', async () => {
    const headers = bearer(await owner.token(isApi ? scopeFor(route) : 'account'))
    expect((await ask(row, await thing.create(sotto, owner), headers)).status).toBe(toScoped)
  })
})

describe('a token of each scope alone', () => {
  inAnInstanceOfItsOwn()
  test.each([...open.filter((route) => route.includes(' /api/'))])('answers %s', async (route) => {
    const [method = '', pattern = ''] = route.split(' ')
    const needed = scopeFor(route)
    for (const scope of scopes.filter((scope) => scope !== 'admin')) {
      const headers = { ...bearer(await other.token(scope)), 'content-type': 'application/json' }
      const path = pattern.replace(':key', 'a'.repeat(31))
      const answer = await sotto.fetch(path, { method, headers, ...(method === 'POST' && { body: '{}' }) })
      expect([scope, answer.status === 403]).toEqual([scope, scope !== needed])
    }
  })
})
