import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../../src/app.ts'
import { inventory } from '../../src/privacy/inventory/inventory.ts'
import { logFields } from '../../src/privacy/inventory/log-fields.ts'
import { erasureDeadline, erasureRetention, noticePeriod } from '../../src/privacy/inventory/periods.ts'
import { diff } from '../../src/privacy/policy/diff.ts'
import { parseMarkdown, placeholdersIn } from '../../src/privacy/policy/markdown.ts'
import { placeholderNames } from '../../src/privacy/policy/placeholders.ts'
import { practicesText, type ShippedPolicy, shippedPolicy } from '../../src/privacy/policy/shipped.ts'
import {
  currentPolicy,
  listPolicyVersions,
  proposePolicyVersion,
  storeShippedPolicy,
} from '../../src/privacy/policy/versions.ts'
import { sendReminders } from '../../src/privacy/registers/deadlines.ts'
import { addProcessor, endProcessor, unregisteredHosts } from '../../src/privacy/registers/processors.ts'
import { day, hour, minute } from '../fixtures/clock.ts'
import { failureOf } from '../fixtures/failure.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { addPerson } from '../fixtures/mail-people.ts'
import { root } from '../fixtures/process.ts'
import { rowsOf, tamper } from '../fixtures/stored.ts'

const defaults = { author: 'Ada', effectiveAt: undefined }
const propose = (app: App, text: string, material: boolean, effectiveAt?: number) =>
  proposePolicyVersion(app, { ...defaults, text, material, effectiveAt })

const page = async (sotto: Instance, path: string) => (await sotto.fetch(path)).text()
const noticesTo = async (sotto: Instance, kind: string) =>
  (await rowsOf(sotto.app, 'mail'))
    .filter((mail) => mail.kind === kind)
    .map(({ recipient }) => recipient)
    .sort()

describe('a material change of the policy (P26)', () => {
  test('takes effect after exactly 30 days of notice, without a job', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    await propose(app, '## New\n\nAnother promise.', true)
    clock.advance(30 * day - 1)
    expect(await page(sotto, '/privacy')).toContain('The short version')
    expect(await page(sotto, '/privacy')).not.toContain('Another promise')
    clock.advance(1)
    expect(await page(sotto, '/privacy')).toContain('Another promise')
    expect(await page(sotto, '/privacy')).toContain('Version 2')
    expect(await page(sotto, '/privacy/versions/1')).toContain('The short version')
    expect(await page(sotto, '/privacy/versions/1')).toContain('No longer in force')
  })

  test('is announced on the home page until it takes effect, with a link to the changes', async () => {
    await using sotto = await startInstance()
    expect(await page(sotto, '/')).not.toContain('The privacy statement changes')
    await propose(sotto.app, 'Another promise.', true)
    for (const wait of [0, 15 * day, 15 * day - 1]) {
      sotto.clock.advance(wait)
      const home = await page(sotto, '/')
      expect(home).toContain('The privacy statement changes on 21 December 2026')
      expect(home).toContain('href="/privacy/versions/2"')
    }
    sotto.clock.advance(1)
    expect(await page(sotto, '/')).not.toContain('The privacy statement changes')
  })

  test('is mailed once to every account that is not closed', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    for (const name of ['ann', 'bob', 'cid']) await addPerson(app, name)
    await tamper(app, "UPDATE account SET closed_at = 1 WHERE user_name = 'cid'")
    await propose(app, 'Another promise.', true)
    await Promise.all([sendReminders(app), sendReminders(app)])
    clock.advance(day)
    await sendReminders(app)
    expect(await noticesTo(sotto, 'policy-notice')).toEqual(['ann@example.org', 'bob@example.org'])
    expect((await rowsOf(app, 'mail')).every(({ purpose }) => purpose === 'account')).toBe(true)
  })

  test('cannot take effect sooner, and neither can a later version', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    const soon = clock.now + noticePeriod - 1
    expect(await failureOf(propose(app, 'Another promise.', true, soon))).toBe('notice_too_short')
    const { effectiveAt } = await propose(app, 'Another promise.', true, clock.now + 40 * day)
    expect(effectiveAt).toBe(clock.now + 40 * day)
    const next = await propose(app, 'Another promise, spelt right.', false)
    expect(next.effectiveAt).toBe(effectiveAt)
    clock.advance(40 * day - 1)
    expect((await currentPolicy(app)).id).toBe(1)
    clock.advance(1)
    expect((await currentPolicy(app)).id).toBe(3)
  })

  test('restarts the notice period if the server was off', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    await propose(app, 'Another promise.', true)
    await propose(app, 'Another promise, spelt right.', false)
    clock.advance(29 * day)
    await app.db.commit(() => storeShippedPolicy(clock.now))
    expect((await listPolicyVersions(app)).map(({ effectiveAt }) => effectiveAt).slice(0, 2)).toEqual([
      clock.now + noticePeriod,
      clock.now + noticePeriod,
    ])
    await sendReminders(app)
    clock.advance(29 * day)
    await app.db.commit(() => storeShippedPolicy(clock.now))
    expect((await currentPolicy(app)).id).toBe(1)
    clock.advance(day)
    expect((await currentPolicy(app)).id).toBe(3)
  })
})

