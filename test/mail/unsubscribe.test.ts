import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { deliverDueMail } from '../../src/mail/deliver.ts'
import { type NewMail, unsubscribeKey } from '../../src/mail/outbox.ts'
import { addressHash, mayMailRecipient } from '../../src/mail/refusals.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { day } from '../fixtures/clock.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { addPerson, deliveryTo, noticeTo, post, say } from '../fixtures/mail-people.ts'
import { type Mailbox, type Received, startMailbox } from '../fixtures/mailbox.ts'
import { everyRow, rowsOf } from '../fixtures/stored.ts'

let box: Mailbox
let sotto: Instance
beforeAll(async () => {
  box = await startMailbox()
  sotto = await startInstance({ 'smtp-url': box.url, 'mail-optional': 'news,feedback' })
})
afterAll(async () => {
  await sotto[Symbol.asyncDispose]()
  await box[Symbol.asyncDispose]()
})

/** Sends a mail and returns it as received, with the path of its unsubscribe link. */
async function send(mail: NewMail): Promise<Received & { path: string }> {
  await post(sotto.app, mail)
  await deliverDueMail(sotto.app)
  const received = await box.next()
  return { ...received, path: (received.links.at(-1) ?? '').slice(sotto.url.length) }
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }

/** Submits the form of the page with a choice. */
function submit(path: string, choice: string) {
  return sotto.fetch(path, {
    method: 'POST',
    body: `choice=${choice}`,
    headers: { ...form, 'sec-fetch-site': 'same-origin' },
  })
}

async function pageOf(path: string): Promise<string> {
  const answer = await sotto.fetch(path)
  expect(answer.status).toBe(200)
  return answer.text()
}

const buttons = (page: string) => [...page.matchAll(/name="choice" value="(\w+)"/g)].map(([, choice]) => choice)

