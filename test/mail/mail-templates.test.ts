import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { hostname } from 'node:os'
import { en } from '../../src/i18n/en.ts'
import { deliverDueMail } from '../../src/mail/deliver.ts'
import type { MailKind } from '../../src/mail/mail-templates.ts'
import { unsubscribeKey } from '../../src/mail/outbox.ts'
import { mailKinds, mailSamples, samplePurpose } from '../../src/mail/samples.ts'
import { mailHeaders } from '../../src/privacy/inventory/mail-headers.ts'
import { mailPurposes } from '../../src/privacy/inventory/mail-purposes.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { addPerson, deliveryTo, post, say } from '../fixtures/mail-people.ts'
import { type Mailbox, type Received, startMailbox } from '../fixtures/mailbox.ts'
import { rowsOf } from '../fixtures/stored.ts'

const base = 'https://secrets.example.org/below'
const settings = {
  'base-url': base,
  name: 'Örtchen',
  region: 'eu',
  'region-name': 'Europe',
  contact: 'help@example.net',
}

let box: Mailbox
let sotto: Instance
beforeAll(async () => {
  box = await startMailbox()
  sotto = await startInstance({ ...settings, 'smtp-url': box.url, 'mail-from': 'sotto@example.org' })
  await addPerson(sotto.app, 'ann')
})
afterAll(async () => {
  await sotto[Symbol.asyncDispose]()
  await box[Symbol.asyncDispose]()
})

