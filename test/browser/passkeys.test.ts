import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, plugInAuthenticator, visit } from '../fixtures/browser.ts'
import { freePort, startInstance } from '../fixtures/instance.ts'
import { password, person } from '../fixtures/mfa-people.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
}, 60_000)
afterAll(() => browser.close())

describe('in a browser with a virtual authenticator', () => {
  test('a passkey is added, works as second factor and signs in on its own', async () => {
    await using sotto = await startNamed()
    await person(sotto.app)
    await using visitor = await visit(browser)
    const { page, problems, requests } = visitor
    await plugInAuthenticator(page)
    await signIn(page, sotto.url)
    await page.goto(`${sotto.url}/account/factors`)
    await page.locator('summary', { hasText: 'Add a passkey' }).click()
    await page.getByLabel('Name of the passkey').fill('laptop')
    await page.locator('#proof-passkey').fill('not the password')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.locator('[data-fault]:not([hidden])').waitFor()
    expect(await page.locator('[data-fault]').textContent()).toContain('password')
    await page.locator('#proof-passkey').fill(password)
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByRole('heading', { name: 'Recovery codes' }).waitFor()
    expect(await page.locator('main li').count()).toBe(10)
    await page.goto(`${sotto.url}/account/factors`)
    expect(await page.locator('main').textContent()).toContain('laptop')
    await signOut(page, sotto.url)
    await signIn(page, sotto.url)
    expect(new URL(page.url()).pathname).toBe('/sign-in/factor')
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.waitForURL(`${sotto.url}/`)
    await signOut(page, sotto.url)
    await page.goto(`${sotto.url}/sign-in`)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.waitForURL(`${sotto.url}/`)
    await page.goto(`${sotto.url}/account`)
    expect(new URL(page.url()).pathname).toBe('/account')
    expect(problems.filter((problem) => !problem.includes('403'))).toEqual([])
    expect(requests.filter((url) => !url.startsWith(sotto.url))).toEqual([])
  }, 60_000)

  test('a cancelled passkey login shows an error and can be repeated', async () => {
    await using sotto = await startNamed()
    await using visitor = await visit(browser)
    const { page } = visitor
    await plugInAuthenticator(page)
    await page.goto(`${sotto.url}/sign-in`)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.locator('[data-fault]:not([hidden])').waitFor()
    expect(await page.locator('[data-fault]').textContent()).toContain('Try again')
    expect(await page.getByRole('button', { name: 'Sign in with a passkey' }).getAttribute('aria-disabled')).toBeNull()
  }, 60_000)
})

test('without JavaScript the page explains that passkeys need it, and shows no passkey form', async () => {
  await using sotto = await startNamed()
  await using visitor = await visit(browser, { javaScriptEnabled: false })
  const { page } = visitor
  await page.goto(`${sotto.url}/sign-in`)
  expect(await page.getByText('Passkeys need JavaScript').isVisible()).toBe(true)
  expect(await page.locator('form[data-passkey]').isVisible()).toBe(false)
}, 60_000)

async function startNamed() {
  const port = await freePort()
  const url = `http://localhost:${port}`
  return { ...(await startInstance({ listen: `127.0.0.1:${port}`, 'base-url': url })), url }
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.locator('#name').fill('ada')
  await page.locator('#password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL((now) => now.pathname !== '/sign-in')
}

async function signOut(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/account`)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(`${url}/`)
}
