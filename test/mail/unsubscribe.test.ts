import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { deliverMail } from '../../src/mail/deliver.ts'
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

/** Sends a letter, and gives it as it arrived with the path of its last line. */
async function sent(letter: NewMail): Promise<Received & { path: string }> {
  await post(sotto.app, letter)
  await deliverMail(sotto.app)
  const mail = await box.next()
  return { ...mail, path: (mail.links.at(-1) ?? '').slice(sotto.url.length) }
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }

/** Presses the button of the page. */
function press(path: string, wish: string) {
  return sotto.fetch(path, {
    method: 'POST',
    body: `wish=${wish}`,
    headers: { ...form, 'sec-fetch-site': 'same-origin' },
  })
}

async function pageOf(path: string): Promise<string> {
  const answer = await sotto.fetch(path)
  expect(answer.status).toBe(200)
  return answer.text()
}

const buttons = (page: string) => [...page.matchAll(/name="wish" value="(\w+)"/g)].map(([, wish]) => wish)

describe('one POST of a mail program (RFC 8058) ends a kind of mail (P13),', () => {
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
  ])('%s: without session, cookie or origin, and without being sent elsewhere', async (how, type, body) => {
    const to = `${how.replaceAll(' ', '-')}@example.com`
    const { headers } = await sent(deliveryTo(to))
    expect(headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click')
    const url = headers['list-unsubscribe']?.slice(1, -1) ?? ''
    const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': type }, redirect: 'manual' })
    expect(answer.status).toBe(200)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(mayMailRecipient(sotto.app, to)).toBe(false)
    expect(await sentOrNot(deliveryTo(to))).toBe('refused')
  })

  test('and nothing else comes in parts', async () => {
    const { path } = await sent(deliveryTo('parts@example.com'))
    for (const body of [
      multipart.replace('One-Click', 'other'),
      multipart.replace('List-Unsubscribe', 'wish'),
      `x${multipart}`,
    ]) {
      const headers = { 'content-type': 'multipart/form-data; boundary=----x' }
      expect((await sotto.fetch(path, { method: 'POST', body, headers })).status).toBe(415)
    }
    const headers = { 'content-type': 'multipart/form-data; boundary=----x' }
    expect((await sotto.fetch('/secret', { method: 'POST', body: multipart, headers })).status).toBe(400)
    expect(mayMailRecipient(sotto.app, 'parts@example.com')).toBe(true)
  })
})

