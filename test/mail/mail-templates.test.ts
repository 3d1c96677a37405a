import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { hostname } from 'node:os'
import { en } from '../../src/i18n/en.ts'
import { deliverMail } from '../../src/mail/deliver.ts'
import type { MailKind } from '../../src/mail/mail-templates.ts'
import { unsubscribeKey } from '../../src/mail/outbox.ts'
import { mailKinds, samplePurpose, samples } from '../../src/mail/samples.ts'
import { mailHeaders } from '../../src/privacy/inventory/mail-headers.ts'
import { mailPurposes } from '../../src/privacy/inventory/mail-purposes.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { addPerson, deliveryTo, post, say } from '../fixtures/mail-people.ts'
import { type Mailbox, type Received, startMailbox } from '../fixtures/mailbox.ts'
import { rowsOf } from '../fixtures/stored.ts'

const base = 'https://secrets.example.org/below'
const place = { 'base-url': base, name: 'Örtchen', region: 'eu', 'region-name': 'Europe', contact: 'help@example.net' }

let box: Mailbox
let sotto: Instance
beforeAll(async () => {
  box = await startMailbox()
  sotto = await startInstance({ ...place, 'smtp-url': box.url, 'mail-from': 'sotto@example.org' })
  await addPerson(sotto.app, 'ann')
})
afterAll(async () => {
  await sotto[Symbol.asyncDispose]()
  await box[Symbol.asyncDispose]()
})

