import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { query } from '../../src/database/query.ts'
import { run } from '../../src/database/unit.ts'
import { deliverDueMail } from '../../src/mail/deliver.ts'
import type { NewMail } from '../../src/mail/outbox.ts'
import { consentHistory } from '../../src/privacy/consent/consent-ledger.ts'
import {
  answerConsentPrompt,
  type ConsentPurpose,
  hasConsent,
  pendingOffers,
} from '../../src/privacy/consent/consents.ts'
import { mailPurposes } from '../../src/privacy/inventory/mail-purposes.ts'
import { minute } from '../fixtures/clock.ts'
import { failureOf } from '../fixtures/failure.ts'
import { type Instance, temporaryFolder } from '../fixtures/instance.ts'
import { post } from '../fixtures/mail-people.ts'
import { startMailbox } from '../fixtures/mailbox.ts'
import { member, openInstance, Person } from '../fixtures/people.ts'
import { rowsOf, tamper } from '../fixtures/stored.ts'

const news = mailPurposes.news as { version: number }
const raiseVersion = () => {
  news.version = 2
}
beforeEach(() => {
  news.version = 1
})
afterEach(() => {
  news.version = 1
})

const withNews = { 'mail-optional': 'news,feedback' }
const idOf = async (sotto: Instance, { name }: Person) =>
  (await rowsOf(sotto.app, 'account')).find(({ user_name }) => user_name === name)?.id ?? ''
const memberOf = async (sotto: Instance, person: Person) => ({
  account: await idOf(sotto, person),
  role: 'member' as const,
  scopes: 'all' as const,
  session: null,
  network: 'n',
})
const pendingPurposesOf = async (sotto: Instance, person: Person) => {
  const account = await idOf(sotto, person)
  const offers = await pendingOffers(sotto.app, account)
  return offers.map(({ purpose }) => purpose)
}
const give = (person: Person, purpose: ConsentPurpose) => person.post('/account/consents', { purpose, answer: 'given' })

describe('a purpose that is new or has changed (P08)', () => {
  test('changes no stored consent, is off, and is requested at the next sign-in', async () => {
    using folder = temporaryFolder()
    const place = { 'data-dir': `${folder.path}/data` }
    let before: unknown
    {
      await using sotto = await openInstance(place)
      await member(sotto, 'ann')
      before = await rowsOf(sotto.app, 'consent')
      expect(before).toMatchObject([{ purpose: 'statement', answer: 'given' }])
    }
    await using sotto = await openInstance({ ...place, ...withNews })
    expect(await rowsOf(sotto.app, 'consent')).toEqual(before as never)
    const ann = new Person(sotto, 'ann')
    expect((await ann.signIn()).headers.get('location')).toBe(`${sotto.url}/account/asked`)
    expect(await rowsOf(sotto.app, 'consent')).toEqual(before as never)
    for (const purpose of ['news', 'feedback'] as const)
      expect(await hasConsent(sotto.app, await idOf(sotto, ann), purpose)).toBe(false)
  })

  test('is requested again when its version rises, and existing records do not change', async () => {
    await using sotto = await openInstance(withNews)
    const [yes, no] = [await member(sotto, 'yes'), await member(sotto, 'no')]
    await give(yes, 'news')
    const before = await rowsOf(sotto.app, 'consent')
    expect([await pendingPurposesOf(sotto, yes), await pendingPurposesOf(sotto, no)]).toEqual([[], []])
    raiseVersion()
    expect([await pendingPurposesOf(sotto, yes), await pendingPurposesOf(sotto, no)]).toEqual([['news'], ['news']])
    expect([await rowsOf(sotto.app, 'consent'), await hasConsent(sotto.app, await idOf(sotto, yes), 'news')]).toEqual([
      before,
      false,
    ])
  })

  test('sends no mail until there is consent again', async () => {
    await using box = await startMailbox()
    await using sotto = await openInstance({ ...withNews, 'smtp-url': box.url })
    const person = await member(sotto, 'reader')
    await deliverDueMail(sotto.app)
    await give(person, 'news')
    const letter = { kind: 'test', purpose: 'news', to: person.email, account: await idOf(sotto, person), facts: {} }
    const goesOut = async () => {
      const [id] = await post(sotto.app, letter as NewMail)
      await deliverDueMail(sotto.app)
      return (await rowsOf(sotto.app, 'mail')).find((row) => row.id === id)?.outcome
    }
    expect(await goesOut()).toBe('sent')
    raiseVersion()
    expect(await goesOut()).toBe('refused')
    await person.post('/account/asked', { answer: 'agree', seen_news: '2', agree_news: 'on' })
    expect(await goesOut()).toBe('sent')
  })
})