describe('the page behind the last line of a mail', () => {
  test('changes nothing when it is looked at, by whomever', async () => {
    const { path } = await sent(deliveryTo('looked@example.com'))
    const before = everyRow(sotto.app)
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']) await sotto.fetch(path, { method })
    expect(everyRow(sotto.app)).toEqual(before)
    expect(buttons(await pageOf(path))).toEqual(['kind', 'all'])
  })

  test('ends links for somebody without an account, and takes that back', async () => {
    const { path } = await sent(deliveryTo('ben@example.com'))
    expect((await press(path, 'kind')).headers.get('location')).toBe(sotto.url + path)
    expect(await pageOf(path)).toContain('No more mail of this kind')
    expect(buttons(await pageOf(path))).toEqual(['all', 'again'])
    expect(rowsOf(sotto.app, 'refusal')).toContainEqual({
      address_hash: addressHash(sotto.app, 'ben@example.com'),
      purpose: 'delivery',
      at: sotto.clock.now,
    })
    expect(await sentOrNot(deliveryTo('ben@example.com'))).toBe('refused')
    await press(path, 'again')
    expect(await sentOrNot(deliveryTo('ben@example.com'))).toBe('sent')
    expect(rowsOf(sotto.app, 'refusal')).not.toContainEqual(
      expect.objectContaining({ address_hash: addressHash(sotto.app, 'ben@example.com') }),
    )
  })

  test('ends all mail to an address, invitations too', async () => {
    const invitation = { kind: 'invitation', purpose: 'account', account: null, facts: { link: '/x' } } as const
    const { path } = await sent(deliveryTo('cleo@example.com'))
    await press(path, 'all')
    expect(await pageOf(path)).toContain('No more mail of any kind')
    expect(buttons(await pageOf(path))).toEqual(['again'])
    for (const letter of [deliveryTo('cleo@example.com'), { ...invitation, to: 'cleo@example.com' }])
      expect(await sentOrNot(letter)).toBe('refused')
    await press(path, 'again')
    expect(await sentOrNot(deliveryTo('cleo@example.com'))).toBe('sent')
  })

  test('takes back the consent of an account, once, and ends nothing else', async () => {
    const ann = await addPerson(sotto.app, 'ann')
    const letter = (purpose: 'news' | 'feedback'): NewMail =>
      ({ kind: 'test', purpose, to: 'ann@example.org', account: ann, facts: {} }) as const
    for (const purpose of ['news', 'feedback'] as const) await say(sotto.app, ann, purpose, 'given')
    const { path } = await sent(letter('news'))
    expect(buttons(await pageOf(path))).toEqual(['kind'])
    for (let time = 0; time < 3; time++) await press(path, 'kind')
    await press(path, 'all')
    expect(rowsOf(sotto.app, 'consent').filter(({ answer }) => answer === 'withdrawn')).toEqual([
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
    expect(await pageOf(path)).toContain('No more mail of this kind')
    expect(buttons(await pageOf(path))).toEqual([])
    expect(await sentOrNot(letter('news'))).toBe('refused')
    expect(await sentOrNot(letter('feedback'))).toBe('sent')
    await press(path, 'again')
    expect(await sentOrNot(letter('news'))).toBe('refused')
    sotto.clock.advance(1)
    await say(sotto.app, ann, 'news', 'given')
    expect(await sentOrNot(letter('news'))).toBe('sent')
    expect(buttons(await pageOf(path))).toEqual(['kind'])
  })

  test('ends the notices that a secret was opened, with a word in the consents of the account', async () => {
    const dora = await addPerson(sotto.app, 'dora')
    await say(sotto.app, dora, 'opened', 'given')
    const letter = { kind: 'secret-opened', purpose: 'opened', to: 'dora@example.org', account: dora } as const
    const { path } = await sent({ ...letter, facts: { at: 0 } })
    await press(path, 'kind')
    expect(rowsOf(sotto.app, 'consent')).toContainEqual(
      expect.objectContaining({ account_id: dora, purpose: 'opened', answer: 'withdrawn' }),
    )
    expect(await sentOrNot({ ...letter, facts: { at: 0 } })).toBe('refused')
  })

  test('says of a notice about an account why it stays, offers nothing, and a POST changes nothing', async () => {
    await addPerson(sotto.app, 'emil')
    const { path, headers } = await sent(noticeTo('emil'))
    expect(headers).not.toHaveProperty('list-unsubscribe-post')
    const page = await pageOf(path)
    expect(page).toContain('This kind of mail stays')
    expect([buttons(page), page.includes(`action="${path}"`)]).toEqual([[], false])
    const before = everyRow(sotto.app)
    for (const wish of ['kind', 'all', 'again']) expect((await press(path, wish)).status).toBe(303)
    expect(everyRow(sotto.app)).toEqual(before)
    expect(await sentOrNot(noticeTo('emil'))).toBe('sent')
  })

  test('works as long as it is known that there was a mail, and then answers as if there never was one', async () => {
    const { path } = await sent(deliveryTo('fred@example.com'))
    sotto.clock.advance(29 * day)
    await purge(sotto.app, sotto.clock.now)
    expect((await press(path, 'kind')).status).toBe(303)
    expect(mayMailRecipient(sotto.app, 'fred@example.com')).toBe(false)
    sotto.clock.advance(day)
    await purge(sotto.app, sotto.clock.now)
    const gone = await sotto.fetch(path)
    const never = await sotto.fetch(path.replace(/[0-9a-f]{32}/, '0'.repeat(32)))
    const nothing = await sotto.fetch('/nothing')
    expect([gone.status, never.status, nothing.status]).toEqual([404, 404, 404])
    const [body, ...bodies] = await Promise.all([gone, never, nothing].map((answer) => answer.text()))
    for (const other of bodies) expect(other).toBe(body ?? '')
    expect(mayMailRecipient(sotto.app, 'fred@example.com')).toBe(false)
  })

  test('works for the last mail to somebody, of whom no address is left', async () => {
    const last = { kind: 'account-erased', purpose: 'account', account: null, facts: { at: 0 } } as const
    const { path } = await sent({ ...last, to: 'gone@example.com' })
    expect(rowsOf(sotto.app, 'mail').map(({ recipient }) => recipient)).not.toContain('gone@example.com')
    await press(path, 'all')
    expect(mayMailRecipient(sotto.app, 'gone@example.com')).toBe(false)
    expect(await pageOf(path)).toContain('No more mail of any kind')
  })

  test('is nobody’s who has not the mail: an id, a key of another mail and a broken key are the same nothing', async () => {
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
      ].flatMap((path) => [sotto.fetch(`/mail/stop/${path}`), press(`/mail/stop/${path}`, 'all')]),
    )
    const bodies = await Promise.all(answers.map((answer) => answer.text()))
    expect([new Set(answers.map(({ status }) => status)), new Set(bodies).size]).toEqual([new Set([404]), 1])
    for (const name of ['gina', 'hugo']) expect(mayMailRecipient(sotto.app, `${name}@example.com`)).toBe(true)
    expect((await sotto.fetch(`/mail/stop/${id}/${key}`)).status).toBe(200)
  })

  test('takes no other words, and no page of another site can press its buttons', async () => {
    const { path } = await sent(deliveryTo('ida@example.com'))
    for (const body of ['wish=everything', 'wish=kind&x=1', 'List-Unsubscribe=Two-Click'])
      expect((await sotto.fetch(path, { method: 'POST', body, headers: form })).status).toBe(400)
    for (const from of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }])
      expect(
        (await sotto.fetch(path, { method: 'POST', body: 'wish=all', headers: { ...form, ...from } })).status,
      ).toBe(403)
    expect(mayMailRecipient(sotto.app, 'ida@example.com')).toBe(true)
  })

  test('leaves its key in no line of the log', async () => {
    const { path } = await sent(deliveryTo('jan@example.com'))
    await press(path, 'kind')
    const lines = sotto.lines.join('\n')
    expect(lines).toContain('"/mail/stop/:id/:key"')
    for (const word of path.split('/').slice(-2)) expect(lines).not.toContain(word)
    expect(lines).not.toContain('example.com')
  })
})

async function sentOrNot(letter: NewMail): Promise<string | null | undefined> {
  const before = box.mails.length
  const [id] = await post(sotto.app, letter)
  await deliverMail(sotto.app)
  if (box.mails.length > before) await box.next()
  return rowsOf(sotto.app, 'mail').find((row) => row.id === id)?.outcome
}
