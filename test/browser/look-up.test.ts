import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { findingsOf, launchBrowser, press, visit } from '../fixtures/browser.ts'
import { day } from '../fixtures/clock.ts'
import { everythingOf } from '../fixtures/everything.ts'
import { lastLink, openInstance } from '../fixtures/people.ts'

setDefaultTimeout(60_000)

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

const sizes = [
  { width: 360, height: 740 },
  { width: 1280, height: 900 },
]

test.each(sizes)(
  'every right can be exercised in a browser without JavaScript, at $width pixels (P32, P20)',
  async (viewport) => {
    await using sotto = await openInstance()
    const ann = await everythingOf(sotto, 'ann-kestrel', sotto.clock.now + 300 * day)
    await using plain = await visit(browser, { viewport, javaScriptEnabled: false })
    await using seen = await visit(browser, { viewport })
    const { page } = plain
    const created = await sotto.posted('/secrets', { content: 'x' })

    await page.goto(`${sotto.url}/privacy/here`)
    await page.fill('#link', `${created.url}#fragment`)
    await press(page, 'Show stored data')
    expect(page.url()).toBe(`${sotto.url}/privacy/here`)
    await page.fill('#link', created.url)
    await press(page, 'Show stored data')
    expect(await page.textContent('h1')).toBe('Stored data')
    await press(page, 'Erase')
    expect(await page.textContent('h1')).toBe('Erased')

    await page.goto(`${sotto.url}/privacy/here`)
    await page.fill('#email', ann.email)
    await press(page, 'Email me the link')
    await page.goto(sotto.url + (await lastLink(sotto, 'address-look-up', ann.email)))
    await press(page, 'Show stored data')
    expect(await page.textContent('article')).toContain('There is an account with this address.')
    await press(page, 'Erase')
    expect(await page.textContent('h1')).toBe('Erased')

    const [name = '', value = ''] = ann.cookie.cookie.split('=')
    await seen.context.addCookies([{ name, value, url: sotto.url }])
    const paths = ['/privacy/here', '/account/export']
    for (const path of paths) {
      await seen.page.goto(sotto.url + path)
      expect([path, await findingsOf(seen.page)]).toEqual([path, []])
    }
    await press(seen.page, 'View on this page')
    expect(await seen.page.textContent('article, main')).toContain('ann-kestrel Kingfisher')
    expect(await findingsOf(seen.page)).toEqual([])
    const other = await sotto.posted('/secrets', { content: 'y' })
    await seen.page.goto(`${sotto.url}/privacy/here`)
    await seen.page.fill('#link', other.receipt.url)
    await press(seen.page, 'Show stored data')
    expect(await findingsOf(seen.page)).toEqual([])
    await seen.page.goto(`${sotto.url}/privacy/here`)
    await seen.page.fill('#email', 'ben@example.net')
    await press(seen.page, 'Email me the link')
    await seen.page.goto(sotto.url + (await lastLink(sotto, 'address-look-up', 'ben@example.net')))
    await press(seen.page, 'Show stored data')
    expect(await findingsOf(seen.page)).toEqual([])
    for (const request of [...plain.requests, ...seen.requests]) expect(request).toStartWith(sotto.url)
    expect([plain.problems, seen.problems]).toEqual([[], []])
  },
)