describe('any other change (P26)', () => {
  test('takes effect at once, without a banner and without mail', async () => {
    await using sotto = await startInstance()
    await addPerson(sotto.app, 'ann')
    await propose(sotto.app, 'Clearer words.', false)
    await sendReminders(sotto.app)
    expect(await page(sotto, '/privacy')).toContain('Clearer words')
    expect(await page(sotto, '/')).not.toContain('The privacy statement changes')
    expect(await rowsOf(sotto.app, 'mail')).toEqual([])
  })

  test('is rejected if the text is unchanged or has an unknown placeholder', async () => {
    await using sotto = await startInstance()
    expect(await failureOf(propose(sotto.app, shippedPolicy.text, false))).toBe('policy_unchanged')
    for (const text of ['', 'Of {nothing}.', 'x'.repeat(70_000)])
      expect(await failureOf(propose(sotto.app, text, false))).toBe('policy_unreadable')
  })
})

describe('the shipped text', () => {
  const next = (material: boolean): ShippedPolicy => ({
    text: 'The text of the next program.',
    revisions: [...shippedPolicy.revisions, { revision: 2, material: true }, { revision: 3, material }],
  })

  test('is the first version of a new instance, also after a restart', async () => {
    await using sotto = await startInstance()
    await sotto.app.db.commit(() => storeShippedPolicy(sotto.clock.now + hour))
    expect(await listPolicyVersions(sotto.app)).toEqual([
      {
        id: 1,
        text: shippedPolicy.text,
        author: expect.stringMatching(/^Sotto \d/),
        material: false,
        publishedAt: sotto.clock.now,
        effectiveAt: sotto.clock.now,
      },
    ])
  })

  test('becomes a version with 30 days of notice if any newer revision is material, and keeps the old one readable', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    await app.db.commit(() => storeShippedPolicy(clock.now, next(false)))
    expect((await listPolicyVersions(app))[0]).toMatchObject({
      id: 2,
      material: true,
      effectiveAt: clock.now + noticePeriod,
    })
    expect(await page(sotto, '/')).toContain('The privacy statement changes')
    expect((await currentPolicy(app)).text).toBe(shippedPolicy.text)
    clock.advance(noticePeriod)
    expect((await currentPolicy(app)).text).toContain('the next program')
  })

  test('takes effect at once if no newer revision is material; a text without a new revision counts as material', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    const minor = { text: 'Clearer words.', revisions: [...shippedPolicy.revisions, { revision: 2, material: false }] }
    await app.db.commit(() => storeShippedPolicy(clock.now, minor))
    expect((await currentPolicy(app)).text).toBe('Clearer words.')
    await app.db.commit(() => storeShippedPolicy(clock.now, { ...minor, text: 'A text without a revision.' }))
    expect((await listPolicyVersions(app))[0]).toMatchObject({ id: 3, material: true })
  })

  test("does not replace the operator's own text", async () => {
    await using sotto = await startInstance()
    await propose(sotto.app, 'Our own words.', false)
    await sotto.app.db.commit(() => storeShippedPolicy(sotto.clock.now, next(true)))
    expect((await listPolicyVersions(sotto.app)).map(({ id }) => id)).toEqual([2, 1])
  })

  test('has a revision for every change of its text', () => {
    const sum = new Bun.CryptoHasher('sha256').update(shippedPolicy.text).digest('hex').slice(0, 16)
    expect([shippedPolicy.revisions.length, sum]).toEqual([1, '581d4aa363dd7418'])
  })
})

