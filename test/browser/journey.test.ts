import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { deliverMail } from '../../src/mail/deliver.ts'
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

test('a person signs up, adds a passkey, mails a link, learns when it was opened, and leaves without a trace', async () => {
  await using box = await startMailbox()
  await using sotto = await startNamed(box)
  const post = postman(sotto, box)
  await using ada = await visit(browser)
  await plugInAuthenticator(ada.page)

  await signUp(ada, sotto.url)
  expect(await jar(ada)).toEqual([])
  await confirm(ada, (await post('ada@example.org', 'Confirm your address')).links[0])
  await signOut(ada, sotto.url)
  await signIn(ada, sotto.url)
  await addPasskey(ada, sotto.url)
  await post('ada@example.org', 'How you sign in was changed')
  await signOut(ada, sotto.url)
  await signInWithPasskey(ada, sotto.url)
  expect(await jar(ada)).toEqual(['sotto_session'])

  await sendSecret(ada, sotto.url)
  const mailed = await post('bob@partner.example', 'A secret for you')
  expect(mailed.text).toContain('ada')
  await openMailed(mailed.links[0] ?? '', sotto)
  await seesWhen(ada, sotto.url)
  const opened = await post('ada@example.org', 'Your secret was opened')
  expect(opened.text).toContain('opened on 21 November 2026')
  expect(opened.text).not.toContain('bob')

  const token = await makeToken(ada, sotto.url)
  await post('ada@example.org', 'A new API token')
  const left = await sotto.posted('/secrets', { content: 'nobody reads this' }, bearer(token))
  expect((await sotto.fetch(new URL(left.url).pathname)).status).toBe(200)
  const [session] = await ada.context.cookies()
  const old = { cookie: `${session?.name}=${session?.value}` }
  expect((await sotto.fetch('/account', { headers: old })).status).toBe(200)

  const mailedKeys = box.mails.flatMap(({ links }) => links.map((link) => link.split('/').at(-1) ?? ''))
  expect(mailedKeys.length).toBeGreaterThan(6)
  for (const raw of [token, session?.value ?? '', ...mailedKeys]) expect(dump(sotto)).not.toContain(raw)

  await close(ada, sotto.url)
  expect(await jar(ada)).toEqual([])
  expect((await sotto.fetch('/account', { headers: old })).headers.get('location')).toBe(`${sotto.url}/sign-in`)
  expect((await sotto.post('/secrets', { content: 'x' }, bearer(token))).status).toBe(401)
  expect((await sotto.fetch(new URL(left.url).pathname)).status).toBe(404)
  expect((await post('ada@example.org', 'Your account was closed')).text).toContain('5 December 2026')

  await leavesNoTrace(sotto, post)
  expect(ada.requests.filter((url) => new URL(url).origin !== sotto.url)).toEqual([])
  expect((await ada.context.storageState({ indexedDB: true })).origins).toEqual([])
  expect(ada.problems).toEqual([])
}, 120_000)

/** Delivers what is in the outbox, and gives the mail of this address and subject, which must be the next one. */
type Post = (to: string, subject: string) => Promise<Received>

function postman({ app }: Instance, box: Mailbox): Post {
  return async (to, subject) => {
    await deliverMail(app)
    const mail = await box.next()
    expect([mail.to, mail.subject]).toEqual([to, subject])
    return mail
  }
}

// Browsers tie a passkey to a name, so the instance has one.
async function startNamed(box: Mailbox): Promise<Instance> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const flags = { listen: `127.0.0.1:${port}`, 'base-url': url, 'sign-up': 'open', 'smtp-url': box.url }
  return { ...(await startInstance(flags)), url }
}

// Whatever page somebody is on: nothing for axe to find, and no cookie that the inventory does not name.
async function look({ page, context }: Visitor): Promise<void> {
  expect([page.url(), await findingsOf(page)]).toEqual([page.url(), []])
  for (const { name } of await context.cookies()) expect(Object.keys(cookies)).toContain(name)
}

async function see(visitor: Visitor, address: string): Promise<Page> {
  await visitor.page.goto(address)
  await look(visitor)
  return visitor.page
}

async function jar({ context }: Visitor): Promise<string[]> {
  return (await context.cookies()).map(({ name }) => name)
}

async function signUp(ada: Visitor, url: string): Promise<void> {
  const page = await see(ada, `${url}/sign-up`)
  expect(await page.locator('[type=checkbox]:checked').count()).toBe(0)
  await page.fill('#user_name', 'ada')
  await page.fill('#email', 'ada@example.org')
  await page.fill('#password', goodPassword)
  await page.check('[name=age]')
  await page.check('[name=agree_statement]')
  await press(page, 'Make the account')
  await page.getByRole('heading', { name: 'Check your mail' }).waitFor()
  await look(ada)
}

