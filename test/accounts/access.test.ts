import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { type Scope, scopes } from '../../src/accounts/actor.ts'
import { beginTotp } from '../../src/accounts/mfa/totp.ts'
import { listSessions, startSession } from '../../src/accounts/sessions.ts'
import { listTokens } from '../../src/accounts/tokens/tokens.ts'
import { query } from '../../src/database/query.ts'
import { createGrant } from '../../src/privacy/audit/grants.ts'
import { createSecret } from '../../src/secrets/create.ts'
import { listOwnedSecrets } from '../../src/secrets/owned/owned-secrets.ts'
import { scopeOf } from '../../src/server/scopes.ts'
import { createRoutes } from '../../src/server/server.ts'
import { hour } from '../fixtures/clock.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { bearer, closeAccount, type Someone, someone } from '../fixtures/someone.ts'
import { rowsOf } from '../fixtures/stored.ts'

// What anybody may ask for. A key or a code in the address is the right itself: who has it is let in, whoever they are.
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

// What only an operator may ask for, with the form where it takes one.
const operators: Readonly<Record<string, Record<string, string> | undefined>> = {
  'GET /operator/messages': undefined,
  'GET /operator/messages/:number': undefined,
  'POST /operator/messages/:number': { answer: 'x' },
  'GET /operator/holds': undefined,
  'POST /operator/holds': { account: 'nobody', reference: 'x', review: '2027-01-01' },
  'POST /operator/holds/:id/confirm': {},
  'POST /operator/holds/:id/release': {},
  'GET /operator/disclosures': undefined,
  'GET /operator/support': undefined,
  'POST /operator/support': { account: 'nobody' },
}

const empty = () => ({})
const file = () => {
  const form = new FormData()
  form.append('picture', new Blob(['no picture']), 'x.png')
  return form
}
const closing = { secrets: 'leave', when: 'grace' }

// What belongs to somebody, and what is answered: to its owner; to another member and to an operator, who are told of
// it what they are told of what never existed, or act on their own; to a guest; to its owner once the account is closed;
// to its owner's token without the scope; to one with it. A page knows no tokens, and sends who only looks to sign in.
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
  // Passkeys need a name, and this instance is reached by a number.
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
  /** Makes one of somebody's, and says by what it is named. */
  make(sotto: Instance, whose: Someone): Promise<string>
  /** All that is stored of such things of somebody's. */
  stored(sotto: Instance, whose: Someone): unknown
}

const accountOf = ({ app }: Instance, { id }: Someone) => rowsOf(app, 'account').find((row) => row.id === id)
const of =
  ({ id }: Someone) =>
  (row: { account_id: string | null }) =>
    row.account_id === id

