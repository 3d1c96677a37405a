import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { text } from '../../src/i18n/text.ts'
import { launchProfile, press, wholeBrowser } from '../fixtures/browser.ts'
import { type Instance, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { someone } from '../fixtures/someone.ts'

const content = 'sésame, öffne dich: 0815'
const unsent = 'typed, and never sent: ça'
const passphrase = 'typed-passphrase-4711'

let sotto: Instance
beforeAll(async () => {
  if (!wholeBrowser) console.log('the tests of what a browser saves are left out: no whole Chromium is installed')
  sotto = await startInstance()
})
afterAll(() => sotto[Symbol.asyncDispose]())

test.skipIf(!wholeBrowser)(
  'the profile of a sender holds neither the secret nor the end of its link, and that of a reader no secret',
  async () => {
    using sender = temporaryFolder()
    await using sending = await launchProfile(sender.path)
    const page = await sending.newPage()
    await page.goto(sotto.url)
    await page.fill('#content', content)
    await press(page, 'Create the link')
    await page.locator('#link').waitFor()
    const link = await page.locator('#link').inputValue()
    const [address = '', fragment = ''] = link.split('#')
    expect(fragment).toHaveLength(43)
    await sessionIsSaved(sender.path, page)
    expect(foundIn(sender.path, [new URL(page.url()).pathname])).not.toEqual([])
    const kept = [content, fragment, link, `${address.split('/').at(-1)}#${fragment}`]
    expect(foundIn(sender.path, kept)).toEqual([])
    await closeTab(sender.path, page)
    await sending.close()
    expect(foundIn(sender.path, kept)).toEqual([])

    using reader = temporaryFolder()
    await using reading = await launchProfile(reader.path)
    const tab = await reading.newPage()
    await tab.goto(link)
    await press(tab, 'Open the secret')
    await tab.locator('#revealed').waitFor()
    expect(await tab.locator('#revealed').inputValue()).toBe(content)
    expect(tab.url()).toBe(address)
    await sessionIsSaved(reader.path, tab)
    expect(foundIn(reader.path, [content])).toEqual([])
    await closeTab(reader.path, tab)
    await reading.close()
    expect(foundIn(reader.path, [content])).toEqual([])
    // A link that was followed is in the browser's own history, with its end: no page can take it out of there.
    expect(foundIn(reader.path, [address])).not.toEqual([])
  },
  120_000,
)

test.skipIf(!wholeBrowser)(
  'nor does a browser save what was typed and not sent, or what is shown once',
  async () => {
    const ada = await someone(sotto, 'ada')
    using folder = temporaryFolder()
    await using context = await launchProfile(folder.path)
    await signIn(context, ada.cookie.cookie)
    const page = await context.newPage()

    await page.goto(`${sotto.url}/generate`)
    await press(page, 'Generate and create the link')
    const value = await page.locator('#value').innerText()
    const link = await page.locator('#link').inputValue()
    await touch(page, '#link')

    await page.goto(`${sotto.url}/account/tokens`)
    await page.fill('#name', 'a script')
    await page.check('[name=create]')
    await press(page, 'Make the token')
    const token = await page.locator('#token').inputValue()
    await touch(page, '#token')

    await page.goto(sotto.url)
    await page.fill('#content', unsent)
    await page.fill('#passphrase', passphrase)
    await sessionIsSaved(folder.path, page)
    const shown = [value, link, token, unsent, passphrase]
    for (const one of shown) expect(one.length).toBeGreaterThan(10)
    expect(foundIn(folder.path, shown)).toEqual([])
    await closeTab(folder.path, page)
    await context.close()
    expect(foundIn(folder.path, shown)).toEqual([])
  },
  120_000,
)

test.skipIf(!wholeBrowser)(
  'nor what a form without script posts, where the answer is a page',
  async () => {
    await using strict = await startInstance({ 'limit-creates': '1/1d' })
    const { key } = await strict.posted('/secrets', { content })
    using folder = temporaryFolder()
    await using context = await launchProfile(folder.path)
    const posted = async (path: string, field: string, typed: string, isMarked = true) => {
      const page = await context.newPage()
      await page.goto(strict.url + path)
      await page.fill(field, typed)
      if (!isMarked) await page.locator('form:has(#content) [type=password]:disabled').evaluate((mark) => mark.remove())
      await page.locator(`form:has(${field})`).evaluate((form: HTMLFormElement) => form.submit())
      await page.waitForURL((now) => now.pathname !== path)
      return page
    }
    const link = `${strict.url}/secret/${key}`
    expect(await (await posted('/privacy/here', '#link', link)).title()).toStartWith(text('lookUp.title'))
    expect(await (await posted('/', '#content', unsent)).title()).toStartWith(text('layout.errorTitle', { title: '' }))
    // The same form without its mark, so that saving is seen.
    await posted('/', '#content', 'canary in a posted body', false)
    await until(() => foundIn(join(folder.path, 'Default', 'Sessions'), ['canary in a posted body']).length > 0)
    expect(foundIn(folder.path, [key, link, unsent])).toEqual([])
    await context.close()
    expect(foundIn(folder.path, [key, link, unsent])).toEqual([])
  },
  120_000,
)

let canaries = 0

// A field that may be saved is put beside the others: once it is in the files of the session, so is what is saved of
// them.
async function sessionIsSaved(folder: string, page: Page): Promise<void> {
  const canary = `canary-${++canaries}-${crypto.randomUUID()}`
  await page.evaluate((text) => {
    const field = document.createElement('textarea')
    field.id = 'canary'
    document.querySelector('main')?.append(field)
    field.value = text
  }, canary)
  await until(() => foundIn(join(folder, 'Default', 'Sessions'), [canary]).length > 0)
}

// As if it were typed: a browser saves a field only once its text is another than the page came with.
async function touch(page: Page, field: string): Promise<void> {
  await page.locator(field).evaluate((element: HTMLTextAreaElement) => {
    element.value = element.value.slice()
  })
}

async function closeTab(folder: string, page: Page): Promise<void> {
  const address = page.url()
  await page.context().newPage()
  await page.close()
  await until(() => foundIn(join(folder, 'Default', 'Sessions'), [address], 'Tabs_').length > 0)
}

async function until(isSo: () => boolean): Promise<void> {
  for (let looks = 0; !isSo(); looks++) {
    if (looks === 300) throw new Error('the browser saved no session')
    await Bun.sleep(100)
  }
}

async function signIn(context: BrowserContext, cookie: string): Promise<void> {
  const [name = '', value = ''] = cookie.split('=')
  await context.addCookies([{ name, value, url: sotto.url }])
}

// The files of a folder in which one of these stands, as any of the ways in which a browser writes text.
function foundIn(folder: string, texts: readonly string[], start = ''): string[] {
  const needles = texts.flatMap((text) =>
    [text, encodeURIComponent(text), encodeURI(text), new URLSearchParams({ a: text }).toString().slice(2)].flatMap(
      (written) => [Buffer.from(written, 'utf8'), Buffer.from(written, 'utf16le')],
    ),
  )
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []
  return files.filter((file) => {
    if (!(file.split('/').at(-1) ?? '').startsWith(start)) return false
    const bytes = contentOf(join(folder, file))
    return needles.some((needle) => bytes.includes(needle))
  })
}

// A browser at work removes files while they are looked for.
function contentOf(path: string): Buffer {
  try {
    return lstatSync(path).isFile() ? readFileSync(path) : Buffer.alloc(0)
  } catch {
    return Buffer.alloc(0)
  }
}
