import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import bundled from '@sparticuz/chromium'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium']

const quiet = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A real Chromium: the system's where there is one, else the one that came with the install. */
export async function launchBrowser(): Promise<Browser> {
  return wholeBrowser
    ? chromium.launch({ executablePath: wholeBrowser, args: quiet })
    : chromium.launch({ executablePath: await bundled.executablePath(), args: [...bundled.args, ...quiet] })
}

/** Where a whole Chromium is installed. The one that came with the install is a shell, which saves no sessions. */
export const wholeBrowser = installed.find((path) => existsSync(path))

/** A real Chromium that keeps its profile in a folder, as a person's own browser does. Throws where there is only the shell. */
export function launchProfile(folder: string): Promise<BrowserContext> {
  if (wholeBrowser === undefined) throw new Error('no whole Chromium is installed')
  return chromium.launchPersistentContext(folder, { executablePath: wholeBrowser, args: quiet })
}

/** A visitor with a browser of their own, and every request that their pages made. */
export interface Visitor extends AsyncDisposable {
  readonly page: Page
  readonly context: BrowserContext
  readonly requests: string[]
  readonly problems: string[]
}

/** A new visitor; what the pages ask for, and what they complain about, is written down. */
export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const requests: string[] = []
  const problems: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  return { page, context, requests, problems, [Symbol.asyncDispose]: () => context.close() }
}

/** Presses the button of this name. */
export function press(page: Page, name: string): Promise<void> {
  return page.getByRole('button', { name, exact: true }).click()
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/**
 * What axe finds on the page, and whether the page is wider than its window. axe needs script in the page; it is put
 * there by the debugger, past the page's own policy.
 */
export async function findingsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(
    (values) =>
      (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run({ runOnly: { type: 'tag', values } }),
    tags,
  )
  const wide = (await page.evaluate(() => document.documentElement.scrollWidth)) > (page.viewportSize()?.width ?? 0)
  const found = violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)].join(' '))
  return wide ? [...found, 'wider than the window'] : found
}

/** Gives the page's browser an authenticator that holds passkeys and says yes to everything. */
export async function plugInAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}
