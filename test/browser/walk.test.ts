import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import jsQR from 'jsqr'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { findingsOf, launchBrowser, press, type Visitor, visit } from '../fixtures/browser.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'

const phone = { width: 390, height: 844 }
const desktop = { width: 1280, height: 900 }

let browser: Browser
let sotto: Instance
beforeAll(async () => {
  browser = await launchBrowser()
  sotto = await startInstance()
})
afterAll(async () => {
  await browser.close()
  await sotto[Symbol.asyncDispose]()
})

const displays = [
  { name: 'desktop, light', viewport: desktop, colorScheme: 'light' },
  { name: 'desktop, dark', viewport: desktop, colorScheme: 'dark' },
  { name: 'phone, light', viewport: phone, colorScheme: 'light' },
  { name: 'phone, dark', viewport: phone, colorScheme: 'dark' },
] as const

describe.each(displays)('on $name', ({ viewport, colorScheme }) => {
  for (const javaScriptEnabled of [true, false]) {
    const mode = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript'
    test(`a secret is created, revealed and gone ${mode}, without other origins, cookies, storage or axe findings (P15, P16, P34)`, async () => {
      await using visitor = await visit(browser, { viewport, colorScheme, javaScriptEnabled })
      const link = await share(visitor, 'sésame\n  open ☃', javaScriptEnabled)
      expect(link.includes('#')).toBe(javaScriptEnabled)
      await visitor.page.goto(link)
      await expectNoFindings(visitor.page, javaScriptEnabled)
      expect(await visitor.page.textContent('h1')).toBe('You have been sent a secret')
      await press(visitor.page, 'Open the secret')
      await visitor.page.waitForSelector('[data-revealed]:not([hidden])')
      await expectNoFindings(visitor.page, javaScriptEnabled)
      expect(await visitor.page.inputValue('#revealed')).toBe('sésame\n  open ☃')
      expect(visitor.page.url()).not.toContain('#')
      const { problems } = visitor
      expect(problems).toEqual([])
      const gone = await visitor.page.goto(link.replace(/#.*/, ''))
      expect(gone?.status()).toBe(404)
      await expectNoFindings(visitor.page, javaScriptEnabled)
      await expectNoTraces(visitor)
    })
  }
})

// Creates a secret and returns its link; checks every page with axe.
async function share(visitor: Visitor, content: string, hasScript: boolean): Promise<string> {
  const { page } = visitor
  await page.goto(`${sotto.url}/`)
  await expectNoFindings(page, hasScript)
  await page.fill('#content', content)
  await press(page, 'Create the link')
  await page.waitForSelector(hasScript ? '[data-created]:not([hidden]) #link' : '#link')
  await expectNoFindings(page, hasScript)
  const link = await page.inputValue('#link')
  await page.goto(page.url())
  expect(new URL(page.url()).pathname).toMatch(/^\/receipt\/[a-z0-9]{31}$/)
  expect(await page.textContent('h1')).toContain('Not opened yet')
  await expectNoFindings(page, hasScript)
  return link
}

// axe needs JavaScript in the page.
async function expectNoFindings(page: Page, hasScript: boolean): Promise<void> {
  if (hasScript) expect(await findingsOf(page)).toEqual([])
}

async function expectNoTraces({ context, page, requests }: Visitor): Promise<void> {
  expect(requests.length).toBeGreaterThan(5)
  expect(requests.filter((url) => new URL(url).origin !== sotto.url)).toEqual([])
  expect(await context.cookies()).toEqual([])
  expect((await context.storageState({ indexedDB: true })).origins).toEqual([])
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
}

test('no page has axe findings in light or dark at 320 pixels', async () => {
  const { url } = await sotto.posted('/secrets', { content: 'x', passphrase: 'y' })
  const statement = ['/privacy', '/privacy/practices', '/privacy/versions', '/privacy/versions/1', '/transparency']
  const forms = ['/', '/generate', '/complaint', '/feedback']
  const paths = [...statement, ...forms, '/terms', '/info/security', '/nothing/here', new URL(url).pathname]
  await using visitor = await visit(browser, { viewport: { width: 320, height: 700 }, reducedMotion: 'reduce' })
  for (const path of paths) {
    await visitor.page.goto(sotto.url + path)
    for (const colorScheme of ['light', 'dark'] as const) {
      await visitor.page.emulateMedia({ colorScheme })
      await expectNoFindings(visitor.page, true)
    }
  }
}, 90_000)

async function newVisitor(options: BrowserContextOptions = {}): Promise<Visitor> {
  return visit(browser, { viewport: desktop, ...options })
}

async function stateOf(receiptKey: string): Promise<string> {
  return ((await (await sotto.fetch(`/api/v3/receipts/${receiptKey}`)).json()) as { state: string }).state
}

// Creates a secret in a new browser; returns the full link and the receipt key.
async function shareInNewBrowser(content: string): Promise<{ link: string; receiptKey: string }> {
  await using sender = await newVisitor()
  const link = await share(sender, content, true)
  return { link, receiptKey: sender.page.url().split('/').at(-1) ?? '' }
}

test('a bot without the fragment reveals and burns nothing, whatever it clicks', async () => {
  const { link, receiptKey } = await shareInNewBrowser('not for robots')
  await using bot = await newVisitor()
  await bot.page.goto(link.replace(/#.*/, ''))
  expect(await bot.page.textContent('[data-fault]')).toContain('incomplete')
  const submitted = bot.page.waitForEvent('framenavigated')
  await bot.page.evaluate(() => {
    for (const button of document.querySelectorAll('button')) button.click()
    for (const form of document.querySelectorAll<HTMLFormElement>('form[data-reveal]')) form.submit()
  })
  await submitted
  await bot.page.waitForLoadState()
  const key = new URL(link).pathname.split('/').at(-1)
  for (const body of [{}, { proof: 'A'.repeat(43) }]) {
    expect((await sotto.post(`/secrets/${key}/reveal`, body)).status).toBe(403)
  }
  expect(await stateOf(receiptKey)).toBe('new')
})

test('a bot with the full link that clicks by script reveals nothing', async () => {
  const { link, receiptKey } = await shareInNewBrowser('not for robots')
  await using bot = await newVisitor()
  await bot.page.goto(link)
  await bot.page.evaluate(() => document.querySelector<HTMLButtonElement>('form[data-reveal] button')?.click())
  await bot.page.evaluate(() => document.querySelector<HTMLFormElement>('form[data-reveal]')?.requestSubmit())
  await Bun.sleep(500)
  expect(await stateOf(receiptKey)).toBe('new')
  await press(bot.page, 'Open the secret')
  await bot.page.waitForSelector('[data-revealed]:not([hidden])')
  expect(await stateOf(receiptKey)).toBe('revealed')
})

test('a wrong passphrase keeps the secret and clears the field, and the right one reveals it', async () => {
  const { url } = await sotto.posted('/secrets', { content: 'behind a word', passphrase: 'sésame' })
  await using reader = await newVisitor()
  await reader.page.goto(url)
  await reader.page.fill('#passphrase', 'wrong')
  await press(reader.page, 'Open the secret')
  await reader.page.waitForSelector('[data-fault]:not([hidden])')
  expect(await reader.page.textContent('[data-fault]')).toContain('has not been opened')
  expect(await reader.page.inputValue('#passphrase')).toBe('')
  await reader.page.fill('#passphrase', 'sésame')
  await reader.page.press('#passphrase', 'Enter')
  await reader.page.waitForSelector('[data-revealed]:not([hidden])')
  expect(await reader.page.inputValue('#revealed')).toBe('behind a word')
})

test('a reveal whose response is lost is repeated, and the secret is not lost', async () => {
  const { link, receiptKey } = await shareInNewBrowser('once, but surely')
  await using reader = await newVisitor()
  let lost = 0
  await reader.page.route('**/reveal', async (route) => {
    if (lost++ > 0) return route.continue()
    await route.fetch()
    return route.abort('connectionreset')
  })
  await reader.page.goto(link)
  await press(reader.page, 'Open the secret')
  await reader.page.waitForSelector('[data-revealed]:not([hidden])')
  expect(await reader.page.inputValue('#revealed')).toBe('once, but surely')
  expect(lost).toBe(2)
  expect(await stateOf(receiptKey)).toBe('revealed')
})

test('the copied secret equals the content byte for byte', async () => {
  const content = '\n\r\ntabs\tand\rreturns\u0000 ☃ \ufeff end\n'
  const { url } = await sotto.posted('/secrets', { content })
  await using reader = await newVisitor({ permissions: ['clipboard-read', 'clipboard-write'] })
  await reader.page.goto(url)
  await press(reader.page, 'Open the secret')
  await reader.page.waitForSelector('[data-revealed]:not([hidden])')
  await reader.page.evaluate(() => {
    navigator.clipboard.writeText = async (text) => {
      document.body.dataset['copied'] = JSON.stringify(text)
    }
  })
  await press(reader.page, 'Copy the secret')
  expect(JSON.parse((await reader.page.getAttribute('body', 'data-copied')) ?? '')).toBe(content)
})

test('the dark theme is kept with and without JavaScript, and choosing it with JavaScript keeps the link', async () => {
  await using plain = await newVisitor({ javaScriptEnabled: false })
  await plain.page.goto(`${sotto.url}/terms`)
  await press(plain.page, 'Dark')
  expect(new URL(plain.page.url()).pathname).toBe('/terms')
  expect(await plain.page.getAttribute('html', 'data-theme')).toBe('dark')
  expect((await plain.context.cookies()).map(({ name, value }) => [name, value])).toEqual([['sotto_theme', 'dark']])

  const { link } = await shareInNewBrowser('x')
  await using scripted = await newVisitor()
  await scripted.page.goto(link)
  await press(scripted.page, 'Dark')
  await scripted.page.waitForSelector('html[data-theme=dark]')
  expect(scripted.page.url()).toBe(link)
  await press(scripted.page, 'System')
  await scripted.page.waitForSelector('html:not([data-theme])')
  expect(await scripted.context.cookies()).toEqual([])
})

test('a secret can be shared and revealed with the keyboard alone', async () => {
  await using visitor = await newVisitor()
  const { page } = visitor
  await page.goto(`${sotto.url}/`)
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('content')
  await page.keyboard.type('typed by hand')
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('[data-created]:not([hidden])')
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
  const link = await page.inputValue('#link')
  await page.goto('about:blank')
  await page.goto(link)
  while ((await page.evaluate(() => document.activeElement?.textContent)) !== 'Open the secret')
    await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[data-revealed]:not([hidden])')
  expect(await page.inputValue('#revealed')).toBe('typed by hand')
})

test('the sender burns a secret from its receipt without JavaScript', async () => {
  const { receipt, url } = await sotto.posted('/secrets', { content: 'x' })
  await using sender = await newVisitor({ javaScriptEnabled: false })
  await sender.page.goto(receipt.url)
  expect(await sender.page.inputValue('#link')).toBe(url)
  await sender.page.click('details.burn summary')
  await press(sender.page, 'Delete it now')
  expect(await sender.page.textContent('h1')).toContain('Deleted')
  expect((await sotto.fetch(new URL(url).pathname)).status).toBe(404)
})

test('a generated value is shown once with its link, and the link reveals the same value', async () => {
  await using sender = await newVisitor({ javaScriptEnabled: false })
  await sender.page.goto(`${sotto.url}/generate`)
  await sender.page.locator('label', { hasText: 'Words' }).first().click()
  await press(sender.page, 'Generate and create the link')
  const value = await sender.page.textContent('#value')
  expect(value).toMatch(/^[a-z]+(-[a-z]+){5,}$/)
  const key = new URL(await sender.page.inputValue('#link')).pathname.split('/').at(-1)
  expect((await sotto.posted(`/secrets/${key}/reveal`)).content).toBe(value as string)
})

test('the QR code contains the link, drawn by the browser or the server', async () => {
  await using sender = await newVisitor({ bypassCSP: true })
  await sender.page.goto(`${sotto.url}/`)
  await sender.page.fill('#content', 'x')
  await press(sender.page, 'Create the link')
  await sender.page.waitForSelector('[data-created]:not([hidden])')
  expect(await readQr(sender.page)).toBe(await sender.page.inputValue('#link'))

  const { receipt, url } = await sotto.posted('/secrets', { content: 'x' })
  await sender.page.goto(receipt.url)
  expect(await readQr(sender.page)).toBe(url)
})

// Renders the QR code to pixels and decodes it with an independent reader.
async function readQr(page: Page): Promise<string | undefined> {
  await page.click('[data-qr] summary')
  const { pixels, size } = await page.evaluate(async () => {
    const size = 200
    const svg = document.querySelector('[data-qr-image] svg')?.cloneNode(true) as SVGElement
    svg.setAttribute('width', String(size))
    svg.setAttribute('height', String(size))
    const image = new Image()
    image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`
    await image.decode()
    const canvas = new OffscreenCanvas(size, size).getContext('2d') as OffscreenCanvasRenderingContext2D
    canvas.drawImage(image, 0, 0)
    return { pixels: [...canvas.getImageData(0, 0, size, size).data], size }
  })
  return jsQR(Uint8ClampedArray.from(pixels), size, size)?.data
}
