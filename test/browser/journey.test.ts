import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { deliverDueMail } from '../../src/mail/deliver.ts'
import { cookies } from '../../src/privacy/inventory/cookies.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { findingsOf, launchBrowser, plugInAuthenticator, press, type Visitor, visit } from '../fixtures/browser.ts'
import { day } from '../fixtures/clock.ts'
import { freePort, type Instance, startInstance } from '../fixtures/instance.ts'
import { type Mailbox, type Received, startMailbox } from '../fixtures/mailbox.ts'
import { dump, goodPassword } from '../fixtures/people.ts'
import { bearer } from '../fixtures/someone.ts'
import { rowsOf } from '../fixtures/stored.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
}, 60_000)
afterAll(() => browser.close())

test('a person signs up, adds a passkey, sends a link by mail, sees when it was opened, closes the account and leaves no trace', async () => {
  await using box = await startMailbox()
  await using sotto = await startNamed(box)
  const nextMail = mailReader(sotto, box)
  await using ada = await visit(browser)
  await plugInAuthenticator(ada.page)

  await signUp(ada, sotto.url)
  expect(await cookieNames(ada)).toEqual([])
  await confirm(ada, (await nextMail('ada@example.org', 'Confirm your address')).links[0])
  await signOut(ada, sotto.url)
  await signIn(ada, sotto.url)
  await addPasskey(ada, sotto.url)
  await nextMail('ada@example.org', 'Your ways to sign in were changed')
  await signOut(ada, sotto.url)
  await signInWithPasskey(ada, sotto.url)
  expect(await cookieNames(ada)).toEqual(['sotto_session'])

  await sendSecret(ada, sotto.url)
  const mailed = await nextMail('bob@partner.example', 'You have been sent a secret')
  expect(mailed.text).toContain('ada')
  await revealMailed(mailed.links[0] ?? '', sotto)
  await expectRevealTime(ada, sotto.url)
  const opened = await nextMail('ada@example.org', 'Your secret was opened')
  expect(opened.text).toContain('opened on 21 November 2026')
  expect(opened.text).not.toContain('bob')

  const token = await createToken(ada, sotto.url)
  await nextMail('ada@example.org', 'An API token was created')
  const left = await sotto.posted('/secrets', { content: 'this is never read' }, bearer(token))
  expect((await sotto.fetch(new URL(left.url).pathname)).status).toBe(200)
  const [session] = await ada.context.cookies()
  const oldSession = { cookie: `${session?.name}=${session?.value}` }
  expect((await sotto.fetch('/account', { headers: oldSession })).status).toBe(200)

  const mailedKeys = box.mails.flatMap(({ links }) => links.map((link) => link.split('/').at(-1) ?? ''))
  expect(mailedKeys.length).toBeGreaterThan(6)
  for (const raw of [token, session?.value ?? '', ...mailedKeys]) expect(await dump(sotto)).not.toContain(raw)

  await closeAccount(ada, sotto.url)
  expect(await cookieNames(ada)).toEqual([])
  expect((await sotto.fetch('/account', { headers: oldSession })).headers.get('location')).toBe(`${sotto.url}/sign-in`)
  expect((await sotto.post('/secrets', { content: 'x' }, bearer(token))).status).toBe(401)
  expect((await sotto.fetch(new URL(left.url).pathname)).status).toBe(404)
  expect((await nextMail('ada@example.org', 'Your account was closed')).text).toContain('5 December 2026')

  await expectNoTraces(sotto, nextMail)
  expect(ada.requests.filter((url) => new URL(url).origin !== sotto.url)).toEqual([])
  expect((await ada.context.storageState({ indexedDB: true })).origins).toEqual([])
  expect(ada.problems).toEqual([])
}, 120_000)

/** Delivers the outbox and returns the next mail, which must have this recipient and subject. */
type NextMail = (to: string, subject: string) => Promise<Received>

function mailReader({ app }: Instance, box: Mailbox): NextMail {
  return async (to, subject) => {
    await deliverDueMail(app)
    const mail = await box.next()
    expect([mail.to, mail.subject]).toEqual([to, subject])
    return mail
  }
}

// Browsers need a host name for passkeys.
async function startNamed(box: Mailbox): Promise<Instance> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const flags = { listen: `127.0.0.1:${port}`, 'base-url': url, 'sign-up': 'open', 'smtp-url': box.url }
  return { ...(await startInstance(flags)), url }
}

// Checks the current page: no axe findings, and only cookies of the inventory.
async function checkPage({ page, context }: Visitor): Promise<void> {
  expect([page.url(), await findingsOf(page)]).toEqual([page.url(), []])
  for (const { name } of await context.cookies()) expect(Object.keys(cookies)).toContain(name)
}

async function open(visitor: Visitor, address: string): Promise<Page> {
  await visitor.page.goto(address)
  await checkPage(visitor)
  return visitor.page
}

async function cookieNames({ context }: Visitor): Promise<string[]> {
  return (await context.cookies()).map(({ name }) => name)
}

