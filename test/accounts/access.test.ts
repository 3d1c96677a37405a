import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { listMine } from '../../src/accounts/mine.ts'
import { listTokens } from '../../src/accounts/tokens.ts'
import { type Scope, scopes } from '../../src/actor.ts'
import { scopeOf } from '../../src/http/scopes.ts'
import { routesOf } from '../../src/http/server.ts'
import { createSecret } from '../../src/secrets/secret.ts'
import { rowsOf } from '../database/stored.ts'
import { hour } from '../support/clock.ts'
import { type Instance, startInstance } from '../support/instance.ts'
import { bearer, closeAccount, type Person, person } from '../support/people.ts'

// What anybody may ask for. A key in the address is the right itself: who has it is let in, whoever they are.
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
  'GET /terms',
  'GET /info/security',
  'GET /robots.txt',
  'GET /.well-known/security.txt',
  'GET /healthz',
  'POST /preferences/theme',
  'POST /api/v3/secrets',
  'POST /api/v3/secrets/generate',
  'GET /api/v3/secrets/:key',
  'POST /api/v3/secrets/:key/reveal',
  'POST /api/v3/secrets/:key/acknowledge',
  'GET /api/v3/receipts/:key',
  'POST /api/v3/receipts/:key/burn',
]

// What belongs to somebody. The answer to its owner, another member, an operator, a guest, its owner after the account
// was closed, and its owner's token without the scope; with the scope a token is answered as its owner is. A page knows
// no tokens.
const own: readonly Row[] = [
  // route                            the thing  body               owner other operator guest closed scopeless
  ['GET /mine', 'secret', undefined, [200, 200, 200, 401, 401, 401]],
  ['POST /mine/:id/burn', 'secret', {}, [303, 404, 404, 401, 401, 401]],
  ['POST /mine/:id/note', 'secret', { note: 'x' }, [303, 404, 404, 401, 401, 401]],
  ['POST /mine/:id/notice', 'secret', { notify: 'on' }, [303, 404, 404, 401, 401, 401]],
  ['GET /account/tokens', 'token', undefined, [200, 200, 200, 401, 401, 401]],
  ['POST /account/tokens', 'token', { name: 'x', create: 'on' }, [200, 200, 200, 401, 401, 401]],
  ['POST /account/tokens/:id/revoke', 'token', {}, [303, 404, 404, 401, 401, 401]],
  ['GET /api/v3/mine', 'secret', undefined, [200, 200, 200, 401, 401, 403]],
  ['POST /api/v3/mine/:id/burn', 'secret', {}, [200, 404, 404, 401, 401, 403]],
  ['POST /api/v3/mine/:id/note', 'secret', { note: 'x' }, [200, 404, 404, 401, 401, 403]],
  ['POST /api/v3/mine/:id/notice', 'secret', { notify: true }, [200, 404, 404, 401, 401, 403]],
  ['GET /api/v3/tokens', 'token', undefined, [200, 200, 200, 401, 401, 403]],
  ['POST /api/v3/tokens', 'token', { name: 'x', scopes: ['account'] }, [201, 201, 201, 401, 401, 403]],
  ['DELETE /api/v3/tokens/:id', 'token', undefined, [204, 404, 404, 401, 401, 403]],
]

type Statuses = readonly [number, number, number, number, number, number]
type Row = readonly [route: string, thing: keyof typeof things, body: object | undefined, statuses: Statuses]

interface Thing {
  /** Makes one of somebody's, and says by what it is named. */
  make(sotto: Instance, whose: Person): Promise<string>
  /** All that is stored of such things. */
  stored(sotto: Instance): unknown
}

const things = {
  secret: {
    make: async ({ app }, { actor }) => {
      await createSecret(app, actor, { content: { text: 'x' }, passphrase: undefined, ttl: hour })
      return listMine(app, actor.account).secrets[0]?.id ?? ''
    },
    stored: ({ app }) => [rowsOf(app, 'secret'), rowsOf(app, 'receipt'), rowsOf(app, 'owned'), rowsOf(app, 'consent')],
  },
  token: {
    make: async ({ app }, whose) => {
      const before = listTokens(app, whose.id).map(({ id }) => id)
      await whose.token('create')
      return listTokens(app, whose.id).find(({ id }) => !before.includes(id))?.id ?? ''
    },
    stored: ({ app }) => rowsOf(app, 'token').map(({ used_on, ...row }) => row),
  },
} as const satisfies Record<string, Thing>

let sotto: Instance
let owner: Person
let other: Person
let operator: Person

function inAnInstanceOfItsOwn(): void {
  beforeAll(async () => {
    sotto = await startInstance()
    owner = await person(sotto, 'owner')
    other = await person(sotto, 'other')
    operator = await person(sotto, 'operator', 'operator')
  })
  afterAll(() => sotto[Symbol.asyncDispose]())
}