describe('the policy pages (P31)', () => {
  test('have all placeholders filled in: name, contact, region, peers, licence and deadlines', async () => {
    await using sotto = await startInstance({
      name: 'Örtchen',
      contact: 'privacy@example.org',
      region: 'eu',
      'region-name': 'Europe',
      peers: 'us=https://us.example.org',
    })
    for (const path of ['/privacy', '/privacy/practices', '/privacy/versions', '/privacy/versions/1']) {
      const markup = await page(sotto, path)
      expect(markup).not.toMatch(/\{\w+\}|undefined|\[object/)
      expect(markup).toContain('Örtchen')
    }
    const statement = await page(sotto, '/privacy')
    for (const words of ['mailto:privacy@example.org', 'Europe', 'https://us.example.org', 'publicdomain/zero/1.0'])
      expect(statement).toContain(words)
    for (const words of ['30 days', '45 days', 'with its last part removed']) expect(statement).toContain(words)
    expect(erasureDeadline).toBe(30 * day)
    expect(statement).toContain(`after ${erasureRetention / day} days`)
    expect(statement).toContain('We keep a backup for at most </span><span>7 days')
  })

  test('list every table, log field and cookie of the inventory (P04)', async () => {
    await using sotto = await startInstance()
    const statement = await page(sotto, '/privacy')
    for (const name of [...Object.keys(inventory), ...Object.keys(logFields)]) expect(statement).toContain(`>${name}<`)
  })

  test('have no broken links (P32)', async () => {
    await using sotto = await startInstance()
    const paths = ['/privacy', '/privacy/practices', '/privacy/versions', '/transparency', '/complaint', '/feedback']
    const links = new Set<string>()
    for (const path of paths) {
      const markup = await page(sotto, path)
      for (const [, href = ''] of markup.matchAll(/href="(\/[^"#]*)"/g)) links.add(href)
      for (const [, id = ''] of markup.matchAll(/href="#([^"]+)"/g)) expect(markup).toContain(`id="${id}"`)
    }
    expect(links.size).toBeGreaterThan(8)
    for (const path of paths) expect(links).toContain(path)
    for (const link of links) expect([link, (await sotto.fetch(link)).status]).toEqual([link, expect.any(Number)])
    for (const link of links) expect((await sotto.fetch(link)).status).toBeLessThan(400)
  })

  test('work under a base path', async () => {
    await using sotto = await startInstance({ 'base-url': 'https://example.org/below' })
    const response = await sotto.fetch('/below/privacy', { headers: { host: 'example.org' } })
    const markup = await response.text()
    expect(markup).toContain('href="/below/privacy/practices"')
    expect(markup).not.toMatch(/href="\/(?!below)/)
  })

  test('show the changes of a version word by word, with its full text', async () => {
    await using sotto = await startInstance()
    await propose(sotto.app, shippedPolicy.text.replace('we do not track you', 'we do not follow anyone'), false)
    const markup = await page(sotto, '/privacy/versions/2')
    expect(markup).toMatch(/<ins>follow anyone\.\s*<\/ins>/)
    expect(markup).toMatch(/<del>track you\.\s*<\/del>/)
    expect(markup).toContain('The short version')
    expect((await sotto.fetch('/privacy/versions/3')).status).toBe(404)
    expect((await sotto.fetch('/privacy/versions/x')).status).toBe(404)
  })
})

describe('Markdown', () => {
  test('treats HTML and unsafe links as plain text', async () => {
    await using sotto = await startInstance()
    const bad = [
      '<script>alert(1)</script>',
      '[x](javascript:alert)',
      '[x](JaVaScRiPt:alert)',
      '[x](data:text/html,y)',
      '[x](//evil.example)',
      '[x](/\\evil.example)',
      '[x](http://evil.example)',
      '[x](https://evil.example"onclick=alert)',
      '**<img src=x onerror=alert>**',
      '`<b>`',
      '## <i>heading</i>',
    ]
    await propose(sotto.app, bad.join('\n\n'), false)
    for (const path of ['/privacy', '/privacy/versions/2']) {
      const main = /<main[\s\S]*<\/main>/.exec(await page(sotto, path))?.[0] ?? ''
      expect(main).toContain('&lt;script&gt;')
      expect(main).not.toMatch(/<script|<img|<b>|<i>|href="(?:javascript|data|http:|\/\/|\/\\)|href="[^"]*evil/i)
    }
  })

  test('parses headings, paragraphs, lists, strong text, code, links and placeholders', () => {
    const source = '## A b\n\none **two {name}** `three`\nfour [five](/six)\n\n- a\n- b\n\n1. c\n\n{kept}'
    expect(parseMarkdown(source)).toEqual([
      { kind: 'heading', level: 2, id: 'a-b', inlines: [{ kind: 'text', text: 'A b' }] },
      {
        kind: 'paragraph',
        inlines: [
          { kind: 'text', text: 'one ' },
          { kind: 'strong', text: 'two ' },
          { kind: 'placeholder', name: 'name', strong: true },
          { kind: 'text', text: ' ' },
          { kind: 'code', text: 'three' },
          { kind: 'text', text: ' four ' },
          { kind: 'link', text: 'five', href: '/six' },
        ],
      },
      { kind: 'list', ordered: false, items: [[{ kind: 'text', text: 'a' }], [{ kind: 'text', text: 'b' }]] },
      { kind: 'list', ordered: true, items: [[{ kind: 'text', text: 'c' }]] },
      { kind: 'placeholder', name: 'kept' },
    ])
  })

  test('of the shipped texts has only known placeholders', () => {
    for (const source of [shippedPolicy.text, practicesText])
      for (const name of placeholdersIn(source)) expect(placeholderNames).toContain(name)
    expect(placeholdersIn(shippedPolicy.text).length).toBeGreaterThan(12)
  })

  test('of the shipped texts equals the files in the repository', () => {
    expect(readFileSync(join(root, 'src/privacy/policy/statement.md'), 'utf8')).toBe(shippedPolicy.text)
  })
})

test('a diff shows added and removed words under their heading', () => {
  const before = '## One\n\na b c\n\nsame\n\n## Two\n\nold'
  const after = '## One\n\na x c\n\nsame\n\n## Two\n\nold\n\nnew one'
  expect(diff(before, after)).toEqual([
    {
      heading: 'One',
      runs: [
        { kind: 'same', text: 'a ' },
        { kind: 'removed', text: 'b' },
        { kind: 'added', text: 'x' },
        { kind: 'same', text: ' ' },
        { kind: 'same', text: 'c' },
      ],
    },
    { heading: 'Two', runs: [{ kind: 'added', text: 'new one' }] },
  ])
  expect(diff(before, before)).toEqual([])
})

describe('the register of processors (P19)', () => {
  const example = {
    name: 'Example <Mail>',
    purpose: 'delivers mail',
    categories: 'addresses',
    country: 'Norway',
    agreement: 'a contract',
    host: 'SMTP.example.org',
    since: Date.UTC(2026, 0, 1),
  }

  test('is on the privacy page without processors that have ended', async () => {
    await using sotto = await startInstance()
    expect(await page(sotto, '/privacy')).toContain('We currently use no processors')
    const number = await addProcessor(sotto.app, example)
    const named = await page(sotto, '/privacy')
    for (const words of ['Example &lt;Mail&gt;', 'Norway', 'a contract', '1 January 2026'])
      expect(named).toContain(words)
    await endProcessor(sotto.app, number)
    expect(await page(sotto, '/privacy')).toContain('We currently use no processors')
    expect(await failureOf(endProcessor(sotto.app, number))).toBe('not_found')
  })

  test('must name every external host in the configuration', async () => {
    await using sotto = await startInstance({ 'smtp-url': 'smtp://smtp.example.org:587' })
    expect(await unregisteredHosts(sotto.app)).toEqual(['smtp.example.org'])
    const number = await addProcessor(sotto.app, example)
    expect(await unregisteredHosts(sotto.app)).toEqual([])
    await endProcessor(sotto.app, number)
    expect(await unregisteredHosts(sotto.app)).toEqual(['smtp.example.org'])
  })

  test('need not name a mail server on the same machine', async () => {
    await using sotto = await startInstance({ 'smtp-url': 'smtp://127.0.0.1:2525' })
    sotto.clock.advance(minute)
    expect(await unregisteredHosts(sotto.app)).toEqual([])
  })
})
