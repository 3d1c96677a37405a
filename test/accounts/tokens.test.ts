import { describe, expect, test } from 'bun:test'
import { generateToken } from '../../src/accounts/tokens/token-format.ts'
import { scopes } from '../../src/actor.ts'
import { query } from '../../src/database/query.ts'
import { run } from '../../src/database/unit.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { day, hour } from '../fixtures/clock.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { bearer, closeAccount, someone } from '../fixtures/someone.ts'
import { filesWith, rowsOf } from '../fixtures/stored.ts'

interface CreatedToken {
  readonly id: string
  readonly token: string
  readonly expires_at: string
  readonly scopes: readonly string[]
}

const basic = (user: string, token: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`,
})
const list = async ({ fetch }: Instance, headers: Record<string, string>) => {
  const { tokens } = (await (await fetch('/api/v3/tokens', { headers })).json()) as { tokens: object[] }
  return tokens
}

describe('an API token', () => {
  test('is returned once, and only its hash is stored', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    const created = await sotto.posted<CreatedToken>(
      '/tokens',
      { name: 'backup', scopes: ['status', 'create'] },
      ann.cookie,
    )
    expect(created.token).toMatch(/^sotto_\w{36}$/)
    expect(created.scopes).toEqual(['create', 'status'])
    expect(Date.parse(created.expires_at)).toBe(sotto.clock.now + 90 * day)
    const listed = await list(sotto, ann.cookie)
    expect(listed).toMatchObject([{ id: created.id, name: 'backup', scopes: ['create', 'status'] }])
    expect(JSON.stringify(listed)).not.toContain(created.token)
    expect(await rowsOf(sotto.app, 'token')).toHaveLength(1)
    expect(filesWith(sotto.dataDir, Buffer.from(created.token.slice(6, 36)))).toEqual([])
  })

  test('is shown only in the response to the form of its page', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    const form = { ...ann.cookie, 'content-type': 'application/x-www-form-urlencoded' }
    const post = (body: string) => sotto.fetch('/account/tokens', { method: 'POST', headers: form, body })
    const page = await (await post('name=backup&days=30&create=on')).text()
    const [token = ''] = page.match(/sotto_\w{36}/) ?? []
    expect((await sotto.post('/secrets', { content: 'x' }, bearer(token))).status).toBe(201)
    const again = await (await sotto.fetch('/account/tokens', { headers: ann.cookie })).text()
    expect(again).toContain('backup')
    expect(again).not.toContain(token)
    for (const body of ['name=&create=on', 'name=x', 'name=x&days=366&create=on', 'name=x&days=0&create=on'])
      expect([body, (await post(body)).status]).toEqual([body, 400])
    expect(await rowsOf(sotto.app, 'token')).toHaveLength(1)
  })

  test('requires the password if the session is not fresh', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    sotto.clock.advance(11 * 60_000)
    const input = { name: 'late', scopes: ['create'] }
    expect((await sotto.post('/tokens', input, ann.cookie)).status).toBe(403)
    expect((await sotto.post('/tokens', { ...input, password: 'not it, surely' }, ann.cookie)).status).toBe(403)
    expect(await rowsOf(sotto.app, 'token')).toEqual([])
  })

  test('notifies its owner by mail, in the same commit', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    await ann.token('create')
    expect(await rowsOf(sotto.app, 'mail')).toMatchObject([
      { kind: 'token-created', purpose: 'account', recipient: ann.email, account_id: ann.id },
    ])
  })

  test('is valid until it expires, and is then purged', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    const { token } = await sotto.posted<CreatedToken>(
      '/tokens',
      { name: 'x', scopes: ['status'], days: 2 },
      ann.cookie,
    )
    const ask = async () => (await sotto.fetch('/api/v3/mine', { headers: bearer(token) })).status
    sotto.clock.advance(2 * day - 1)
    expect(await ask()).toBe(200)
    sotto.clock.advance(1)
    expect(await ask()).toBe(401)
    expect(await rowsOf(sotto.app, 'token')).toHaveLength(1)
    await purge(sotto.app, sotto.clock.now)
    expect(await rowsOf(sotto.app, 'token')).toHaveLength(0)
  })

  test('records the day of its last use, with one write a day', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    const headers = bearer(await ann.token('account'))
    expect((await rowsOf(sotto.app, 'token'))[0]?.used_on).toBeNull()
    await list(sotto, headers)
    const today = Date.UTC(2026, 10, 21)
    expect((await rowsOf(sotto.app, 'token'))[0]?.used_on).toBe(today)
    await sotto.app.db.commit(() => run(query.updateTable('token').set({ used_on: today })))
    sotto.clock.advance(hour)
    expect(await list(sotto, headers)).toMatchObject([{ used_on: '2026-11-21' }])
    expect((await rowsOf(sotto.app, 'token'))[0]?.used_on).toBe(today)
    sotto.clock.advance(day)
    expect(await list(sotto, headers)).toMatchObject([{ used_on: '2026-11-22' }])
  })

  test('fails at the next request after it is revoked or its account is closed or disabled', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const ann = await someone(sotto, 'ann')
    const status = async (token: string) => (await sotto.fetch('/api/v3/tokens', { headers: bearer(token) })).status
    const [one, two] = [await ann.token('account'), await ann.token('account')]
    expect([await status(one), await status(two)]).toEqual([200, 200])
    const [first] = await rowsOf(app, 'token')
    const revoke = () => sotto.fetch(`/api/v3/tokens/${first?.id}`, { method: 'DELETE', headers: ann.cookie })
    expect((await revoke()).status).toBe(204)
    expect([await status(one), await status(two)].sort()).toEqual([200, 401])
    expect((await revoke()).status).toBe(404)
    const disable = (at: number | null) =>
      app.db.commit(() => run(query.updateTable('account').set({ disabled_at: at })))
    await disable(sotto.clock.now)
    expect([await status(one), await status(two)]).toEqual([401, 401])
    await disable(null)
    await closeAccount(sotto, ann)
    expect([await status(one), await status(two)]).toEqual([401, 401])
  })

  test('has no more scopes than its creator', async () => {
    await using sotto = await startInstance()
    const [ann, root] = [await someone(sotto, 'ann'), await someone(sotto, 'root', 'operator')]
    const make = async (wanted: string[], headers: Record<string, string>) =>
      (await sotto.post('/tokens', { name: 'x', scopes: wanted }, headers)).status
    expect(await make(['admin'], ann.cookie)).toBe(400)
    expect(await make(['admin'], root.cookie)).toBe(201)
    const some = bearer(await ann.token('account', 'create'))
    expect(await make(['create'], some)).toBe(201)
    expect(await make(['create', 'reveal'], some)).toBe(403)
    for (const bad of [
      { scopes: [] },
      { days: 0 },
      { days: 366 },
      { days: 1.5 },
      { name: '' },
      { name: 'a\nb' },
      { name: '\ud800' },
    ])
      expect((await sotto.post('/tokens', { name: 'x', scopes: ['create'], ...bad }, ann.cookie)).status).toBe(400)
  })

  test('is limited to fifty per account', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    for (let created = 0; created < 50; created++) await ann.token('create')
    expect((await sotto.post('/tokens', { name: 'x', scopes: ['create'] }, ann.cookie)).status).toBe(403)
  })
})

describe('a request with an API token', () => {
  test('is authenticated by Bearer, and by Basic with the user name or the address', async () => {
    await using sotto = await startInstance({ create: 'signed-in' })
    const [ann] = [await someone(sotto, 'ann'), await someone(sotto, 'bob')]
    const token = await ann.token('create')
    const status = async (headers: Record<string, string>) =>
      (await sotto.post('/secrets', { content: 'x' }, headers)).status
    expect(await status({})).toBe(401)
    const good = [
      bearer(token),
      { authorization: `bearer ${token}` },
      basic('ann', token),
      basic('Ann@Example.org', token),
    ]
    for (const headers of good) expect(await status(headers)).toBe(201)
    expect((await rowsOf(sotto.app, 'owned_secret')).map(({ account_id }) => account_id)).toEqual(Array(4).fill(ann.id))
    expect(await status(basic('bob', token))).toBe(401)
    expect(await status(basic('', token))).toBe(401)
    const inTheAddress = `/api/v3/tokens?token=${token}&access_token=${token}`
    expect((await sotto.fetch(inTheAddress)).status).toBe(401)
  })

  test('gets the same response for every invalid token, even on routes without sign-in', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    const token = await ann.token('create')
    const unknown = generateToken(sotto.app.random)
    const typo = token.slice(0, -1) + (token.endsWith('a') ? 'b' : 'a')
    const { token: old } = await sotto.posted<CreatedToken>(
      '/tokens',
      { name: 'x', scopes: ['create'], days: 1 },
      ann.cookie,
    )
    sotto.clock.advance(day)
    const wrong = [bearer(unknown), bearer(typo), bearer(old), bearer('x'), basic('ann', unknown), basic('bob', token)]
    const odd = ['Basic', 'Bearer', 'Digest x', `Bearer ${token} ${token}`, 'Basic %%%', `Token ${token}`, token]
    const answers = await Promise.all(
      [...wrong, ...odd.map((authorization) => ({ authorization }))].map(async (headers) => {
        const answer = await sotto.post('/secrets', { content: 'x' }, headers)
        return [answer.status, answer.headers.get('www-authenticate'), await answer.text()].join('\n')
      }),
    )
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toStartWith('401\nBearer realm="sotto"\n')
    expect(await rowsOf(sotto.app, 'secret')).toHaveLength(0)
    expect((await sotto.post('/secrets', { content: 'x' }, bearer(token))).status).toBe(201)
  })

  test('and a cookie is authenticated by the token', async () => {
    await using sotto = await startInstance()
    const [ann, bob] = [await someone(sotto, 'ann'), await someone(sotto, 'bob')]
    await sotto.posted('/secrets', { content: 'x' }, { ...bob.cookie, ...bearer(await ann.token('create')) })
    expect(await rowsOf(sotto.app, 'owned_secret')).toMatchObject([{ account_id: ann.id }])
    const wrong = await sotto.post('/secrets', { content: 'x' }, { ...bob.cookie, ...bearer('x') })
    expect(wrong.status).toBe(401)
  })

  test('is anonymous on a page, which accepts only sessions', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    const token = await ann.token(...scopes.filter((scope) => scope !== 'admin'))
    expect((await sotto.fetch('/mine', { headers: bearer(token) })).headers.get('location')).toEndWith('/sign-in')
    expect((await sotto.fetch('/mine', { headers: ann.cookie })).status).toBe(200)
    expect((await sotto.fetch('/', { headers: basic('of', 'the-proxy') })).status).toBe(200)
  })

  test('is throttled after invalid tokens, but not with a valid one from the same network', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    const token = await ann.token('create')
    const ask = async (one: string) => (await sotto.post('/secrets', { content: 'x' }, bearer(one))).status
    const wrong = []
    for (let tries = 0; tries < 30; tries++) wrong.push(await ask(generateToken(sotto.app.random)))
    expect(new Set(wrong)).toEqual(new Set([401, 429]))
    expect(wrong.at(-1)).toBe(429)
    expect(await ask(token)).toBe(201)
  })

  test('appears in no log', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    const token = await ann.token('create')
    await sotto.posted('/secrets', { content: 'x' }, bearer(token))
    await sotto.post(`/secrets?token=${token}`, { content: 'x' }, basic('ann', `${token}x`))
    expect(sotto.lines.length).toBeGreaterThan(1)
    for (const part of [token.slice(6, 20), ann.name, ann.id]) expect(sotto.lines.join()).not.toContain(part)
  })
})
