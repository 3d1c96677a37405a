import { describe, expect, test } from 'bun:test'
import { unwrap } from '../../src/crypto/sealing.ts'
import { deliverDueMail } from '../../src/mail/deliver.ts'
import { addressHash, recordRefusal } from '../../src/mail/refusals.ts'
import { day, hour } from '../fixtures/clock.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { startMailbox } from '../fixtures/mailbox.ts'
import { bearer, type Someone, someone } from '../fixtures/someone.ts'
import { filesWith, rowsOf } from '../fixtures/stored.ts'

const mailing = { 'smtp-url': 'smtp://mail.example.org:587' }
const to = 'bob@partner.example'

const linkMails = async ({ app }: Instance) =>
  (await rowsOf(app, 'mail'))
    .filter(({ kind }) => kind === 'secret-link')
    .map((row) => ({ ...row, facts: JSON.parse(unwrap('mail', row.id, app.root, row.body ?? new Uint8Array())) }))

const send = (sotto: Instance, { cookie }: Someone, body: object = {}) =>
  sotto.post('/secrets', { content: 'x', recipient: to, ...body }, cookie)

describe('an emailed link', () => {
  test('is in the outbox in the commit of its secret, and opens it', async () => {
    await using sotto = await startInstance(mailing)
    const ann = await someone(sotto, 'ann')
    expect((await send(sotto, ann, { recipient: ' Bob@Partner.example' })).status).toBe(201)
    const [mail, ...more] = await linkMails(sotto)
    expect(more).toEqual([])
    expect(mail).toMatchObject({ purpose: 'delivery', account_id: ann.id, recipient: to })
    expect(mail?.facts).toMatchObject({ from: 'ann', expiresAt: sotto.clock.now + 7 * day })
    const opened = await sotto.fetch(mail?.facts.link, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(opened.status).toBe(200)
  })

  test('is sent without the passphrase, and stored nowhere in plain text', async () => {
    await using sotto = await startInstance(mailing)
    const ann = await someone(sotto, 'ann')
    await send(sotto, ann, { passphrase: 'canary-passphrase' })
    const [mail] = await linkMails(sotto)
    expect(JSON.stringify(mail?.facts)).not.toContain('canary')
    const [key] = /[a-z0-9]{31}$/.exec(mail?.facts.link ?? '') ?? []
    expect(key).toBeString()
    for (const secret of [key ?? '', 'canary-passphrase'])
      expect(filesWith(sotto.dataDir, Buffer.from(secret))).toEqual([])
    expect(sotto.lines.join()).not.toContain('partner.example')
  })

  test('can be requested by a form without script, or by a token that may create', async () => {
    await using sotto = await startInstance(mailing)
    const ann = await someone(sotto, 'ann')
    expect(await (await sotto.fetch('/', { headers: ann.cookie })).text()).toContain('name="recipient"')
    const form = { ...ann.cookie, 'content-type': 'application/x-www-form-urlencoded' }
    const post = (body: string) => sotto.fetch('/secret', { method: 'POST', headers: form, body })
    const answer = await post('content=x&recipient=bob%40partner.example')
    const receipt = new URL(answer.headers.get('location') ?? '')
    expect(await (await sotto.fetch(receipt.pathname + receipt.search)).text()).toContain('The link is being emailed')
    expect((await post('content=x&recipient=')).headers.get('location')).not.toContain('mailed')
    const headers = bearer(await ann.token('create'))
    expect((await sotto.post('/secrets', { content: 'x', recipient: to }, headers)).status).toBe(201)
    expect(await linkMails(sotto)).toHaveLength(2)
  })

  test('is sent once for a repeated request, which with another recipient is refused', async () => {
    await using sotto = await startInstance(mailing)
    const ann = await someone(sotto, 'ann')
    const headers = { ...ann.cookie, 'idempotency-key': 'w'.repeat(16) }
    const create = (recipient: string) => sotto.post('/secrets', { content: 'x', recipient }, headers)
    expect([
      (await create(to)).status,
      (await create(to)).status,
      (await create('eve@partner.example')).status,
    ]).toEqual([201, 201, 422])
    expect(await linkMails(sotto)).toHaveLength(1)
  })
})

test('a real mail server delivers a link that opens the secret, and a notification to its owner', async () => {
  await using box = await startMailbox()
  await using sotto = await startInstance({ 'smtp-url': box.url })
  const ann = await someone(sotto, 'ann')
  await sotto.posted('/secrets', { content: 'sésame', recipient: to, notify: true }, ann.cookie)
  await deliverDueMail(sotto.app)
  const mail = await box.next()
  expect([mail.to, mail.text.includes('ann')]).toEqual([to, true])
  const link = mail.links.find((url) => url.includes('/secret/')) ?? ''
  expect(link).toStartWith(`${sotto.url}/secret/`)
  sotto.clock.advance(hour)
  await sotto.posted(`/secrets/${link.split('/').at(-1)}/reveal`)
  await deliverDueMail(sotto.app)
  const notice = await box.next()
  expect(notice.to).toBe(ann.email)
  expect(notice.text).toContain('21 November 2026 at 13:00')
  expect(notice.raw).not.toContain(to)
  expect(box.mails).toHaveLength(2)
})

describe('creates nothing and mails nothing', () => {
  async function expectRefusal(sotto: Instance, answer: Response, status: number, code: string) {
    expect([answer.status, await answer.json()]).toEqual([status, expect.objectContaining({ code })])
    expect([await rowsOf(sotto.app, 'secret'), await linkMails(sotto)]).toEqual([[], []])
  }

  test('without an account', async () => {
    await using sotto = await startInstance(mailing)
    expect(await (await sotto.fetch('/')).text()).not.toContain('name="recipient"')
    await expectRefusal(sotto, await sotto.post('/secrets', { content: 'x', recipient: to }), 401, 'sign_in_required')
  })

  test('to an invalid address', async () => {
    await using sotto = await startInstance(mailing)
    const ann = await someone(sotto, 'ann')
    for (const recipient of [
      'bob',
      'bob@x',
      'a@b.example, c@d.example',
      'bob@partner.example\r\nBcc: x@y.example',
      '"a b"@c.example',
    ])
      await expectRefusal(sotto, await send(sotto, ann, { recipient }), 400, 'field_invalid')
  })

  test('if the server does not know the whole link', async () => {
    await using sotto = await startInstance(mailing)
    const ann = await someone(sotto, 'ann')
    const sealed = { sealed: 'AAAA', proof: 'A'.repeat(43), recipient: to }
    await expectRefusal(sotto, await sotto.post('/secrets', sealed, ann.cookie), 400, 'recipient_end_to_end')
  })

  test('to an address that refuses such mail, and tells the sender', async () => {
    await using sotto = await startInstance(mailing)
    const { app } = sotto
    const ann = await someone(sotto, 'ann')
    await app.db.commit(() => recordRefusal(app, addressHash(app, to), 'all'))
    await expectRefusal(sotto, await send(sotto, ann), 403, 'recipient_refuses')
    const form = { ...ann.cookie, 'content-type': 'application/x-www-form-urlencoded' }
    const page = await sotto.fetch('/secret', { method: 'POST', headers: form, body: `content=x&recipient=${to}` })
    expect(page.status).toBe(403)
    expect(await page.text()).toContain('has asked for no mail')
    expect((await send(sotto, ann, { recipient: 'eve@partner.example' })).status).toBe(201)
  })

  test('without a mail server, or if the operator turned it off; the form has no recipient field', async () => {
    for (const flags of [{}, { ...mailing, deliveries: '0' }]) {
      await using sotto = await startInstance(flags)
      const ann = await someone(sotto, 'ann')
      expect(await (await sotto.fetch('/', { headers: ann.cookie })).text()).not.toContain('name="recipient"')
      await expectRefusal(sotto, await send(sotto, ann), 403, 'delivery_off')
    }
  })
})

describe('limits of emailed links:', () => {
  test('each account has a daily limit, counted in the commit of the next create', async () => {
    await using sotto = await startInstance({ ...mailing, deliveries: '3', 'session-idle': '7d' })
    const [ann, bob] = [await someone(sotto, 'ann'), await someone(sotto, 'bob')]
    const each = (who: Someone, count: number) =>
      Promise.all(
        Array.from(
          { length: count },
          async (_, i) => (await send(sotto, who, { recipient: `r${i}@x.example` })).status,
        ),
      )
    expect((await each(ann, 5)).sort()).toEqual([201, 201, 201, 429, 429])
    expect(await linkMails(sotto)).toHaveLength(3)
    expect(await rowsOf(sotto.app, 'secret')).toHaveLength(3)
    expect((await each(bob, 1))[0]).toBe(201)
    const over = await send(sotto, ann, { recipient: 'r9@x.example' })
    expect(over.headers.get('retry-after')).toBe(String(12 * 3600))
    expect(await over.json()).toMatchObject({ code: 'delivery_quota', facts: { limit: 3 } })
    sotto.clock.advance(12 * hour)
    expect((await each(ann, 1))[0]).toBe(201)
  })

  test('one network can send one address only a few', async () => {
    await using sotto = await startInstance({ ...mailing, deliveries: '100' })
    const ann = await someone(sotto, 'ann')
    const statuses = []
    for (let i = 0; i < 8; i++) statuses.push((await send(sotto, ann)).status)
    expect(statuses.slice(0, 5)).toEqual([201, 201, 201, 201, 201])
    expect(statuses.at(-1)).toBe(429)
    expect((await send(sotto, ann, { recipient: 'eve@partner.example' })).status).toBe(201)
  })
})