describe('one-click unsubscribe (RFC 8058) stops a kind of mail (P13)', () => {
  const multipart =
    '------x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n------x--\r\n'
  test.each([
    ['as a form', 'application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
    ['in parts', 'multipart/form-data; boundary=----x', multipart],
    [
      'in parts that name their type',
      'multipart/form-data; boundary="----x"',
      multipart.replace('"\r\n', '"\r\nContent-Type: text/plain\r\n'),
    ],
  ])('%s, without session, cookie, origin or redirect', async (how, type, body) => {
    const to = `${how.replaceAll(' ', '-')}@example.com`
    const { headers } = await send(deliveryTo(to))
    expect(headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click')
    const url = headers['list-unsubscribe']?.slice(1, -1) ?? ''
    const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': type }, redirect: 'manual' })
    expect(answer.status).toBe(200)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await mayMailRecipient(sotto.app, to)).toBe(false)
    expect(await outcomeOf(deliveryTo(to))).toBe('refused')
  })

  test('accepts no other multipart body', async () => {
    const { path } = await send(deliveryTo('parts@example.com'))
    for (const body of [
      multipart.replace('One-Click', 'other'),
      multipart.replace('List-Unsubscribe', 'choice'),
      `x${multipart}`,
    ]) {
      const headers = { 'content-type': 'multipart/form-data; boundary=----x' }
      expect((await sotto.fetch(path, { method: 'POST', body, headers })).status).toBe(415)
    }
    const headers = { 'content-type': 'multipart/form-data; boundary=----x' }
    expect((await sotto.fetch('/secret', { method: 'POST', body: multipart, headers })).status).toBe(400)
    expect(await mayMailRecipient(sotto.app, 'parts@example.com')).toBe(true)
  })
})

describe('the unsubscribe page', () => {
  test('changes nothing when it is loaded', async () => {
    const { path } = await send(deliveryTo('looked@example.com'))
    const before = await everyRow(sotto.app)
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']) await sotto.fetch(path, { method })
    expect(await everyRow(sotto.app)).toEqual(before)
    expect(buttons(await pageOf(path))).toEqual(['kind', 'all'])
  })

  test('stops links for a person without an account, and allows them again', async () => {
    const { path } = await send(deliveryTo('ben@example.com'))
    expect((await submit(path, 'kind')).headers.get('location')).toBe(sotto.url + path)
    expect(await pageOf(path)).toContain('no longer receive this kind of mail')
    expect(buttons(await pageOf(path))).toEqual(['all', 'again'])
    expect(await rowsOf(sotto.app, 'refusal')).toContainEqual({
      address_hash: addressHash(sotto.app, 'ben@example.com'),
      purpose: 'delivery',
      at: sotto.clock.now,
    })
    expect(await outcomeOf(deliveryTo('ben@example.com'))).toBe('refused')
    await submit(path, 'again')
    expect(await outcomeOf(deliveryTo('ben@example.com'))).toBe('sent')
    expect(await rowsOf(sotto.app, 'refusal')).not.toContainEqual(
      expect.objectContaining({ address_hash: addressHash(sotto.app, 'ben@example.com') }),
    )
  })

  test('stops all mail to an address, including invitations', async () => {
    const invitation = { kind: 'invitation', purpose: 'account', account: null, facts: { link: '/x' } } as const
    const { path } = await send(deliveryTo('cleo@example.com'))
    await submit(path, 'all')
    expect(await pageOf(path)).toContain('no longer receive mail at your address')
    expect(buttons(await pageOf(path))).toEqual(['again'])
    for (const letter of [deliveryTo('cleo@example.com'), { ...invitation, to: 'cleo@example.com' }])
      expect(await outcomeOf(letter)).toBe('refused')
    await submit(path, 'again')
    expect(await outcomeOf(deliveryTo('cleo@example.com'))).toBe('sent')
  })

  test('withdraws the consent of an account once, and stops nothing else', async () => {
    const ann = await addPerson(sotto.app, 'ann')
    const letter = (purpose: 'news' | 'feedback'): NewMail =>
      ({ kind: 'test', purpose, to: 'ann@example.org', account: ann, facts: {} }) as const
    for (const purpose of ['news', 'feedback'] as const) await say(sotto.app, ann, purpose, 'given')
    const { path } = await send(letter('news'))
    expect(buttons(await pageOf(path))).toEqual(['kind'])
    for (let time = 0; time < 3; time++) await submit(path, 'kind')
    await submit(path, 'all')
    expect((await rowsOf(sotto.app, 'consent')).filter(({ answer }) => answer === 'withdrawn')).toEqual([
      {
        id: expect.any(Number),
        account_id: ann,
        purpose: 'news',
        version: 1,
        wording: 'News about the features of this service',
        wording_hash: new Bun.CryptoHasher('sha256').update('News about the features of this service').digest(),
        language: 'en-GB',
        answer: 'withdrawn',
        way: 'mail',
        at: sotto.clock.now,
      },
    ])
    expect(await pageOf(path)).toContain('no longer receive this kind of mail')
    expect(buttons(await pageOf(path))).toEqual([])
    expect(await outcomeOf(letter('news'))).toBe('refused')
    expect(await outcomeOf(letter('feedback'))).toBe('sent')
    await submit(path, 'again')
    expect(await outcomeOf(letter('news'))).toBe('refused')
    sotto.clock.advance(1)
    await say(sotto.app, ann, 'news', 'given')
    expect(await outcomeOf(letter('news'))).toBe('sent')
    expect(buttons(await pageOf(path))).toEqual(['kind'])
  })

  test('stops notices of opened secrets, and records the withdrawal in the consents of the account', async () => {
    const dora = await addPerson(sotto.app, 'dora')
    await say(sotto.app, dora, 'opened', 'given')
    const letter = { kind: 'secret-opened', purpose: 'opened', to: 'dora@example.org', account: dora } as const
    const { path } = await send({ ...letter, facts: { at: 0 } })
    await submit(path, 'kind')
    expect(await rowsOf(sotto.app, 'consent')).toContainEqual(
      expect.objectContaining({ account_id: dora, purpose: 'opened', answer: 'withdrawn' }),
    )
    expect(await outcomeOf({ ...letter, facts: { at: 0 } })).toBe('refused')
  })

  test('explains why account notices are required, offers no choice, and ignores a POST', async () => {
    await addPerson(sotto.app, 'emil')
    const { path, headers } = await send(noticeTo('emil'))
    expect(headers).not.toHaveProperty('list-unsubscribe-post')
    const page = await pageOf(path)
    expect(page).toContain('You cannot unsubscribe from this kind of mail')
    expect([buttons(page), page.includes(`action="${path}"`)]).toEqual([[], false])
    const before = await everyRow(sotto.app)
    for (const choice of ['kind', 'all', 'again']) expect((await submit(path, choice)).status).toBe(303)
    expect(await everyRow(sotto.app)).toEqual(before)
    expect(await outcomeOf(noticeTo('emil'))).toBe('sent')
  })

  test('works while the mail is in the outbox, and then responds as if it had never existed', async () => {
    const { path } = await send(deliveryTo('fred@example.com'))
    sotto.clock.advance(29 * day)
    await purge(sotto.app, sotto.clock.now)
    expect((await submit(path, 'kind')).status).toBe(303)
    expect(await mayMailRecipient(sotto.app, 'fred@example.com')).toBe(false)
    sotto.clock.advance(day)
    await purge(sotto.app, sotto.clock.now)
    const gone = await sotto.fetch(path)
    const never = await sotto.fetch(path.replace(/[0-9a-f]{32}/, '0'.repeat(32)))
    const nothing = await sotto.fetch('/nothing')
    expect([gone.status, never.status, nothing.status]).toEqual([404, 404, 404])
    const [body, ...bodies] = await Promise.all([gone, never, nothing].map((answer) => answer.text()))
    for (const other of bodies) expect(other).toBe(body ?? '')
    expect(await mayMailRecipient(sotto.app, 'fred@example.com')).toBe(false)
  })

  test('works for the last mail to an erased account, whose address is not stored', async () => {
    const last = { kind: 'account-erased', purpose: 'account', account: null, facts: { at: 0 } } as const
    const { path } = await send({ ...last, to: 'gone@example.com' })
    expect((await rowsOf(sotto.app, 'mail')).map(({ recipient }) => recipient)).not.toContain('gone@example.com')
    await submit(path, 'all')
    expect(await mayMailRecipient(sotto.app, 'gone@example.com')).toBe(false)
    expect(await pageOf(path)).toContain('no longer receive mail at your address')
  })

  test('responds the same to a wrong id, the key of another mail and a malformed key', async () => {
    const [id = '', other = ''] = await post(sotto.app, deliveryTo('gina@example.com'), deliveryTo('hugo@example.com'))
    const key = unsubscribeKey(sotto.app, id)
    const answers = await Promise.all(
      [
        `${id}/${unsubscribeKey(sotto.app, other)}`,
        `${other}/${key}`,
        `${id}/x`,
        `${id}/${key}A`,
        `${id}/%00`,
        `x/${key}`,
      ].flatMap((path) => [sotto.fetch(`/mail/stop/${path}`), submit(`/mail/stop/${path}`, 'all')]),
    )
    const bodies = await Promise.all(answers.map((answer) => answer.text()))
    expect([new Set(answers.map(({ status }) => status)), new Set(bodies).size]).toEqual([new Set([404]), 1])
    for (const name of ['gina', 'hugo']) expect(await mayMailRecipient(sotto.app, `${name}@example.com`)).toBe(true)
    expect((await sotto.fetch(`/mail/stop/${id}/${key}`)).status).toBe(200)
  })

  test('rejects unknown choices and requests from other sites', async () => {
    const { path } = await send(deliveryTo('ida@example.com'))
    for (const body of ['choice=everything', 'choice=kind&x=1', 'List-Unsubscribe=Two-Click'])
      expect((await sotto.fetch(path, { method: 'POST', body, headers: form })).status).toBe(400)
    for (const from of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }])
      expect(
        (await sotto.fetch(path, { method: 'POST', body: 'choice=all', headers: { ...form, ...from } })).status,
      ).toBe(403)
    expect(await mayMailRecipient(sotto.app, 'ida@example.com')).toBe(true)
  })

  test('does not log its key', async () => {
    const { path } = await send(deliveryTo('jan@example.com'))
    await submit(path, 'kind')
    const lines = sotto.lines.join('\n')
    expect(lines).toContain('"/mail/stop/:id/:key"')
    for (const word of path.split('/').slice(-2)) expect(lines).not.toContain(word)
    expect(lines).not.toContain('example.com')
  })
})

async function outcomeOf(mail: NewMail): Promise<string | null | undefined> {
  const before = box.mails.length
  const [id] = await post(sotto.app, mail)
  await deliverDueMail(sotto.app)
  if (box.mails.length > before) await box.next()
  return (await rowsOf(sotto.app, 'mail')).find((row) => row.id === id)?.outcome
}