describe.each(mailKinds)('the letter %s', (kind) => {
  let mail: Received
  let id: string
  beforeAll(async () => {
    const purpose = samplePurpose(kind)
    const account = purpose === 'delivery' ? null : 'id-of-ann'
    if (purpose === 'opened') await say(sotto.app, 'id-of-ann', purpose, 'given')
    ;[id = ''] = await post(sotto.app, { kind, purpose, to: 'ann@example.org', account, facts: samples[kind] as never })
    await deliverMail(sotto.app)
    mail = await box.next()
  })
  const stopUrl = () => `${base}/mail/stop/${id}/${unsubscribeKey(sotto.app, id)}`

  test('says the same as text and as a page, with every word filled in', () => {
    expect(mail.subject).toBe(en[`mail.${kind}.subject`])
    expect(mail.headers['content-type']).toStartWith('multipart/alternative')
    expect(wordsOf(mail.html)).toBe(wordsOf(asMarkup(mail.text, mail.subject)))
    expect(mail.text + mail.html).not.toMatch(/\{\w+\}|undefined|\[object|NaN/)
    if (Object.values(samples[kind]).some((fact) => typeof fact === 'number'))
      expect(mail.text).toContain('31 January 2027 at 12:00 UTC')
  })

  test('ends with why it came, from where, who answers, and where it is stopped', () => {
    const foot = mail.text.slice(mail.text.indexOf('\n-- \n'))
    for (const words of [
      en[mailPurposes[samplePurpose(kind)].wording],
      'Örtchen',
      'Europe',
      'help@example.net',
      stopUrl(),
    ])
      expect(foot).toContain(words)
    expect(mail.html).toContain(`href="${stopUrl()}"`)
  })

  test('loads nothing, and leads nowhere but to this instance (P14)', () => {
    const link = 'link' in samples[kind] ? [`${base}/sample`] : []
    expect(mail.links).toEqual([...link, stopUrl()])
    expect([...mail.html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual([...link, stopUrl()])
    expect(mail.html).not.toMatch(
      /<(?:img|link|script|iframe|object|embed|form|video|audio|svg|base)\b|src=|url\(|@import/i,
    )
    const unwrapped = mail.raw.replace(/=\r?\n/g, '')
    for (const [url] of unwrapped.matchAll(/https?:\/\/[^\s"<>]+/g)) expect(url).toStartWith(base)
  })

  test('has the headers that the inventory names, and none that tells of a machine or a program', () => {
    for (const name of Object.keys(mail.headers)) expect(Object.keys(mailHeaders)).toContain(name)
    expect(mail.headers).toMatchObject({
      to: 'ann@example.org',
      'auto-submitted': 'auto-generated',
      'message-id': `<${id}@secrets.example.org>`,
      date: 'Sat, 21 Nov 2026 12:00:00 +0000',
      'list-unsubscribe': `<${stopUrl()}>`,
    })
    expect(mail.from).toBe('sotto@example.org')
    expect(mail.raw).toContain('From: =?UTF-8?Q?=C3=96rtchen?= <sotto@example.org>')
    expect(mail.raw.toLowerCase()).not.toMatch(
      new RegExp(`nodemailer|x-mailer|user-agent|@${hostname().toLowerCase()}`),
    )
  })

  test('offers to be stopped by one POST where that stops it', () => {
    const stays = samplePurpose(kind) === 'account'
    expect(mail.headers['list-unsubscribe-post']).toBe(stays ? undefined : 'List-Unsubscribe=One-Click')
    expect(mail.text).toContain(en[stays ? 'mail.stays' : 'mail.stop'])
  })
})

test('every text of a letter belongs to a letter', () => {
  const written = Object.keys(en).filter((key) => key.startsWith('mail.') && key.split('.').length === 3)
  const parts = (kind: MailKind) => ['subject', 'lead', ...('link' in samples[kind] ? ['button'] : []), 'note']
  expect(written).toEqual(mailKinds.flatMap((kind) => parts(kind).map((part) => `mail.${kind}.${part}`)))
})

test('the name that the mail server hears is that of the address, never that of the machine', async () => {
  expect(box.greeted).toContain('secrets.example.org')
  expect(box.greeted.join()).not.toContain(hostname())
})

describe('a word that somebody chose', () => {
  test.each([
    ['line breaks and headers', 'ann\r\nBcc: ben@example.org\r\n\r\nbody', 'ann Bcc: ben'],
    ['markup', '<img src=//evil.example onerror=x>', '<img src='],
    ['an address of the web', 'https://evil.example/x', 'https'],
    ['a length that tires', 'x'.repeat(10_000), 'x'.repeat(80)],
    ['a word that turns the reading round', 'a\u202eb', 'a b'],
  ])('with %s stays a word in one line, and is no link', async (_, from, shown) => {
    const letter = deliveryTo('ben@example.com')
    await post(sotto.app, { ...letter, facts: { ...letter.facts, from } })
    await deliverMail(sotto.app)
    const mail = await box.next()
    expect(mail.to).toBe('ben@example.com')
    expect(mail.subject).toBe('A secret for you')
    for (const name of Object.keys(mail.headers)) expect(Object.keys(mailHeaders)).toContain(name)
    const [lead = ''] = mail.text.split('\n')
    expect(lead.replaceAll('\u2060', '')).toStartWith(shown)
    expect(lead).toEndWith(' shares a secret with you through Örtchen. It opens once.')
    expect(lead.length).toBeLessThan(200)
    expect(mail.html).not.toMatch(/<img|\u202e/)
    expect(mail.text + mail.html).not.toMatch(/evil\.example/)
    for (const link of mail.links) expect(link).toStartWith(base)
  })

  test('is not in the subject, which programs show on locked screens', () => {
    expect(Object.entries(en).filter(([key, words]) => /^mail\..*subject$/.test(key) && words.includes('{'))).toEqual(
      [],
    )
  })
})

test('a contact that is an address of the web is not in the mail: it would lead elsewhere', async () => {
  await using other = await startInstance({ contact: 'https://help.example.net', 'smtp-url': box.url })
  await post(other.app, deliveryTo('ben@example.com'))
  await deliverMail(other.app)
  expect((await box.next()).raw).not.toContain('help.example.net')
})

test('an odd recipient that got into the outbox all the same is sent nothing', async () => {
  const odd = [
    'a@example.org, b@example.org',
    'a@example.org\r\nRCPT TO:<b@example.org>',
    '"a@example.org x"@example.com',
  ]
  await post(sotto.app, ...odd.map((to) => deliveryTo(to)))
  await deliverMail(sotto.app)
  expect(rowsOf(sotto.app, 'mail').filter(({ recipient }) => odd.includes(recipient))).toMatchObject(
    odd.map(() => ({ outcome: 'refused', body: null })),
  )
  expect(box.mails.filter(({ to }) => !['ann@example.org', 'ben@example.com'].includes(to))).toEqual([])
})

// The words of a page, without its markup; and of a text, without the marks that set its parts apart.
function wordsOf(html: string): string {
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
