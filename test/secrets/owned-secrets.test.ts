import { describe, expect, test } from 'bun:test'
import { unwrap } from '../../src/crypto/sealing.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { day, hour, minute, second } from '../fixtures/clock.ts'
import { bytesOf, type Instance, startInstance } from '../fixtures/instance.ts'
import { bearer, type Someone, someone } from '../fixtures/someone.ts'
import { everyRow, filesWith, rowsOf, tamper } from '../fixtures/stored.ts'

interface Entry {
  readonly id: string
  readonly state: string
  readonly created_at: string
  readonly revealed_at?: string
  readonly burned_at?: string
  readonly note?: string
  readonly notify: boolean
}

async function list({ fetch }: Instance, { cookie }: Someone, before?: string) {
  const answer = await fetch(`/api/v3/mine${before === undefined ? '' : `?before=${before}`}`, { headers: cookie })
  return (await answer.json()) as { secrets: Entry[]; next?: string }
}

describe('the list of owned secrets', () => {
  test('contains what the account created while signed in, by page, API or generator, and nothing else', async () => {
    await using sotto = await startInstance()
    const [ann, bob] = [await someone(sotto, 'ann'), await someone(sotto, 'bob')]
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const page = (headers: Record<string, string>) =>
      sotto.fetch('/secret', { method: 'POST', headers: { ...form, ...headers }, body: 'content=x' })
    await sotto.posted('/secrets', { content: 'x' }, ann.cookie)
    await sotto.posted('/secrets/generate', {}, ann.cookie)
    expect((await page(ann.cookie)).status).toBe(303)
    await sotto.posted('/secrets', { content: 'x' }, bob.cookie)
    await sotto.posted('/secrets', { content: 'x' })
    await page({})
    expect(await rowsOf(sotto.app, 'receipt')).toHaveLength(6)
    expect((await list(sotto, ann)).secrets).toHaveLength(3)
    expect((await list(sotto, bob)).secrets).toHaveLength(1)
  })

  test('contains a secret of a repeated request once', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    const headers = { ...ann.cookie, 'idempotency-key': 'w'.repeat(16) }
    const [one, two] = [
      await sotto.posted('/secrets', { content: 'x' }, headers),
      await sotto.posted('/secrets', { content: 'x' }, headers),
    ]
    expect(one.key).toBe(two.key)
    expect((await list(sotto, ann)).secrets).toHaveLength(1)
  })

  test('shows the state of each secret and its moments', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    const created = []
    for (let i = 0; i < 4; i++) {
      created.push(await sotto.posted('/secrets', { content: 'x', ttl: '1h' }, ann.cookie))
      sotto.clock.advance(minute)
    }
    const [opened, burned] = created
    await sotto.posted(`/secrets/${opened?.key}/reveal`)
    const first = (await list(sotto, ann)).secrets
    expect(first.map(({ state }) => state)).toEqual(['new', 'new', 'new', 'revealed'])
    expect(first[3]?.revealed_at).toBe(new Date(sotto.clock.now).toISOString())
    await sotto.posted(`/receipts/${burned?.receipt.key}/burn`, {})
    sotto.clock.advance(58 * minute)
    expect((await list(sotto, ann)).secrets.map(({ state }) => state)).toEqual(['new', 'expired', 'burned', 'revealed'])
    sotto.clock.advance(2 * hour)
    await purge(sotto.app, sotto.clock.now)
    expect((await list(sotto, ann)).secrets).toEqual([])
    expect(await rowsOf(sotto.app, 'owned_secret')).toEqual([])
  })

  test('is sorted newest first, fifty per page, each once', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    await Promise.all(Array.from({ length: 120 }, () => sotto.posted('/secrets', { content: 'x' }, ann.cookie)))
    const seen: Entry[] = []
    let next: string | undefined
    const pages: number[] = []
    do {
      const page = await list(sotto, ann, next)
      seen.push(...page.secrets)
      pages.push(page.secrets.length)
      next = page.next
    } while (next !== undefined)
    expect(pages).toEqual([50, 50, 20])
    expect(new Set(seen.map(({ id }) => id)).size).toBe(120)
    const shown = await (await sotto.fetch('/mine', { headers: ann.cookie })).text()
    expect(shown.match(/class="state new"/g)).toHaveLength(50)
    expect(shown).toContain(`/mine?before=${seen[49]?.id}`)
  })

  test('contains nothing that opens a secret or a receipt, or reveals how many there are', async () => {
    await using sotto = await startInstance()
    const [ann, bob] = [await someone(sotto, 'ann'), await someone(sotto, 'bob')]
    const { key, receipt } = await sotto.posted('/secrets', { content: 'x' }, ann.cookie)
    await sotto.posted('/secrets', { content: 'x' }, bob.cookie)
    const answers = [
      JSON.stringify(await list(sotto, ann)),
      await (await sotto.fetch('/mine', { headers: ann.cookie })).text(),
    ]
    for (const answer of answers) {
      expect(answer).toMatch(/[0-9a-f]{32}/)
      expect(answer).not.toContain(key)
      expect(answer).not.toContain(receipt.key)
      expect(answer).not.toMatch(/"id":"?\d+"?[,}]/)
    }
    const [[a], [b]] = [(await list(sotto, ann)).secrets, (await list(sotto, bob)).secrets]
    expect(a?.id).not.toBe(b?.id as string)
  })

  test('burns a secret immediately', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    const { key } = await sotto.posted('/secrets', { content: 'x' }, ann.cookie)
    const { secrets } = await list(sotto, ann)
    const form = { ...ann.cookie, 'content-type': 'application/x-www-form-urlencoded' }
    const burn = () => sotto.fetch(`/mine/${secrets[0]?.id}/burn`, { method: 'POST', headers: form, body: '' })
    expect((await sotto.fetch(`/api/v3/secrets/${key}`)).status).toBe(200)
    expect((await burn()).status).toBe(303)
    expect((await sotto.fetch(`/api/v3/secrets/${key}`)).status).toBe(404)
    expect(await rowsOf(sotto.app, 'secret')).toEqual([])
    const before = (await everyRow(sotto.app)).receipt
    sotto.clock.advance(minute)
    expect((await burn()).status).toBe(303)
    expect((await everyRow(sotto.app)).receipt).toEqual(before)
  })
})

