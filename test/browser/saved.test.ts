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
  if (!wholeBrowser) console.log('skipping the tests of saved sessions: no full Chromium is installed')
  sotto = await startInstance()
})
afterAll(() => sotto[Symbol.asyncDispose]())

test.skipIf(!wholeBrowser)(
  'the profile of a sender contains neither the secret nor the fragment, and that of a reader not the secret',
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
    await waitForSavedSession(sender.path, page)
    expect(foundIn(sender.path, [new URL(page.url()).pathname])).not.toEqual([])
    const secrets = [content, fragment, link, `${address.split('/').at(-1)}#${fragment}`]
    expect(foundIn(sender.path, secrets)).toEqual([])
    await closeTab(sender.path, page)
    await sending.close()
    expect(foundIn(sender.path, secrets)).toEqual([])

    using reader = temporaryFolder()
    await using reading = await launchProfile(reader.path)
    const tab = await reading.newPage()
    await tab.goto(link)
    await press(tab, 'Open the secret')
    await tab.locator('#revealed').waitFor()
    expect(await tab.locator('#revealed').inputValue()).toBe(content)
    expect(tab.url()).toBe(address)
    await waitForSavedSession(reader.path, tab)
    expect(foundIn(reader.path, [content])).toEqual([])
    await closeTab(reader.path, tab)
    await reading.close()
    expect(foundIn(reader.path, [content])).toEqual([])
    // A followed link is in the history of the browser with its fragment; pages cannot remove it.
    expect(foundIn(reader.path, [address])).not.toEqual([])
  },
  120_000,
)

test.skipIf(!wholeBrowser)(
  'a browser does not save unsent input, or values that are shown once',
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
    await press(page, 'Create the token')
    const token = await page.locator('#token').inputValue()
    await touch(page, '#token')

    await page.goto(sotto.url)
    await page.fill('#content', unsent)
    await page.fill('#passphrase', passphrase)
    await waitForSavedSession(folder.path, page)
    const secrets = [value, link, token, unsent, passphrase]
    for (const secret of secrets) expect(secret.length).toBeGreaterThan(10)
    expect(foundIn(folder.path, secrets)).toEqual([])
    await closeTab(folder.path, page)
    await context.close()
    expect(foundIn(folder.path, secrets)).toEqual([])
  },
  120_000,
)

test.skipIf(!wholeBrowser)(
  'a browser does not save what a form without JavaScript posts when the response is a page',
  async () => {
    await using strict = await startInstance({ 'limit-creates': '1/1d' })
    const { key } = await strict.posted('/secrets', { content })
    using folder = temporaryFolder()
    await using context = await launchProfile(folder.path)
    const submit = async (path: string, field: string, input: string, isProtected = true) => {
      const page = await context.newPage()
      await page.goto(strict.url + path)
      await page.fill(field, input)
      if (!isProtected)
        await page.locator('form:has(#content) [type=password]:disabled').evaluate((field) => field.remove())
      await page.locator(`form:has(${field})`).evaluate((form: HTMLFormElement) => form.submit())
      await page.waitForURL((now) => now.pathname !== path)
      return page
    }
    const link = `${strict.url}/secret/${key}`
    expect(await (await submit('/privacy/here', '#link', link)).title()).toStartWith(text('lookUp.title'))
    expect(await (await submit('/', '#content', unsent)).title()).toStartWith(text('layout.errorTitle', { title: '' }))
    // The same form without the disabled password field, to show that the browser would save it.
    await submit('/', '#content', 'canary in a posted body', false)
    await waitUntil(() => foundIn(join(folder.path, 'Default', 'Sessions'), ['canary in a posted body']).length > 0)
    expect(foundIn(folder.path, [key, link, unsent])).toEqual([])
    await context.close()
    expect(foundIn(folder.path, [key, link, unsent])).toEqual([])
  },
  120_000,
)

let canaries = 0

// Waits for the browser to save its session: adds a field that it saves, and waits until its text is in the files.
async function waitForSavedSession(folder: string, page: Page): Promise<void> {
  const canary = `canary-${++canaries}-${crypto.randomUUID()}`
  await page.evaluate((text) => {
    const field = document.createElement('textarea')
    field.id = 'canary'
    document.querySelector('main')?.append(field)
    field.value = text
  }, canary)
  await waitUntil(() => foundIn(join(folder, 'Default', 'Sessions'), [canary]).length > 0)
}

// A browser saves a field only after its text was changed.
async function touch(page: Page, field: string): Promise<void> {
  await page.locator(field).evaluate((element: HTMLTextAreaElement) => {
    element.value = element.value.slice()
  })
}

async function closeTab(folder: string, page: Page): Promise<void> {
  const address = page.url()
  await page.context().newPage()
  await page.close()
  await waitUntil(() => foundIn(join(folder, 'Default', 'Sessions'), [address], 'Tabs_').length > 0)
}

async function waitUntil(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries === 300) throw new Error('the browser saved no session')
    await Bun.sleep(100)
  }
}

async function signIn(context: BrowserContext, cookie: string): Promise<void> {
  const [name = '', value = ''] = cookie.split('=')
  await context.addCookies([{ name, value, url: sotto.url }])
}

// Returns the files of a folder that contain one of the texts, in any encoding that browsers use.
function foundIn(folder: string, texts: readonly string[], prefix = ''): string[] {
  const needles = texts.flatMap((text) =>
    [text, encodeURIComponent(text), encodeURI(text), new URLSearchParams({ a: text }).toString().slice(2)].flatMap(
      (encoded) => [Buffer.from(encoded, 'utf8'), Buffer.from(encoded, 'utf16le')],
    ),
  )
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []
  return files.filter((file) => {
    if (!(file.split('/').at(-1) ?? '').startsWith(prefix)) return false
    const bytes = contentOf(join(folder, file))
    return needles.some((needle) => bytes.includes(needle))
  })
}

// A running browser deletes files during the search.
function contentOf(path: string): Buffer {
  try {
    return lstatSync(path).isFile() ? readFileSync(path) : Buffer.alloc(0)
  } catch {
    return Buffer.alloc(0)
  }
}
