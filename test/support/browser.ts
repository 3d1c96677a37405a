import { existsSync } from 'node:fs'
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
  const system = installed.find((path) => existsSync(path))
  return system
    ? chromium.launch({ executablePath: system, args: quiet })
    : chromium.launch({ executablePath: await bundled.executablePath(), args: [...bundled.args, ...quiet] })
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