describe('a private note', () => {
  test('can be written, changed and deleted, and is shown only to its owner', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    const { key, receipt } = await sotto.posted('/secrets', { content: 'x' }, ann.cookie)
    const [entry] = (await list(sotto, ann)).secrets
    const write = (note: string) => sotto.post(`/mine/${entry?.id}/note`, { note }, ann.cookie)
    expect(await (await write('  für Ümit, <b>dringend</b> ')).json()).toMatchObject({
      note: 'für Ümit, <b>dringend</b>',
    })
    const page = await (await sotto.fetch('/mine', { headers: ann.cookie })).text()
    expect(page).toContain('für Ümit, &lt;b&gt;dringend&lt;/b&gt;')
    for (const path of [`/secret/${key}`, `/receipt/${receipt.key}`, `/api/v3/secrets/${key}`])
      expect(await (await sotto.fetch(path)).text()).not.toContain('mit, ')
    expect(await (await sotto.post(`/secrets/${key}/reveal`)).text()).not.toContain('mit, ')
    expect(await (await write('two')).json()).toMatchObject({ note: 'two' })
    expect(await (await write(' ')).json()).not.toHaveProperty('note')
    expect(await rowsOf(sotto.app, 'owned_secret')).toMatchObject([{ note: null }])
  })

  test('has at most 500 characters, and no unpaired surrogates', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    await sotto.posted('/secrets', { content: 'x' }, ann.cookie)
    const [entry] = (await list(sotto, ann)).secrets
    const write = async (note: string) => (await sotto.post(`/mine/${entry?.id}/note`, { note }, ann.cookie)).status
    expect(await write('ü'.repeat(500))).toBe(200)
    expect(await write('ü'.repeat(501))).toBe(400)
    expect(await write('\ud800')).toBe(400)
    expect((await list(sotto, ann)).secrets[0]?.note).toBe('ü'.repeat(500))
  })

  test('is stored so that it can be read neither in the file nor by another account', async () => {
    await using sotto = await startInstance()
    const [ann, bob] = [await someone(sotto, 'ann'), await someone(sotto, 'bob')]
    await sotto.posted('/secrets', { content: 'x' }, ann.cookie)
    const [entry] = (await list(sotto, ann)).secrets
    await sotto.posted(`/mine/${entry?.id}/note`, { note: 'canary-note' }, ann.cookie)
    expect(filesWith(sotto.dataDir, Buffer.from('canary-note'))).toEqual([])
    const [row] = await rowsOf(sotto.app, 'owned_secret')
    const under = (account: string) =>
      unwrap('note', `${account}/${row?.id}`, sotto.app.root, row?.note ?? new Uint8Array())
    expect(under(ann.id)).toBe('canary-note')
    expect(() => under(bob.id)).toThrow()
    await tamper(sotto.app, `UPDATE owned_secret SET account_id = '${bob.id}'`)
    const moved = await sotto.fetch('/api/v3/mine', { headers: bob.cookie })
    expect([moved.status, await moved.text()]).toEqual([500, expect.not.stringContaining('canary')])
  })
})

