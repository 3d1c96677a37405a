import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { launchBrowser, visit } from '../fixtures/browser.ts'
import { startInstance } from '../fixtures/instance.ts'
import { root } from '../fixtures/process.ts'

// Takes the screenshots of the README from a real instance in a browser.
const folder = join(root, 'docs', 'images')
mkdirSync(folder, { recursive: true })
const browser = await launchBrowser()
await using sotto = await startInstance()
await using sender = await visit(browser, { viewport: { width: 900, height: 760 }, deviceScaleFactor: 1.5 })
await sender.page.goto(sotto.url)
await sender.page.fill('#content', 'postgres://app:7hB-q4mZ.Kc2@db.internal/shop')
await sender.page.screenshot({ path: join(folder, 'create.png') })
await sender.page.emulateMedia({ colorScheme: 'dark' })
await sender.page.click('form[data-create] button[type=submit]')
await sender.page.waitForSelector('[data-created]:not([hidden])')
await sender.page.screenshot({ path: join(folder, 'receipt.png') })
await browser.close()