const things = {
  secret: {
    make: async ({ app }, { actor }) => {
      await createSecret(app, actor, { content: { text: 'x' }, passphrase: undefined, ttl: hour })
      return listOwnedSecrets(app, actor.account).secrets[0]?.id ?? ''
    },
    stored: ({ app }, whose) =>
      rowsOf(app, 'owned_secret')
        .filter(of(whose))
        .map((row) => [
          row,
          ...[...rowsOf(app, 'secret'), ...rowsOf(app, 'receipt')].filter(({ id }) => id === row.id),
        ]),
  },
  token: {
    make: async ({ app }, whose) => {
      const before = listTokens(app, whose.id).map(({ id }) => id)
      await whose.token('create')
      return listTokens(app, whose.id).find(({ id }) => !before.includes(id))?.id ?? ''
    },
    stored: ({ app }, whose) =>
      rowsOf(app, 'token')
        .filter(of(whose))
        .map(({ used_on, ...row }) => row),
  },
  session: {
    make: async ({ app, clock }, { id, actor }) => {
      clock.advance(1)
      await startSession(app, { id, role: actor.role ?? 'member' }, 'Safari', true)
      return listSessions(app, id)[0]?.id ?? ''
    },
    stored: ({ app }, whose) => rowsOf(app, 'session').filter(of(whose)),
  },
  profile: { make: async ({ app }) => `n${app.random(8).toHex()}`, stored: accountOf },
  picture: {
    make: async ({ app }, { id }) => {
      const picture = app.random(64)
      await app.db.commit(() => app.db.run(query.updateTable('account').set({ picture }).where('id', '=', id)))
      return picture.toHex()
    },
    stored: accountOf,
  },
  passkey: {
    make: async ({ app }, { id: account_id }) => {
      const facts = { name: 'Phone', public_key: app.random(77), counter: 0, transports: '', created_at: app.now() }
      const row = () => ({ id: app.random(16).toHex(), account_id, ...facts, used_on: null })
      // The last way in cannot be removed, so there is another one.
      const [one, another] = [row(), row()]
      await app.db.commit(() => app.db.run(query.insertInto('passkey').values([one, another])))
      return one.id
    },
    stored: ({ app }, whose) => rowsOf(app, 'passkey').filter(of(whose)),
  },
  app: {
    make: async ({ app }, { id }) => {
      await beginTotp(app, id)
      return ''
    },
    stored: accountOf,
  },
  grant: {
    make: async ({ app }, { actor }) => {
      await createGrant(app, actor, 1)
      return ''
    },
    stored: ({ app }, whose) => rowsOf(app, 'support_grant').filter(of(whose)),
  },
  consent: { make: async () => '', stored: ({ app }, whose) => rowsOf(app, 'consent').filter(of(whose)) },
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

// All that an answer says, but for the number that each request has of its own, and a new session's.
async function said(answer: Response): Promise<unknown> {
  const { 'x-request-id': _, date, ...headers } = Object.fromEntries(answer.headers)
  return { status: answer.status, headers, body: await answer.text() }
}

test('every route is in one of these lists, so that nothing is let in that nobody thought of', async () => {
  await using instance = await startInstance()
  const all = (await createRoutes(instance.app)).routes
    .filter(({ path }) => !path.startsWith('/assets/'))
    .map(({ method, path }) => `${method} ${path}`)
  expect(all.length).toBeGreaterThan(30)
  expect(all.toSorted()).toEqual([...open, ...Object.keys(operators), ...own.map(([route]) => route)].toSorted())
})

test('every operation of the API has a scope, and only what runs the instance has the highest', async () => {
  const api = [...open, ...own.map(([route]) => route)].filter((route) => route.includes(' /api/v3/'))
  expect(api.length).toBeGreaterThan(12)
  expect(api.filter((route) => scopeFor(route) === 'admin' && !route.includes('/operator'))).toEqual([])
})

test.each(Object.entries(operators))('%s is for operators alone', async (route, fields) => {
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
  // What is named may be somebody else's; what is not is always one's own.
  const isNamed = route.includes(':id') || (name === 'session' && body !== undefined)
  inAnInstanceOfItsOwn()

  test('is open to its owner', async () => {
    expect((await ask(row, await thing.make(sotto, owner), owner.cookie)).status).toBe(toOwner)
  })

  test.each([
    ['another member', () => other, toOther],
    ['an operator', () => operator, toOperator],
  ])('tells %s what it tells of a thing that never existed, and leaves it alone', async (_, who, status) => {
    const [theirs, id] = [who(), await thing.make(sotto, owner)]
    const before = thing.stored(sotto, owner)
    const answer = await said(await ask(row, id, theirs.cookie))
    expect(answer).toMatchObject({ status })
    expect(thing.stored(sotto, owner)).toEqual(before)
    if (id.length > 17) expect(JSON.stringify(answer)).not.toContain(id)
    if (!isNamed) return
    expect(answer).toEqual(await said(await ask(row, sotto.app.random(id.length / 2).toHex(), theirs.cookie)))
    expect(answer).toEqual(await said(await ask(row, 'x', theirs.cookie)))
  })

  test('is closed to a guest, and says to them no more', async () => {
    const id = await thing.make(sotto, owner)
    const before = thing.stored(sotto, owner)
    const answer = await said(await ask(row, id, {}))
    expect(answer).toMatchObject({ status: toGuest })
    expect(answer).toEqual(await said(await ask(row, 'x', {})))
    expect(thing.stored(sotto, owner)).toEqual(before)
  })

  test('is closed to its owner once the account is', async () => {
    const headers = [owner.cookie, ...(isApi ? [bearer(await owner.token(scopeFor(route)))] : [])]
    const id = await thing.make(sotto, owner)
    await closeAccount(sotto, owner)
    const before = thing.stored(sotto, owner)
    for (const one of headers) expect((await ask(row, id, one)).status).toBe(toClosed)
    expect(thing.stored(sotto, owner)).toEqual(before)
  })

  test('is closed to a token that was not made for it', async () => {
    const rest = scopes.filter((scope) => scope !== scopeFor(route) && scope !== 'admin')
    const headers = bearer(await owner.token(...rest))
    const id = await thing.make(sotto, owner)
    const before = thing.stored(sotto, owner)
    expect((await ask(row, id, headers)).status).toBe(toScopeless)
    expect(thing.stored(sotto, owner)).toEqual(before)
  })

  test('is as open as the table says to a token that was made for it and for nothing else', async () => {
    const headers = bearer(await owner.token(isApi ? scopeFor(route) : 'account'))
    expect((await ask(row, await thing.make(sotto, owner), headers)).status).toBe(toScoped)
  })
})

describe('a token of each scope alone', () => {
  inAnInstanceOfItsOwn()
  test.each([...open.filter((route) => route.includes(' /api/'))])('meets %s', async (route) => {
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