describe('a notification of a reveal', () => {
  const notifications = async (sotto: Instance) =>
    (await rowsOf(sotto.app, 'mail')).filter(({ kind }) => kind === 'secret-opened')

  test('is enqueued once if its owner requested it, in the commit of the reveal, and says when, not by whom', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    const requested = await sotto.posted('/secrets', { content: 'x', notify: true }, ann.cookie)
    sotto.clock.advance(second)
    const silent = await sotto.posted('/secrets', { content: 'x' }, ann.cookie)
    sotto.clock.advance(hour)
    const idempotent = { 'idempotency-key': 'w'.repeat(16) }
    await Promise.all(Array.from({ length: 8 }, () => sotto.post(`/secrets/${requested.key}/reveal`, {}, idempotent)))
    await sotto.posted(`/secrets/${silent.key}/reveal`)
    await sotto.post(`/secrets/${silent.key}/reveal`)
    const [mail, ...more] = await notifications(sotto)
    expect(more).toEqual([])
    expect(mail).toMatchObject({ purpose: 'opened', recipient: ann.email, account_id: ann.id })
    expect(JSON.parse(unwrap('mail', mail?.id ?? '', sotto.app.root, mail?.body ?? new Uint8Array()))).toEqual({
      at: sotto.clock.now,
    })
    expect(new Set((await rowsOf(sotto.app, 'owned_secret')).map(({ notified_at }) => notified_at))).toEqual(
      new Set([sotto.clock.now, null]),
    )
  })

  test('can be requested and cancelled in the list until the reveal', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    const on = await sotto.posted('/secrets', { content: 'x' }, ann.cookie)
    sotto.clock.advance(second)
    const off = await sotto.posted('/secrets', { content: 'x', notify: true }, ann.cookie)
    const form = { ...ann.cookie, 'content-type': 'application/x-www-form-urlencoded' }
    const switchNotification = (id: string | undefined, notify: string) =>
      sotto.fetch(`/mine/${id}/notice`, { method: 'POST', headers: form, body: `notify=${notify}` })
    const { secrets } = await list(sotto, ann)
    expect(secrets.map(({ notify }) => notify)).toEqual([true, false])
    await switchNotification(secrets[1]?.id, 'on')
    await switchNotification(secrets[0]?.id, 'off')
    expect((await list(sotto, ann)).secrets.map(({ notify }) => notify)).toEqual([false, true])
    await sotto.posted(`/secrets/${off.key}/reveal`)
    expect(await notifications(sotto)).toHaveLength(0)
    await sotto.posted(`/secrets/${on.key}/reveal`)
    expect(await notifications(sotto)).toHaveLength(1)
  })

  test('is a consent, given by ticking a box that was not ticked in advance, and recorded once with its wording (P09)', async () => {
    await using sotto = await startInstance({ 'smtp-url': 'smtp://127.0.0.1:9' })
    const ann = await someone(sotto, 'ann')
    const page = await (await sotto.fetch('/', { headers: ann.cookie })).text()
    const [box = ''] = page.match(/<input[^>]*name="notify"[^>]*>/) ?? []
    expect(box).not.toContain('checked')
    await sotto.posted('/secrets', { content: 'x', notify: false }, ann.cookie)
    const consents = async () => (await rowsOf(sotto.app, 'consent')).filter(({ purpose }) => purpose !== 'statement')
    expect(await consents()).toEqual([])
    for (let i = 0; i < 3; i++) await sotto.posted('/secrets', { content: 'x', notify: true }, ann.cookie)
    const [consent, ...more] = await consents()
    expect([consent?.purpose, consent?.answer, more]).toEqual(['opened', 'given', []])
    expect(page).toContain(consent?.wording ?? 'nothing')
  })

  test('is offered only to accounts, and refused to others', async () => {
    await using sotto = await startInstance()
    expect(await (await sotto.fetch('/')).text()).not.toContain('name="notify"')
    expect((await sotto.post('/secrets', { content: 'x', notify: true })).status).toBe(401)
    expect(await rowsOf(sotto.app, 'secret')).toEqual([])
  })
})