async function signUp(ada: Visitor, url: string): Promise<void> {
  const page = await open(ada, `${url}/sign-up`)
  expect(await page.locator('[type=checkbox]:checked').count()).toBe(0)
  await page.fill('#user_name', 'ada')
  await page.fill('#email', 'ada@example.org')
  await page.fill('#password', goodPassword)
  await page.check('[name=age]')
  await page.check('[name=agree_statement]')
  await press(page, 'Create account')
  await page.getByRole('heading', { name: 'Check your email' }).waitFor()
  await checkPage(ada)
}

async function confirm(ada: Visitor, link = ''): Promise<void> {
  const page = await open(ada, link)
  await page.fill('#password', goodPassword)
  await press(page, 'Confirm and sign in')
  await page.waitForURL((now) => now.pathname === '/')
  await checkPage(ada)
}

async function signOut(ada: Visitor, url: string): Promise<void> {
  const page = await open(ada, `${url}/account`)
  await press(page, 'Sign out')
  await page.waitForURL(`${url}/`)
  expect(await cookieNames(ada)).toEqual([])
}

async function signIn(ada: Visitor, url: string): Promise<void> {
  const page = await open(ada, `${url}/sign-in`)
  await page.fill('#name', 'ada')
  await page.fill('#password', goodPassword)
  await press(page, 'Sign in')
  await page.waitForURL(`${url}/`)
}

async function addPasskey(ada: Visitor, url: string): Promise<void> {
  const page = await open(ada, `${url}/account/factors`)
  await page.locator('summary', { hasText: 'Add a passkey' }).click()
  await page.getByLabel('Name of the passkey').fill('laptop')
  await page.fill('#proof-passkey', goodPassword)
  await press(page, 'Add a passkey')
  await page.getByRole('heading', { name: 'Recovery codes' }).waitFor()
  await checkPage(ada)
}

async function signInWithPasskey(ada: Visitor, url: string): Promise<void> {
  const page = await open(ada, `${url}/sign-in`)
  await press(page, 'Sign in with a passkey')
  await page.waitForURL(`${url}/`)
}

async function sendSecret(ada: Visitor, url: string): Promise<void> {
  const page = await open(ada, url)
  await page.fill('#content', 'sésame')
  await page.fill('#recipient', 'bob@partner.example')
  await page.check('[name=notify]')
  await press(page, 'Create the link')
  await page.getByText('The link is being emailed').waitFor()
  await checkPage(ada)
  await open(ada, `${url}/mine`)
  expect(await page.textContent('.owned h2')).toContain('Not opened yet')
}

// The recipient uses another browser, without an account.
async function revealMailed(link: string, sotto: Instance): Promise<void> {
  await using bob = await visit(browser)
  const page = await open(bob, link)
  sotto.clock.advance(60_000)
  await press(page, 'Open the secret')
  await page.waitForSelector('[data-revealed]:not([hidden])')
  expect(await page.inputValue('#revealed')).toBe('sésame')
  await checkPage(bob)
  expect(await cookieNames(bob)).toEqual([])
  expect(bob.requests.filter((url) => new URL(url).origin !== sotto.url)).toEqual([])
  expect(bob.problems).toEqual([])
}

async function expectRevealTime(ada: Visitor, url: string): Promise<void> {
  const page = await open(ada, `${url}/mine`)
  expect(await page.textContent('.owned h2')).toContain('Opened')
  const opened = page.locator('.owned dt:text-is("Opened") + dd time')
  expect(await opened.getAttribute('datetime')).toBe('2026-11-21T12:01:00.000Z')
}

async function createToken(ada: Visitor, url: string): Promise<string> {
  const page = await open(ada, `${url}/account/tokens`)
  await page.fill('#name', 'ada-nightly-script')
  await page.getByLabel('Create secrets').check()
  await page.fill('#password', goodPassword)
  await press(page, 'Create the token')
  const token = await page.inputValue('#token')
  await checkPage(ada)
  return token
}

async function closeAccount(ada: Visitor, url: string): Promise<void> {
  for (const path of ['', '/password', '/sessions', '/consents']) await open(ada, `${url}/account${path}`)
  const page = await open(ada, `${url}/account/close`)
  await page.getByLabel('Delete them').check()
  await page.fill('#password', goodPassword)
  await page.getByLabel('Yes, close my account.').check()
  await press(page, 'Close account')
  await page.getByRole('heading', { name: 'Your account is closed' }).waitFor()
  await checkPage(ada)
}

// After the grace period, the purge erases the account; three days after the last mail, it deletes that mail as well.
async function expectNoTraces(sotto: Instance, nextMail: NextMail): Promise<void> {
  const { app, clock } = sotto
  const [{ id } = { id: '' }] = await rowsOf(app, 'account')
  expect(await dump(sotto)).toContain('ada@example.org')
  clock.advance(14 * day - 1)
  await purge(app, app.now())
  expect(await dump(sotto)).toContain(id)
  clock.advance(1)
  await purge(app, app.now())
  await nextMail('ada@example.org', 'Your account was deleted')
  clock.advance(3 * day)
  await purge(app, app.now())
  for (const trace of [id, '"ada"', 'ada@example', 'bob@partner', 'laptop', 'ada-nightly-script', 'sésame'])
    expect([trace, (await dump(sotto)).includes(trace)]).toEqual([trace, false])
}