async function confirm(ada: Visitor, link = ''): Promise<void> {
  const page = await see(ada, link)
  await page.fill('#password', goodPassword)
  await press(page, 'Confirm and sign in')
  await page.waitForURL((now) => now.pathname === '/')
  await look(ada)
}

async function signOut(ada: Visitor, url: string): Promise<void> {
  const page = await see(ada, `${url}/account`)
  await press(page, 'Sign out')
  await page.waitForURL(`${url}/`)
  expect(await jar(ada)).toEqual([])
}

async function signIn(ada: Visitor, url: string): Promise<void> {
  const page = await see(ada, `${url}/sign-in`)
  await page.fill('#name', 'ada')
  await page.fill('#password', goodPassword)
  await press(page, 'Sign in')
  await page.waitForURL(`${url}/`)
}

async function addPasskey(ada: Visitor, url: string): Promise<void> {
  const page = await see(ada, `${url}/account/factors`)
  await page.locator('summary', { hasText: 'Add a passkey' }).click()
  await page.getByLabel('Name of the passkey').fill('laptop')
  await page.fill('#proof-passkey', goodPassword)
  await press(page, 'Add a passkey')
  await page.getByRole('heading', { name: 'Recovery codes' }).waitFor()
  await look(ada)
}

async function signInWithPasskey(ada: Visitor, url: string): Promise<void> {
  const page = await see(ada, `${url}/sign-in`)
  await press(page, 'Sign in with a passkey')
  await page.waitForURL(`${url}/`)
}

async function sendSecret(ada: Visitor, url: string): Promise<void> {
  const page = await see(ada, url)
  await page.fill('#content', 'sésame')
  await page.fill('#recipient', 'bob@partner.example')
  await page.check('[name=notify]')
  await press(page, 'Create the link')
  await page.getByText('The link is being emailed').waitFor()
  await look(ada)
  await see(ada, `${url}/mine`)
  expect(await page.textContent('.owned h2')).toContain('Not opened yet')
}

// The recipient has a browser of their own, in which nobody ever signed in.
async function openMailed(link: string, sotto: Instance): Promise<void> {
  await using bob = await visit(browser)
  const page = await see(bob, link)
  sotto.clock.advance(60_000)
  await press(page, 'Open the secret')
  await page.waitForSelector('[data-revealed]:not([hidden])')
  expect(await page.inputValue('#revealed')).toBe('sésame')
  await look(bob)
  expect(await jar(bob)).toEqual([])
  expect(bob.requests.filter((url) => new URL(url).origin !== sotto.url)).toEqual([])
  expect(bob.problems).toEqual([])
}

async function seesWhen(ada: Visitor, url: string): Promise<void> {
  const page = await see(ada, `${url}/mine`)
  expect(await page.textContent('.owned h2')).toContain('Opened')
  const opened = page.locator('.owned dt:text-is("Opened") + dd time')
  expect(await opened.getAttribute('datetime')).toBe('2026-11-21T12:01:00.000Z')
}

async function makeToken(ada: Visitor, url: string): Promise<string> {
  const page = await see(ada, `${url}/account/tokens`)
  await page.fill('#name', 'nightly-dump')
  await page.getByLabel('create secrets').check()
  await page.fill('#password', goodPassword)
  await press(page, 'Create the token')
  const token = await page.inputValue('#token')
  await look(ada)
  return token
}

async function close(ada: Visitor, url: string): Promise<void> {
  for (const path of ['', '/password', '/sessions', '/consents']) await see(ada, `${url}/account${path}`)
  const page = await see(ada, `${url}/account/close`)
  await page.getByLabel('Destroy them').check()
  await page.fill('#password', goodPassword)
  await page.getByLabel('Close my account.').check()
  await press(page, 'Close the account')
  await page.getByRole('heading', { name: 'Your account is closed' }).waitFor()
  await look(ada)
}

// After the grace the purge erases, the last mail goes, and its own row goes when nothing needs the address any more.
async function leavesNoTrace(sotto: Instance, post: Post): Promise<void> {
  const { app, clock } = sotto
  const [{ id } = { id: '' }] = rowsOf(app, 'account')
  expect(dump(sotto)).toContain('ada@example.org')
  clock.advance(14 * day - 1)
  await purge(app, app.now())
  expect(dump(sotto)).toContain(id)
  clock.advance(1)
  await purge(app, app.now())
  await post('ada@example.org', 'Your account was erased')
  clock.advance(3 * day)
  await purge(app, app.now())
  for (const trace of [id, '"ada"', 'ada@example', 'bob@partner', 'laptop', 'nightly-dump', 'sésame'])
    expect([trace, dump(sotto).includes(trace)]).toEqual([trace, false])
}