describe('the consent prompt (P08, P09)', () => {
  test('has an unticked box for each purpose and buttons to agree and to refuse, and changes nothing when loaded', async () => {
    await using sotto = await openInstance(withNews)
    const person = await member(sotto, 'looker')
    await give(person, 'news')
    raiseVersion()
    await person.signIn()
    const before = await rowsOf(sotto.app, 'consent')
    const page = await (await person.get('/account/asked')).text()
    expect(page.match(/<input type="checkbox"[^>]*>/g)).toEqual([expect.stringContaining('agree_news')])
    expect(page).not.toMatch(/checked|required/)
    expect(page.match(/<button type="submit" name="answer" value="(?:agree|none)"/g)).toHaveLength(2)
    expect(await rowsOf(sotto.app, 'consent')).toEqual(before)
  })

  test('records a refusal and does not ask again; the account works meanwhile', async () => {
    await using sotto = await openInstance(withNews)
    const person = await member(sotto, 'refuser')
    raiseVersion()
    expect((await person.signIn()).headers.get('location')).toEndWith('/account/asked')
    expect([(await person.get('/mine')).status, (await person.get('/account')).status]).toEqual([200, 200])
    const no = await person.post('/account/asked', { answer: 'none', seen_news: '2', agree_news: 'on' })
    expect([no.status, no.headers.get('location')]).toEqual([303, `${sotto.url}/`])
    expect((await rowsOf(sotto.app, 'consent')).at(-1)).toMatchObject({
      purpose: 'news',
      version: 2,
      answer: 'refused',
    })
    expect((await person.signIn()).headers.get('location')).toBe(`${sotto.url}/`)
    expect((await person.get('/account/asked')).status).toBe(303)
    await give(person, 'news')
    expect(await hasConsent(sotto.app, await idOf(sotto, person), 'news')).toBe(true)
  })

  test('records no answer to a wording that was not shown', async () => {
    await using sotto = await openInstance(withNews)
    const person = await member(sotto, 'early')
    raiseVersion()
    const before = await rowsOf(sotto.app, 'consent')
    for (const version of [1, 3, Number.NaN])
      await answerConsentPrompt(sotto.app, await memberOf(sotto, person), [
        { purpose: 'news', version, isTicked: true },
      ])
    await person.post('/account/asked', { answer: 'agree', seen_account: '1', agree_account: 'on' })
    expect(await rowsOf(sotto.app, 'consent')).toEqual(before)
  })

  test('is not shown for a notice that was never requested', async () => {
    await using sotto = await openInstance()
    expect(await pendingPurposesOf(sotto, await member(sotto, 'quiet'))).toEqual([])
  })
})

describe('the ledger of consents (P09)', () => {
  test('is append-only: the database rejects changes, replacements and deletions', async () => {
    await using sotto = await openInstance()
    const person = await member(sotto, 'kept')
    const before = await rowsOf(sotto.app, 'consent')
    expect(before).toHaveLength(1)
    for (const sql of [
      "UPDATE consent SET answer = 'withdrawn'",
      'UPDATE consent SET at = 0',
      'DELETE FROM consent',
      `REPLACE INTO consent SELECT id, account_id, 'news', 1, 'x', NULL, 'en', 'given', 'x', 0 FROM consent`,
    ])
      expect(await failureOf(tamper(sotto.app, sql))).toStartWith('a consent is never')
    expect(await rowsOf(sotto.app, 'consent')).toEqual(before)
    const gone = query.deleteFrom('account').where('id', '=', await idOf(sotto, person))
    await sotto.app.db.commit(() => run(gone))
    expect(await rowsOf(sotto.app, 'consent')).toEqual([])
  })

  test('records purpose, wording, language, time, method and withdrawal of each answer', async () => {
    await using sotto = await openInstance(withNews)
    const person = await member(sotto, 'owner')
    await give(person, 'news')
    const given = sotto.clock.now
    sotto.clock.advance(minute)
    await person.post('/account/consents', { purpose: 'news', answer: 'withdrawn' })
    const wording = 'News about the features of this service'
    const wordingHash = new Bun.CryptoHasher('sha256').update(wording).digest('hex')
    const common = { purpose: 'news', version: 1, wording, wordingHash, language: 'en-GB' }
    expect(await consentHistory(sotto.app, await idOf(sotto, person))).toEqual([
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
})
