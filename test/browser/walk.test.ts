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

const looks = [
  { name: 'desktop, light', viewport: desktop, colorScheme: 'light' },
  { name: 'desktop, dark', viewport: desktop, colorScheme: 'dark' },
  { name: 'phone, light', viewport: phone, colorScheme: 'light' },
  { name: 'phone, dark', viewport: phone, colorScheme: 'dark' },
] as const

describe.each(looks)('on $name', ({ viewport, colorScheme }) => {
  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with script' : 'without script'
    test(`a secret goes from create to gone, ${how}; nothing off origin, no cookie, no storage, no finding of axe (P15, P16, P34)`, async () => {
      await using visitor = await visit(browser, { viewport, colorScheme, javaScriptEnabled })
      const link = await share(visitor, 'sésame\n  open ☃', javaScriptEnabled)
      expect(link.includes('#')).toBe(javaScriptEnabled)
      await visitor.page.goto(link)
      await look(visitor.page, javaScriptEnabled)
      expect(await visitor.page.textContent('h1')).toBe('You have been sent a secret')
      await press(visitor.page, 'Open the secret')
      await visitor.page.waitForSelector('[data-revealed]:not([hidden])')
      await look(visitor.page, javaScriptEnabled)
      expect(await visitor.page.inputValue('#revealed')).toBe('sésame\n  open ☃')
      expect(visitor.page.url()).not.toContain('#')
      const { problems } = visitor
      expect(problems).toEqual([])
      const gone = await visitor.page.goto(link.replace(/#.*/, ''))
      expect(gone?.status()).toBe(404)
      await look(visitor.page, javaScriptEnabled)
      await leavesNothing(visitor)
    })
  }
})

// From the create page to the link for the recipient, looking at every page on the way.
async function share(visitor: Visitor, content: string, withScript: boolean): Promise<string> {
  const { page } = visitor
  await page.goto(`${sotto.url}/`)
  await look(page, withScript)
  await page.fill('#content', content)
  await press(page, 'Create the link')
  await page.waitForSelector(withScript ? '[data-created]:not([hidden]) #link' : '#link')
  await look(page, withScript)
  const link = await page.inputValue('#link')
  await page.goto(page.url())
  expect(new URL(page.url()).pathname).toMatch(/^\/receipt\/[a-z0-9]{31}$/)
  expect(await page.textContent('h1')).toContain('Not opened yet')
  await look(page, withScript)
  return link
}

// axe needs script in the page.
async function look(page: Page, withScript: boolean): Promise<void> {
  if (withScript) expect(await findingsOf(page)).toEqual([])
}

async function leavesNothing({ context, page, requests }: Visitor): Promise<void> {
  expect(requests.length).toBeGreaterThan(5)
  expect(requests.filter((url) => new URL(url).origin !== sotto.url)).toEqual([])
  expect(await context.cookies()).toEqual([])
  expect((await context.storageState({ indexedDB: true })).origins).toEqual([])
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
}

test('every page is free of findings in light and dark, on a phone and at 320 pixels', async () => {
  const { url } = await sotto.posted('/secrets', { content: 'x', passphrase: 'y' })
  const statement = ['/privacy', '/privacy/practices', '/privacy/versions', '/privacy/versions/1', '/transparency']
  const forms = ['/', '/generate', '/complaint', '/feedback']
  const paths = [...statement, ...forms, '/terms', '/info/security', '/nothing/here', new URL(url).pathname]
  for (const colorScheme of ['light', 'dark'] as const) {
    await using visitor = await visit(browser, { viewport: { width: 320, height: 700 }, colorScheme })
    for (const path of paths) {
      await visitor.page.goto(sotto.url + path)
      await look(visitor.page, true)
    }
  }
}, 90_000)

async function asVisitor(options: BrowserContextOptions = {}): Promise<Visitor> {
  return visit(browser, { viewport: desktop, ...options })
}

async function stateOf(receiptKey: string): Promise<string> {
  return ((await (await sotto.fetch(`/api/v3/receipts/${receiptKey}`)).json()) as { state: string }).state
}

// Shares in a browser of its own, as the sender would; gives the whole link and the receipt's key.
async function shared(content: string): Promise<{ link: string; receiptKey: string }> {
  await using sender = await asVisitor()
  const link = await share(sender, content, true)
  return { link, receiptKey: sender.page.url().split('/').at(-1) ?? '' }
}

test('an automat that has not the last part of the link opens and burns nothing, however it clicks', async () => {
  const { link, receiptKey } = await shared('not for robots')
  await using automat = await asVisitor()
  await automat.page.goto(link.replace(/#.*/, ''))
  expect(await automat.page.textContent('[data-fault]')).toContain('incomplete')
  const submitted = automat.page.waitForEvent('framenavigated')
  await automat.page.evaluate(() => {
    for (const button of document.querySelectorAll('button')) button.click()
    for (const form of document.querySelectorAll<HTMLFormElement>('form[data-reveal]')) form.submit()
  })
  await submitted
  await automat.page.waitForLoadState()
  const key = new URL(link).pathname.split('/').at(-1)
  for (const body of [{}, { proof: 'A'.repeat(43) }]) {
    expect((await sotto.post(`/secrets/${key}/reveal`, body)).status).toBe(403)
  }
  expect(await stateOf(receiptKey)).toBe('new')
})

test('an automat with the whole link that presses by script, not by hand, opens nothing', async () => {
  const { link, receiptKey } = await shared('not for robots')
  await using automat = await asVisitor()
  await automat.page.goto(link)
  await automat.page.evaluate(() => document.querySelector<HTMLButtonElement>('form[data-reveal] button')?.click())
  await automat.page.evaluate(() => document.querySelector<HTMLFormElement>('form[data-reveal]')?.requestSubmit())
  await Bun.sleep(500)
  expect(await stateOf(receiptKey)).toBe('new')
  await press(automat.page, 'Open the secret')
  await automat.page.waitForSelector('[data-revealed]:not([hidden])')
  expect(await stateOf(receiptKey)).toBe('revealed')
})

test('a wrong passphrase keeps the secret, the right one opens it, and the field is emptied in between', async () => {
  const { url } = await sotto.posted('/secrets', { content: 'behind a word', passphrase: 'sésame' })
  await using reader = await asVisitor()
  await reader.page.goto(url)
  await reader.page.fill('#passphrase', 'wrong')
  await press(reader.page, 'Open the secret')
  await reader.page.waitForSelector('[data-fault]:not([hidden])')
  expect(await reader.page.textContent('[data-fault]')).toContain('still there')
  expect(await reader.page.inputValue('#passphrase')).toBe('')
  await reader.page.fill('#passphrase', 'sésame')
  await reader.page.press('#passphrase', 'Enter')
  await reader.page.waitForSelector('[data-revealed]:not([hidden])')
  expect(await reader.page.inputValue('#revealed')).toBe('behind a word')
})

test('an answer that is lost on the way is asked for again, and the secret is not lost', async () => {
  const { link, receiptKey } = await shared('once, but surely')
  await using reader = await asVisitor()
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

test('what is copied is what was sent, to the byte', async () => {
  const content = '\n\r\ntabs\tand\rreturns\u0000 ☃ \ufeff end\n'
  const { url } = await sotto.posted('/secrets', { content })
  await using reader = await asVisitor({ permissions: ['clipboard-read', 'clipboard-write'] })
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

test('choosing dark stays, with and without script, and with script loses neither text nor link', async () => {
  await using plain = await asVisitor({ javaScriptEnabled: false })
  await plain.page.goto(`${sotto.url}/terms`)
  await press(plain.page, 'Dark')
  expect(new URL(plain.page.url()).pathname).toBe('/terms')
  expect(await plain.page.getAttribute('html', 'data-theme')).toBe('dark')
  expect((await plain.context.cookies()).map(({ name, value }) => [name, value])).toEqual([['sotto_theme', 'dark']])

  const { link } = await shared('x')
  await using scripted = await asVisitor()
  await scripted.page.goto(link)
  await press(scripted.page, 'Dark')
  await scripted.page.waitForSelector('html[data-theme=dark]')
  expect(scripted.page.url()).toBe(link)
  await press(scripted.page, 'System')
  await scripted.page.waitForSelector('html:not([data-theme])')
  expect(await scripted.context.cookies()).toEqual([])
})

test('the whole way can be gone with the keyboard alone', async () => {
  await using visitor = await asVisitor()
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

test('the sender destroys a secret from its receipt, without script', async () => {
  const { receipt, url } = await sotto.posted('/secrets', { content: 'x' })
  await using sender = await asVisitor({ javaScriptEnabled: false })
  await sender.page.goto(receipt.url)
  expect(await sender.page.inputValue('#link')).toBe(url)
  await sender.page.click('details.burn summary')
  await press(sender.page, 'Destroy it now')
  expect(await sender.page.textContent('h1')).toContain('Destroyed')
  expect((await sotto.fetch(new URL(url).pathname)).status).toBe(404)
})

test('a generated value is shown once with its link, and the link opens to the same value', async () => {
  await using sender = await asVisitor({ javaScriptEnabled: false })
  await sender.page.goto(`${sotto.url}/generate`)
  await sender.page.locator('label', { hasText: 'Words' }).first().click()
  await press(sender.page, 'Generate and create the link')
  const value = await sender.page.textContent('#value')
  expect(value).toMatch(/^[a-z]+(-[a-z]+){5,}$/)
  const key = new URL(await sender.page.inputValue('#link')).pathname.split('/').at(-1)
  expect((await sotto.posted(`/secrets/${key}/reveal`)).content).toBe(value as string)
})

test('the QR code says what the field says, whoever drew it', async () => {
  await using sender = await asVisitor({ bypassCSP: true })
  await sender.page.goto(`${sotto.url}/`)
  await sender.page.fill('#content', 'x')
  await press(sender.page, 'Create the link')
  await sender.page.waitForSelector('[data-created]:not([hidden])')
  expect(await readQr(sender.page)).toBe(await sender.page.inputValue('#link'))

  const { receipt, url } = await sotto.posted('/secrets', { content: 'x' })
  await sender.page.goto(receipt.url)
  expect(await readQr(sender.page)).toBe(url)
})

// As a camera would: the drawing becomes pixels, and a reader that knows nothing of ours reads them.
async function readQr(page: Page): Promise<string | undefined> {
  await page.click('[data-qr] summary')
  const { pixels, size } = await page.evaluate(async () => {
    const size = 200
    const drawing = document.querySelector('[data-qr-image] svg')?.cloneNode(true) as SVGElement
    drawing.setAttribute('width', String(size))
    drawing.setAttribute('height', String(size))
    const image = new Image()
    image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(drawing))}`
    await image.decode()
    const canvas = new OffscreenCanvas(size, size).getContext('2d') as OffscreenCanvasRenderingContext2D
    canvas.drawImage(image, 0, 0)
    return { pixels: [...canvas.getImageData(0, 0, size, size).data], size }
  })
  return jsQR(Uint8ClampedArray.from(pixels), size, size)?.data
}
