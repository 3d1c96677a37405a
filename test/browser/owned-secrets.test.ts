import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { addressHash, recordRefusal } from '../../src/mail/refusals.ts'
import { findingsOf, launchBrowser, press, type Visitor, visit } from '../fixtures/browser.ts'
import { second } from '../fixtures/clock.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { type Someone, someone } from '../fixtures/someone.ts'
import { rowsOf } from '../fixtures/stored.ts'

let browser: Browser
let sotto: Instance
let ann: Someone
beforeAll(async () => {
  browser = await launchBrowser()
  sotto = await startInstance({ 'smtp-url': 'smtp://mail.example.org' })
  ann = await someone(sotto, 'ann')
})
afterAll(async () => {
  await browser.close()
  await sotto[Symbol.asyncDispose]()
})

async function visitSignedIn(): Promise<Visitor> {
  const visitor = await visit(browser, { viewport: { width: 390, height: 844 } })
  const [name = '', value = ''] = ann.cookie.cookie.split('=')
  await visitor.context.addCookies([{ name, value, url: sotto.url }])
  return visitor
}

async function expectNoFindings(page: Page): Promise<void> {
  expect(await findingsOf(page)).toEqual([])
}

const mode = (page: Page) => page.textContent('[data-mode]')

test('a secret with a recipient is encrypted on the server, as the page says, and any other in the browser', async () => {
  await using visitor = await visitSignedIn()
  const { page } = visitor
  await page.goto(sotto.url)
  await expectNoFindings(page)
  expect(await mode(page)).toContain('in your browser')
  await page.fill('#content', 'sésame')
  await page.fill('#recipient', 'never@partner.example')
  await sotto.app.db.commit(() => recordRefusal(sotto.app, addressHash(sotto.app, 'never@partner.example'), 'delivery'))
  await press(page, 'Create the link')
  await page.getByText('has asked for no mail').waitFor()
  expect(await page.inputValue('#content')).toBe('sésame')
  expect(await rowsOf(sotto.app, 'secret')).toEqual([])
  visitor.problems.length = 0
  await page.fill('#recipient', 'bob@partner.example')
  expect(await mode(page)).toContain('so that it can email the link')
  await press(page, 'Create the link')
  await page.getByText('The link is being emailed').waitFor()
  await expectNoFindings(page)
  sotto.clock.advance(second)
  await page.goto(sotto.url)
  await page.fill('#content', 'sésame')
  await page.fill('#recipient', 'x')
  await page.fill('#recipient', '')
  expect(await mode(page)).toContain('in your browser')
  await page.check('[name=notify]')
  await press(page, 'Create the link')
  await page.waitForSelector('[data-created]:not([hidden])')
  expect(await page.inputValue('#link')).toContain('#')
  expect((await rowsOf(sotto.app, 'receipt')).map(({ end_to_end }) => end_to_end)).toEqual([0, 1])
  expect((await rowsOf(sotto.app, 'owned_secret')).map(({ notify }) => notify)).toEqual([0, 1])
  expect((await rowsOf(sotto.app, 'mail')).filter(({ kind }) => kind === 'secret-link')).toHaveLength(1)
  expect(visitor.problems).toEqual([])
})

test('a member reads the list of owned secrets, adds a note and burns a secret', async () => {
  await using visitor = await visitSignedIn()
  const { page } = visitor
  sotto.clock.advance(second)
  await sotto.posted('/secrets', { content: 'x' }, ann.cookie)
  await page.goto(`${sotto.url}/mine`)
  await expectNoFindings(page)
  const newest = () => page.locator('.owned > li').first()
  await newest().getByText('Add a note').click()
  await newest().getByLabel('Private note').fill('for the printer')
  await newest().getByRole('button', { name: 'Save the note' }).click()
  expect(await newest().locator('.note').textContent()).toBe('for the printer')
  await newest().getByRole('button', { name: 'Email me' }).click()
  await newest().getByText('You will receive an email').waitFor()
  await newest().getByText('Delete this secret').click()
  await newest().getByRole('button', { name: 'Delete it now' }).click()
  await newest().getByRole('heading', { name: 'Deleted' }).waitFor()
  await expectNoFindings(page)
  expect(visitor.problems).toEqual([])
})

test('a token is created, shown once and revoked', async () => {
  await using visitor = await visitSignedIn()
  const { page } = visitor
  await page.goto(`${sotto.url}/account/tokens`)
  await expectNoFindings(page)
  await page.fill('#name', 'backup')
  await page.getByLabel('Create secrets').check()
  await press(page, 'Create the token')
  expect(await page.inputValue('#token')).toMatch(/^sotto_\w{36}$/)
  await expectNoFindings(page)
  await page.getByRole('link', { name: 'Back to your tokens' }).click()
  await expectNoFindings(page)
  await press(page, 'Revoke')
  expect(await page.getByText('backup').count()).toBe(0)
  expect(await rowsOf(sotto.app, 'token')).toEqual([])
  expect(visitor.problems).toEqual([])
})