describe.each(mailKinds)('the mail %s', (kind) => {
  let mail: Received
  let id: string
  beforeAll(async () => {
    const purpose = samplePurpose(kind)
    const account = purpose === 'delivery' ? null : 'id-of-ann'
    if (purpose === 'opened') await say(sotto.app, 'id-of-ann', purpose, 'given')
    ;[id = ''] = await post(sotto.app, {
      kind,
      purpose,
      to: 'ann@example.org',
      account,
      facts: mailSamples[kind] as never,
    })
    await deliverDueMail(sotto.app)
    mail = await box.next()
  })
  const unsubscribeUrl = () => `${base}/mail/stop/${id}/${unsubscribeKey(sotto.app, id)}`

  test('has the same content as text and as HTML, with every placeholder filled in', () => {
    expect(mail.subject).toBe(en[`mail.${kind}.subject`])
    expect(mail.headers['content-type']).toStartWith('multipart/alternative')
    expect(textContentOf(mail.html)).toBe(textContentOf(asMarkup(mail.text, mail.subject)))
    expect(mail.text + mail.html).not.toMatch(/\{\w+\}|undefined|\[object|NaN/)
    if (Object.values(mailSamples[kind]).some((fact) => typeof fact === 'number'))
      expect(mail.text).toContain('31 January 2027 at 12:00 UTC')
  })

  test('ends with its purpose, its sender, the contact and the unsubscribe link', () => {
    const footer = mail.text.slice(mail.text.indexOf('\n-- \n'))
    for (const words of [
      en[mailPurposes[samplePurpose(kind)].wording],
      'Örtchen',
      'Europe',
      'help@example.net',
      unsubscribeUrl(),
    ])
      expect(footer).toContain(words)
    expect(mail.html).toContain(`href="${unsubscribeUrl()}"`)
  })

  test('loads nothing and links only to this instance (P14)', () => {
    const link = 'link' in mailSamples[kind] ? [`${base}/sample`] : []
    expect(mail.links).toEqual([...link, unsubscribeUrl()])
    expect([...mail.html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual([...link, unsubscribeUrl()])
    expect(mail.html).not.toMatch(
      /<(?:img|link|script|iframe|object|embed|form|video|audio|svg|base)\b|src=|url\(|@import/i,
    )
    const unwrapped = mail.raw.replace(/=\r?\n/g, '')
    for (const [url] of unwrapped.matchAll(/https?:\/\/[^\s"<>]+/g)) expect(url).toStartWith(base)
  })

  test('has only the headers listed in the inventory, none of which names the machine or the software', () => {
    for (const name of Object.keys(mail.headers)) expect(Object.keys(mailHeaders)).toContain(name)
    expect(mail.headers).toMatchObject({
      to: 'ann@example.org',
      'auto-submitted': 'auto-generated',
      'message-id': `<${id}@secrets.example.org>`,
      date: 'Sat, 21 Nov 2026 12:00:00 +0000',
      'list-unsubscribe': `<${unsubscribeUrl()}>`,
    })
    expect(mail.from).toBe('sotto@example.org')
    expect(mail.raw).toContain('From: =?UTF-8?Q?=C3=96rtchen?= <sotto@example.org>')
    expect(mail.raw.toLowerCase()).not.toMatch(
      new RegExp(`nodemailer|x-mailer|user-agent|@${hostname().toLowerCase()}`),
    )
  })

  test('offers one-click unsubscribe only if that stops it', () => {
    const stays = samplePurpose(kind) === 'account'
    expect(mail.headers['list-unsubscribe-post']).toBe(stays ? undefined : 'List-Unsubscribe=One-Click')
    expect(mail.text).toContain(en[stays ? 'mail.cannotUnsubscribe' : 'mail.unsubscribe'])
  })
})

test('every mail text belongs to a kind of mail', () => {
  const written = Object.keys(en).filter((key) => key.startsWith('mail.') && key.split('.').length === 3)
  const parts = (kind: MailKind) => ['subject', 'lead', ...('link' in mailSamples[kind] ? ['button'] : []), 'note']
  expect(written).toEqual(mailKinds.flatMap((kind) => parts(kind).map((part) => `mail.${kind}.${part}`)))
})

test('tells the mail server the host name of the base URL, not that of the machine', async () => {
  expect(box.greeted).toContain('secrets.example.org')
  expect(box.greeted.join()).not.toContain(hostname())
})

describe('a name chosen by a person', () => {
  test.each([
    ['line breaks and headers', 'ann\r\nBcc: ben@example.org\r\n\r\nbody', 'ann Bcc: ben'],
    ['markup', '<img src=//evil.example onerror=x>', '<img src='],
    ['a URL', 'https://evil.example/x', 'https'],
    ['too many characters', 'x'.repeat(10_000), 'x'.repeat(80)],
    ['a bidirectional control character', 'a\u202eb', 'a b'],
  ])('with %s stays on one line and is not a link', async (_, from, formatted) => {
    const sent = deliveryTo('ben@example.com')
    await post(sotto.app, { ...sent, facts: { ...sent.facts, from } })
    await deliverDueMail(sotto.app)
    const mail = await box.next()
    expect(mail.to).toBe('ben@example.com')
    expect(mail.subject).toBe('You have been sent a secret')
    for (const name of Object.keys(mail.headers)) expect(Object.keys(mailHeaders)).toContain(name)
    const [lead = ''] = mail.text.split('\n')
    expect(lead.replaceAll('\u2060', '')).toStartWith(formatted)
    expect(lead).toEndWith(' has sent you a secret through Örtchen. It can be opened once.')
    expect(lead.length).toBeLessThan(200)
    expect(mail.html).not.toMatch(/<img|\u202e/)
    expect(mail.text + mail.html).not.toMatch(/evil\.example/)
    for (const link of mail.links) expect(link).toStartWith(base)
  })

  test('is not in the subject, which is shown on lock screens', () => {
    expect(Object.entries(en).filter(([key, words]) => /^mail\..*subject$/.test(key) && words.includes('{'))).toEqual(
      [],
    )
  })
})

test('leaves out a contact that is a URL, because it would link elsewhere', async () => {
  await using other = await startInstance({ contact: 'https://help.example.net', 'smtp-url': box.url })
  await post(other.app, deliveryTo('ben@example.com'))
  await deliverDueMail(other.app)
  expect((await box.next()).raw).not.toContain('help.example.net')
})

test('sends nothing to an invalid recipient in the outbox', async () => {
  const odd = [
    'a@example.org, b@example.org',
    'a@example.org\r\nRCPT TO:<b@example.org>',
    '"a@example.org x"@example.com',
  ]
  await post(sotto.app, ...odd.map((to) => deliveryTo(to)))
  await deliverDueMail(sotto.app)
  expect((await rowsOf(sotto.app, 'mail')).filter(({ recipient }) => odd.includes(recipient))).toMatchObject(
    odd.map(() => ({ outcome: 'refused', body: null })),
  )
  expect(box.mails.filter(({ to }) => !['ann@example.org', 'ben@example.com'].includes(to))).toEqual([])
})

// The text of a page without its markup, to compare it with the plain text.
function textContentOf(html: string): string {
  const body = html.replace(/<head>.*<\/head>/s, '').replace(/<[^>]+>/g, ' ')
  return body
    .replace(/&(?:#39|#34|quot|amp|lt|gt);/g, (entity) => entities[entity] ?? entity)
    .replace(/https:\S+/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

const entities: Record<string, string> = {
  '&#39;': "'",
  '&#34;': '"',
  '&quot;': '"',
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
}

function asMarkup(text: string, subject: string): string {
  return `Örtchen ${subject} ${text.replace('\n-- \n', '\n').replace(/:\n(?=https:)/g, ' ')}`
}
