import { Database as Sqlite } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { first } from '../../src/database/migrations/0001-first.ts'
import { accounts } from '../../src/database/migrations/0002-accounts.ts'
import { grants } from '../../src/database/migrations/0005-grants.ts'
import { query } from '../../src/database/query.ts'
import { deliverMail } from '../../src/mail/deliver.ts'
import type { NewMail } from '../../src/mail/outbox.ts'
import { consentHistory } from '../../src/privacy/consent/consent-ledger.ts'
import { type Agreement, answerConsentPrompt, hasConsent, pendingOffers } from '../../src/privacy/consent/consents.ts'
import { mailPurposes } from '../../src/privacy/inventory/mail-purposes.ts'
import { minute } from '../fixtures/clock.ts'
import { type Instance, temporaryFolder } from '../fixtures/instance.ts'
import { post } from '../fixtures/mail-people.ts'
import { startMailbox } from '../fixtures/mailbox.ts'
import { member, openInstance, Person } from '../fixtures/people.ts'
import { rowsOf, tamper } from '../fixtures/stored.ts'

const news = mailPurposes.news as { version: number }
const raise = () => {
  news.version = 2
}
beforeEach(() => {
  news.version = 1
})
afterEach(() => {
  news.version = 1
})

const withNews = { 'mail-optional': 'news,feedback' }
const idOf = (sotto: Instance, { name }: Person) =>
  rowsOf(sotto.app, 'account').find(({ user_name }) => user_name === name)?.id ?? ''
const memberOf = (sotto: Instance, person: Person) => ({
  account: idOf(sotto, person),
  role: 'member' as const,
  scopes: 'all' as const,
  session: null,
  network: 'n',
})
const askedOf = (sotto: Instance, person: Person) =>
  pendingOffers(sotto.app, idOf(sotto, person)).map(({ purpose }) => purpose)
const give = (person: Person, purpose: Agreement) => person.post('/account/consents', { purpose, answer: 'given' })

describe('a purpose that is new or has changed (P08)', () => {
  test('leaves every stored consent untouched, is off, and is asked for at the next sign-in', async () => {
    using folder = temporaryFolder()
    const place = { 'data-dir': `${folder.path}/data` }
    let before: unknown
    {
      await using sotto = await openInstance(place)
      await member(sotto, 'ann')
      before = rowsOf(sotto.app, 'consent')
      expect(before).toMatchObject([{ purpose: 'statement', answer: 'given' }])
    }
    await using sotto = await openInstance({ ...place, ...withNews })
    expect(rowsOf(sotto.app, 'consent')).toEqual(before as never)
    const ann = new Person(sotto, 'ann')
    expect((await ann.signIn()).headers.get('location')).toBe(`${sotto.url}/account/asked`)
    expect(rowsOf(sotto.app, 'consent')).toEqual(before as never)
    for (const purpose of ['news', 'feedback'] as const)
      expect(hasConsent(sotto.app, idOf(sotto, ann), purpose)).toBe(false)
  })

  test('is asked for again when its version rose, whatever was said before, and the records stay as they were', async () => {
    await using sotto = await openInstance(withNews)
    const [yes, no] = [await member(sotto, 'yes'), await member(sotto, 'no')]
    await give(yes, 'news')
    const before = rowsOf(sotto.app, 'consent')
    expect([askedOf(sotto, yes), askedOf(sotto, no)]).toEqual([[], []])
    raise()
    expect([askedOf(sotto, yes), askedOf(sotto, no)]).toEqual([['news'], ['news']])
    expect([rowsOf(sotto.app, 'consent'), hasConsent(sotto.app, idOf(sotto, yes), 'news')]).toEqual([before, false])
  })

  test('sends no mail until it is agreed to again', async () => {
    await using box = await startMailbox()
    await using sotto = await openInstance({ ...withNews, 'smtp-url': box.url })
    const person = await member(sotto, 'reader')
    await deliverMail(sotto.app)
    await give(person, 'news')
    const letter = { kind: 'test', purpose: 'news', to: person.email, account: idOf(sotto, person), facts: {} }
    const goesOut = async () => {
      const [id] = await post(sotto.app, letter as NewMail)
      await deliverMail(sotto.app)
      return rowsOf(sotto.app, 'mail').find((row) => row.id === id)?.outcome
    }
    expect(await goesOut()).toBe('sent')
    raise()
    expect(await goesOut()).toBe('refused')
    await person.post('/account/asked', { answer: 'agree', seen_news: '2', agree_news: 'on' })
    expect(await goesOut()).toBe('sent')
  })
})