const scopeFor = (route: string): Scope => {
  const [method = '', path = ''] = route.split(' ')
  return scopeOf(method, path.replace('/api/v3', ''))
}

async function ask([route, , body]: Row, id: string, headers: Record<string, string>) {
  const [method = '', pattern = ''] = route.split(' ')
  const path = pattern.replace(':id', id)
  if (body === undefined) return sotto.fetch(path, { method, headers })
  const type = path.startsWith('/api/') ? 'application/json' : 'application/x-www-form-urlencoded'
  const written = type.endsWith('json') ? JSON.stringify(body) : new URLSearchParams(Object.entries(body)).toString()
  return sotto.fetch(path, { method, headers: { ...headers, 'content-type': type }, body: written })
}

// All that an answer says, but for the number that each request has of its own.
async function said(answer: Response): Promise<unknown> {
  const { 'x-request-id': _, date, ...headers } = Object.fromEntries(answer.headers)
  return { status: answer.status, headers, body: await answer.text() }
}

test('every route is in one of these lists, so that nothing is let in that nobody thought of', async () => {
  await using instance = await startInstance()
  const all = (await routesOf(instance.app)).routes
    .filter(({ path }) => !path.startsWith('/assets/'))
    .map(({ method, path }) => `${method} ${path}`)
  expect(all.length).toBeGreaterThan(30)
  expect(all.toSorted()).toEqual([...open, ...own.map(([route]) => route)].toSorted())
})

test('every operation of the API has a scope, and only what runs the instance has the highest', async () => {
  const api = [...open, ...own.map(([route]) => route)].filter((route) => route.includes(' /api/v3/'))
  expect(api.length).toBeGreaterThan(12)
  expect(api.filter((route) => scopeFor(route) === 'admin' && !route.includes('/operator'))).toEqual([])
})

describe.each([...own])('%s (a %s)', (...row) => {
  const [route, thing, , [toOwner, toOther, toOperator, toGuest, toClosed, toScopeless]] = row
  const isApi = route.includes(' /api/')
  inAnInstanceOfItsOwn()

  test('is open to its owner', async () => {
    expect((await ask(row, await things[thing].make(sotto, owner), owner.cookie)).status).toBe(toOwner)
  })

  test.each([
    ['another member', () => other, toOther],
    ['an operator', () => operator, toOperator],
  ])('tells %s what it tells of a thing that never existed', async (_, who, status) => {
    const [theirs, id, never] = [who(), await things[thing].make(sotto, owner), neverExisted(thing)]
    const before = things[thing].stored(sotto)
    const answer = await said(await ask(row, id, theirs.cookie))
    expect(answer).toMatchObject({ status })
    expect(JSON.stringify(answer)).not.toContain(id)
    if (!route.includes(':id')) return
    expect(things[thing].stored(sotto)).toEqual(before)
    expect(answer).toEqual(await said(await ask(row, never, theirs.cookie)))
    expect(answer).toEqual(await said(await ask(row, 'x', theirs.cookie)))
  })

  test('is closed to a guest, and says to them no more', async () => {
    const id = await things[thing].make(sotto, owner)
    const before = things[thing].stored(sotto)
    const answer = await said(await ask(row, id, {}))
    expect(answer).toMatchObject({ status: toGuest })
    expect(answer).toEqual(await said(await ask(row, neverExisted(thing), {})))
    expect(things[thing].stored(sotto)).toEqual(before)
  })

  test('is closed to its owner once the account is', async () => {
    const leaver = await person(sotto, 'leaver')
    const headers = [leaver.cookie, ...(isApi ? [bearer(await leaver.token(scopeFor(route)))] : [])]
    const id = await things[thing].make(sotto, leaver)
    await closeAccount(sotto, leaver)
    const before = things[thing].stored(sotto)
    for (const one of headers) expect((await ask(row, id, one)).status).toBe(toClosed)
    expect(things[thing].stored(sotto)).toEqual(before)
  })

  test('is closed to a token that was not made for it', async () => {
    const rest = scopes.filter((scope) => scope !== scopeFor(route) && scope !== 'admin')
    const headers = bearer(await owner.token(...rest))
    const id = await things[thing].make(sotto, owner)
    const before = things[thing].stored(sotto)
    expect((await ask(row, id, headers)).status).toBe(toScopeless)
    expect(things[thing].stored(sotto)).toEqual(before)
  })

  if (!isApi) return
  test('is open to a token that was made for it, and for nothing else', async () => {
    const headers = bearer(await owner.token(scopeFor(route)))
    expect((await ask(row, await things[thing].make(sotto, owner), headers)).status).toBe(toOwner)
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

function neverExisted(thing: keyof typeof things): string {
  return sotto.app.random(thing === 'secret' ? 16 : 8).toHex()
}