test('an anonymous create and reveal write nothing about accounts', async () => {
  await using sotto = await startInstance()
  const { key } = await sotto.posted('/secrets', { content: 'x' })
  await sotto.posted(`/secrets/${key}/reveal`)
  const { owned_secret: owned, mail, consent, token } = await everyRow(sotto.app)
  expect([owned, mail, consent, token].flat()).toEqual([])
  sotto.clock.advance(15 * day)
  await purge(sotto.app, sotto.clock.now)
  expect(await rowsOf(sotto.app, 'receipt')).toEqual([])
})

test('the files contain no token, link, receipt, note or passphrase in any encoding', async () => {
  await using sotto = await startInstance({ 'smtp-url': 'smtp://mail.example.org' })
  const ann = await someone(sotto, 'ann')
  const token = await ann.token('create', 'status', 'account')
  const input = { content: 'canary-content', passphrase: 'canary-passphrase', recipient: 'bob@x.example', notify: true }
  const unopened = await sotto.posted('/secrets', input, bearer(token))
  // Rows are ordered by the millisecond of their expiry, and at random within it.
  sotto.clock.advance(second)
  const opened = await sotto.posted('/secrets', input, bearer(token))
  for (const { id } of (await list(sotto, ann)).secrets)
    await sotto.posted(`/mine/${id}/note`, { note: 'canary-note' }, bearer(token))
  await sotto.posted(`/secrets/${opened.key}/reveal`, { passphrase: 'canary-passphrase' })
  const owned = await rowsOf(sotto.app, 'owned_secret')
  expect(owned.map(({ note, notified_at }) => [note !== null, notified_at !== null])).toEqual([
    [true, false],
    [true, true],
  ])
  const session = ann.cookie.cookie.split('=')[1] ?? ''
  const canaries = [token.slice(6, 36), session, unopened.key, unopened.receipt.key, opened.key, opened.receipt.key]
  const texts = [...canaries, 'canary-note', 'canary-content', 'canary-passphrase']
  const encodings = (text: string) =>
    [text, Buffer.from(text).toString('base64').replace(/=+$/, ''), Buffer.from(text).toString('hex')].map(bytesOf)
  for (const when of ['before the purge', 'after it']) {
    const found = texts.filter((text) => encodings(text).some((one) => filesWith(sotto.dataDir, one).length > 0))
    expect([when, found]).toEqual([when, []])
    expect(filesWith(sotto.dataDir, bytesOf(ann.email))).not.toEqual([])
    await purge(sotto.app, sotto.clock.now)
  }
})