describe('the page that asks (P08, P09)', () => {
  test('has a box of its own for each purpose, none ticked, a "no" beside the "yes", and changes nothing by being looked at', async () => {
    await using sotto = await openInstance(withNews)
    const person = await member(sotto, 'looker')
    await give(person, 'news')
    raise()
    await person.signIn()
    const before = rowsOf(sotto.app, 'consent')
    const page = await (await person.get('/account/asked')).text()
    expect(page.match(/<input type="checkbox"[^>]*>/g)).toEqual([expect.stringContaining('agree_news')])
    expect(page).not.toMatch(/checked|required/)
    expect(page.match(/<button type="submit" name="answer" value="(?:agree|none)"/g)).toHaveLength(2)
    expect(rowsOf(sotto.app, 'consent')).toEqual(before)
  })

  test('takes a "no" for an answer: it is noted, not asked again, and all else of the account works meanwhile', async () => {
    await using sotto = await openInstance(withNews)
    const person = await member(sotto, 'refuser')
    raise()
    expect((await person.signIn()).headers.get('location')).toEndWith('/account/asked')
    expect([(await person.get('/mine')).status, (await person.get('/account')).status]).toEqual([200, 200])
    const no = await person.post('/account/asked', { answer: 'none', seen_news: '2', agree_news: 'on' })
    expect([no.status, no.headers.get('location')]).toEqual([303, `${sotto.url}/`])
    expect(rowsOf(sotto.app, 'consent').at(-1)).toMatchObject({ purpose: 'news', version: 2, answer: 'refused' })
    expect((await person.signIn()).headers.get('location')).toBe(`${sotto.url}/`)
    expect((await person.get('/account/asked')).status).toBe(303)
    await give(person, 'news')
    expect(hasConsent(sotto.app, idOf(sotto, person), 'news')).toBe(true)
  })

  test('notes no answer to words that were not shown', async () => {
    await using sotto = await openInstance(withNews)
    const person = await member(sotto, 'early')
    raise()
    const before = rowsOf(sotto.app, 'consent')
    for (const version of [1, 3, Number.NaN])
      await answerConsentPrompt(sotto.app, memberOf(sotto, person), [{ purpose: 'news', version, ticked: true }])
    await person.post('/account/asked', { answer: 'agree', seen_account: '1', agree_account: 'on' })
    expect(rowsOf(sotto.app, 'consent')).toEqual(before)
  })

  test('is not shown for a notice that was never wanted', async () => {
    await using sotto = await openInstance()
    expect(askedOf(sotto, await member(sotto, 'quiet'))).toEqual([])
  })
})

describe('the ledger of consents (P09)', () => {
  test('is append-only: the database itself refuses to change, replace or delete a record', async () => {
    await using sotto = await openInstance()
    const person = await member(sotto, 'kept')
    const before = rowsOf(sotto.app, 'consent')
    expect(before).toHaveLength(1)
    for (const sql of [
      "UPDATE consent SET answer = 'withdrawn'",
      'UPDATE consent SET at = 0',
      'DELETE FROM consent',
      `REPLACE INTO consent SELECT id, account_id, 'news', 1, 'x', NULL, 'en', 'given', 'x', 0 FROM consent`,
    ])
      expect(() => tamper(sotto.app, sql)).toThrow('a consent is never')
    expect(rowsOf(sotto.app, 'consent')).toEqual(before)
    const gone = query.deleteFrom('account').where('id', '=', idOf(sotto, person))
    await sotto.app.db.commit(() => sotto.app.db.run(gone))
    expect(rowsOf(sotto.app, 'consent')).toEqual([])
  })

  test('says of each answer what for, which words in which language, when, how, and when it was taken back', async () => {
    await using sotto = await openInstance(withNews)
    const person = await member(sotto, 'owner')
    await give(person, 'news')
    const given = sotto.clock.now
    sotto.clock.advance(minute)
    await person.post('/account/consents', { purpose: 'news', answer: 'withdrawn' })
    const wording = 'News about the features of this service'
    const wordingHash = new Bun.CryptoHasher('sha256').update(wording).digest('hex')
    const common = { purpose: 'news', version: 1, wording, wordingHash, language: 'en-GB' }
    expect(consentHistory(sotto.app, idOf(sotto, person))).toEqual([
      { ...common, answer: 'withdrawn', way: 'profile', at: given + minute, withdrawnAt: null },
      { ...common, answer: 'given', way: 'profile', at: given, withdrawnAt: given + minute },
      expect.objectContaining({ purpose: 'feedback', answer: 'refused', way: 'sign-up' }),
      expect.objectContaining({ purpose: 'news', answer: 'refused', way: 'sign-up' }),
      expect.objectContaining({ purpose: 'statement', answer: 'given', way: 'sign-up', withdrawnAt: null }),
    ])
    const page = await (await person.get('/account/consents')).text()
    for (const words of [wordingHash, 'Version 1, in en-GB, on this page', 'Declined: ', 'Withdrawn:'])
      expect(page).toContain(words)
    const api = (await (await person.api('/account/consents')).json()) as { history: object[] }
    expect(api.history[1]).toMatchObject({ wording_hash: wordingHash, withdrawn_at: expect.stringContaining('T') })
  })

  test('keeps the records of a database from before it was so', () => {
    using old = new Sqlite(':memory:')
    for (const sql of [...first, ...accounts]) old.run(sql)
    old.run(
      "INSERT INTO account (id, user_name, email, role, age_stated_at, created_at) VALUES ('a', 'a', 'a', 'm', 1, 1)",
    )
    old.run("INSERT INTO consent VALUES (7, 'a', 'news', 1, 'words', 'given', 'sign-up', 5)")
    const before = old.query<object, []>('SELECT * FROM consent').get()
    for (const sql of grants) old.run(sql)
    const after = old.query('SELECT * FROM consent').all()
    expect(after).toEqual([{ ...before, wording_hash: null, language: 'en-GB' }])
  })
})
