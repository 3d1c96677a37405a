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

const letters = ({ app }: Instance) =>
  rowsOf(app, 'mail')
    .filter(({ kind }) => kind === 'secret-link')
    .map((row) => ({ ...row, facts: JSON.parse(unwrap('mail', row.id, app.root, row.body ?? new Uint8Array())) }))

const send = (sotto: Instance, { cookie }: Someone, body: object = {}) =>
  sotto.post('/secrets', { content: 'x', recipient: to, ...body }, cookie)

describe('a link that its owner has mailed', () => {
  test('is in the outbox with the secret, in one commit, and opens it', async () => {
    await using sotto = await startInstance(mailing)
    const ann = await someone(sotto, 'ann')
    expect((await send(sotto, ann, { recipient: ' Bob@Partner.example' })).status).toBe(201)
    const [letter, ...more] = letters(sotto)
    expect(more).toEqual([])
    expect(letter).toMatchObject({ purpose: 'delivery', account_id: ann.id, recipient: to })
    expect(letter?.facts).toMatchObject({ from: 'ann', expiresAt: sotto.clock.now + 7 * day })
    const opened = await sotto.fetch(letter?.facts.link, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(opened.status).toBe(200)
  })

  test('comes without the passphrase, and lies open nowhere', async () => {
    await using sotto = await startInstance(mailing)
    const ann = await someone(sotto, 'ann')
    await send(sotto, ann, { passphrase: 'canary-passphrase' })
    const [letter] = letters(sotto)
    expect(JSON.stringify(letter?.facts)).not.toContain('canary')
    const [key] = /[a-z0-9]{31}$/.exec(letter?.facts.link ?? '') ?? []
    expect(key).toBeString()
    for (const secret of [key ?? '', 'canary-passphrase'])
      expect(filesWith(sotto.dataDir, Buffer.from(secret))).toEqual([])
    expect(sotto.lines.join()).not.toContain('partner.example')
  })

  test('is sent by a form without script, or by a token that may create', async () => {
    await using sotto = await startInstance(mailing)
    const ann = await someone(sotto, 'ann')
    expect(await (await sotto.fetch('/', { headers: ann.cookie })).text()).toContain('name="recipient"')
    const form = { ...ann.cookie, 'content-type': 'application/x-www-form-urlencoded' }
    const post = (body: string) => sotto.fetch('/secret', { method: 'POST', headers: form, body })
    const answer = await post('content=x&recipient=bob%40partner.example')
    const receipt = new URL(answer.headers.get('location') ?? '')
    expect(await (await sotto.fetch(receipt.pathname + receipt.search)).text()).toContain('on its way by mail')
    expect((await post('content=x&recipient=')).headers.get('location')).not.toContain('mailed')
    const headers = bearer(await ann.token('create'))
    expect((await sotto.post('/secrets', { content: 'x', recipient: to }, headers)).status).toBe(201)
    expect(letters(sotto)).toHaveLength(2)
  })

  test('is not repeated with its request, which is another one with another recipient', async () => {
    await using sotto = await startInstance(mailing)
    const ann = await someone(sotto, 'ann')
    const headers = { ...ann.cookie, 'idempotency-key': 'w'.repeat(16) }
    const ask = (recipient: string) => sotto.post('/secrets', { content: 'x', recipient }, headers)
    expect([(await ask(to)).status, (await ask(to)).status, (await ask('eve@partner.example')).status]).toEqual([
      201, 201, 422,
    ])
    expect(letters(sotto)).toHaveLength(1)
  })
})

test('by a real mail server: the recipient’s link opens the secret, and its owner hears when, and not from whom', async () => {
  await using box = await startMailbox()
  await using sotto = await startInstance({ 'smtp-url': box.url })
  const ann = await someone(sotto, 'ann')
  await sotto.posted('/secrets', { content: 'sésame', recipient: to, notify: true }, ann.cookie)
  await deliverDueMail(sotto.app)
  const letter = await box.next()
  expect([letter.to, letter.text.includes('ann')]).toEqual([to, true])
  const link = letter.links.find((one) => one.includes('/secret/')) ?? ''
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

describe('nothing is made and nothing mailed', () => {
  async function refused(sotto: Instance, answer: Response, status: number, code: string) {
    expect([answer.status, await answer.json()]).toEqual([status, expect.objectContaining({ code })])
    expect([rowsOf(sotto.app, 'secret'), letters(sotto)]).toEqual([[], []])
  }

  test('for somebody without an account', async () => {
    await using sotto = await startInstance(mailing)
    expect(await (await sotto.fetch('/')).text()).not.toContain('name="recipient"')
    await refused(sotto, await sotto.post('/secrets', { content: 'x', recipient: to }), 401, 'sign_in_required')
  })

  test('to what is no address', async () => {
    await using sotto = await startInstance(mailing)
    const ann = await someone(sotto, 'ann')
    for (const recipient of [
      'bob',
      'bob@x',
      'a@b.example, c@d.example',
      'bob@partner.example\r\nBcc: x@y.example',
      '"a b"@c.example',
    ])
      await refused(sotto, await send(sotto, ann, { recipient }), 400, 'field_invalid')
  })

  test('where this server does not know the whole link', async () => {
    await using sotto = await startInstance(mailing)
    const ann = await someone(sotto, 'ann')
    const sealed = { sealed: 'AAAA', proof: 'A'.repeat(43), recipient: to }
    await refused(sotto, await sotto.post('/secrets', sealed, ann.cookie), 400, 'recipient_end_to_end')
  })

  test('to an address that wants no such mail: its sender is told, and can send the link another way', async () => {
    await using sotto = await startInstance(mailing)
    const { app } = sotto
    const ann = await someone(sotto, 'ann')
    await app.db.commit(() => recordRefusal(app, addressHash(app, to), 'all'))
    await refused(sotto, await send(sotto, ann), 403, 'recipient_refuses')
    const form = { ...ann.cookie, 'content-type': 'application/x-www-form-urlencoded' }
    const page = await sotto.fetch('/secret', { method: 'POST', headers: form, body: `content=x&recipient=${to}` })
    expect(page.status).toBe(403)
    expect(await page.text()).toContain('asked for no mail')
    expect((await send(sotto, ann, { recipient: 'eve@partner.example' })).status).toBe(201)
  })

  test('without a mail server, or where the operator wants none of it: the field is not there', async () => {
    for (const flags of [{}, { ...mailing, deliveries: '0' }]) {
      await using sotto = await startInstance(flags)
      const ann = await someone(sotto, 'ann')
      expect(await (await sotto.fetch('/', { headers: ann.cookie })).text()).not.toContain('name="recipient"')
      await refused(sotto, await send(sotto, ann), 403, 'delivery_off')
    }
  })
})

describe('limits of mailing:', () => {
  test('an account has so many a day, counted in the commit that makes the next, and another its own', async () => {
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
    expect(letters(sotto)).toHaveLength(3)
    expect(rowsOf(sotto.app, 'secret')).toHaveLength(3)
    expect((await each(bob, 1))[0]).toBe(201)
    const over = await send(sotto, ann, { recipient: 'r9@x.example' })
    expect(over.headers.get('retry-after')).toBe(String(12 * 3600))
    expect(await over.json()).toMatchObject({ code: 'delivery_quota', facts: { limit: 3 } })
    sotto.clock.advance(12 * hour)
    expect((await each(ann, 1))[0]).toBe(201)
  })

  test('one address is not filled from one network', async () => {
    await using sotto = await startInstance({ ...mailing, deliveries: '100' })
    const ann = await someone(sotto, 'ann')
    const statuses = []
    for (let i = 0; i < 8; i++) statuses.push((await send(sotto, ann)).status)
    expect(statuses.slice(0, 5)).toEqual([201, 201, 201, 201, 201])
    expect(statuses.at(-1)).toBe(429)
    expect((await send(sotto, ann, { recipient: 'eve@partner.example' })).status).toBe(201)
  })
})
