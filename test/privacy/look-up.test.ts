import { describe, expect, test } from 'bun:test'
import { createFragment, deriveFragmentKeys, sealWithFragment, toBase64Url } from '../../src/crypto/end-to-end.ts'
import { addressHash, mayMailRecipient, recordRefusal } from '../../src/mail/refusals.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { submitMessage } from '../../src/privacy/registers/complaints.ts'
import { hour, minute } from '../fixtures/clock.ts'
import type { Instance } from '../fixtures/instance.ts'
import { dump, goodPassword, kindsTo, lastLink, mails, member, openInstance, Person } from '../fixtures/people.ts'
import { everyRow, filesWith, rowsOf, tamper } from '../fixtures/stored.ts'

const linksIn = (page: string) => [...page.matchAll(/href="(\/[^"#]*)"/g)].map(([, path = '']) => path)
const notFound = 'Nothing is stored under this'

async function lookUp(sotto: Instance, link: string, who = new Person(sotto)): Promise<string> {
  return (await who.post('/privacy/here/link', { link })).text()
}

describe('the page of privacy rights (P32)', () => {
  test('links to every right; no link is broken, and those that need an account lead guests to sign-in', async () => {
    await using sotto = await openInstance()
    const [guest, person] = [new Person(sotto), await member(sotto)]
    const links = [...new Set(linksIn(await (await guest.get('/privacy/here')).text()))]
    const rights = ['/privacy', '/account/consents', '/account/export', '/account', '/account/close', '/complaint']
    expect(links).toEqual(expect.arrayContaining([...rights, '/account/sessions', '/privacy/proof', '/transparency']))
    for (const link of links) {
      if (link.startsWith('/assets')) continue
      const answer = await guest.get(link)
      const [status, place] = [answer.status, answer.headers.get('location')]
      expect([link, status, place]).toEqual(
        link.startsWith('/account') ? [link, 303, `${sotto.url}/sign-in`] : [link, 200, null],
      )
      if (link !== '/sign-in') expect([link, (await person.get(link)).status]).toEqual([link, 200])
    }
  })

  test('is linked from the privacy statement and from the account', async () => {
    await using sotto = await openInstance()
    const person = await member(sotto)
    for (const page of ['/privacy', '/account'])
      expect(linksIn(await (await person.get(page)).text())).toContain('/privacy/here')
  })
})

describe('look-up by a link or a receipt (P32)', () => {
  test('shows the stored data without the content, and changes nothing', async () => {
    await using sotto = await openInstance()
    const created = await sotto.posted('/secrets', { content: 'sésame ouvre-toi' })
    const before = await everyRow(sotto.app)
    const [byLink, byReceipt] = [await lookUp(sotto, created.url), await lookUp(sotto, `  ${created.receipt.url}/`)]
    for (const words of ['At most 1 KiB', 'On the server', 'sealed', '21 November 2026 at 12:00 UTC'])
      expect([words, byLink.includes(words)]).toEqual([words, true])
    expect(byLink).not.toContain('A receipt</h2>')
    expect(byReceipt).toContain('Not opened yet')
    for (const page of [byLink, byReceipt]) expect(page).not.toContain('sésame')
    expect(byReceipt).not.toContain(created.key)
    expect(byLink).not.toContain(created.receipt.key)
    expect(await everyRow(sotto.app)).toEqual(before)
    expect(sotto.lines.join('\n')).toContain('/privacy/here/link')
    for (const key of [created.key, created.receipt.key]) expect(sotto.lines.join('\n')).not.toContain(key)
  })

  test('shows the size only as a power of two', async () => {
    await using sotto = await openInstance()
    const sizeOf = async (length: number) =>
      /At most [\d,]+ KiB/.exec(
        await lookUp(sotto, (await sotto.posted('/secrets', { content: 'x'.repeat(length) })).key),
      )?.[0]
    expect([await sizeOf(1), await sizeOf(800)]).toEqual(['At most 1 KiB', 'At most 1 KiB'])
    expect([await sizeOf(5000), await sizeOf(7000)]).toEqual(['At most 8 KiB', 'At most 8 KiB'])
  })

  test('responds the same for deleted and for unknown secrets', async () => {
    await using sotto = await openInstance()
    const created = await sotto.posted('/secrets', { content: 'x' })
    await sotto.post(`/secrets/${created.key}/reveal`)
    for (const link of [created.url, 'a'.repeat(31), 'https://elsewhere.example/', '', '#']) {
      const answer = await new Person(sotto).post('/privacy/here/link', { link })
      expect([link, answer.status, (await answer.text()).includes(notFound)]).toEqual([link, 400, true])
    }
    const after = await lookUp(sotto, created.receipt.key)
    for (const words of ['Opened', 'The secret itself no longer exists.']) expect(after).toContain(words)
  })

  test('burns a secret by a link that opens without more, and shows that to the sender', async () => {
    await using sotto = await openInstance()
    const created = await sotto.posted('/secrets', { content: 'x' })
    expect(await lookUp(sotto, created.url)).toContain('>Erase</button>')
    expect((await new Person(sotto).post('/privacy/here/erase', { link: created.url })).status).toBe(303)
    expect(await rowsOf(sotto.app, 'secret')).toEqual([])
    expect(await lookUp(sotto, created.receipt.key)).toContain('Deleted')
  })

  test('does not burn a secret by a link that also needs a fragment or a passphrase', async () => {
    await using sotto = await openInstance()
    const keys = await deriveFragmentKeys(createFragment())
    const sealed = toBase64Url(await sealWithFragment(keys, new TextEncoder().encode('x')))
    const endToEnd = await sotto.posted('/secrets', { sealed, proof: toBase64Url(keys.proof) })
    const locked = await sotto.posted('/secrets', { content: 'x', passphrase: 'open' })
    for (const { key, url, receipt } of [endToEnd, locked]) {
      const page = await lookUp(sotto, `${url}#fragment`)
      expect(page).toContain('it cannot destroy it either')
      expect(page).not.toContain('>Erase</button>')
      expect((await new Person(sotto).post('/privacy/here/erase', { link: key })).status).toBe(403)
      expect((await sotto.fetch(`/api/v3/secrets/${key}`)).status).toBe(200)
      expect((await new Person(sotto).post('/privacy/here/erase', { link: receipt.key })).status).toBe(303)
      expect((await sotto.fetch(`/api/v3/secrets/${key}`)).status).toBe(404)
    }
  })

  test('erases all data by the receipt, also from the database file', async () => {
    await using sotto = await openInstance()
    const person = await member(sotto)
    const created = (await (await person.api('/secrets', { content: 'x' })).json()) as { receipt: { key: string } }
    const other = await sotto.posted('/secrets', { content: 'y' })
    const [row] = await rowsOf(sotto.app, 'owned_secret')
    const receipt = (await rowsOf(sotto.app, 'receipt')).find(({ id }) => id === row?.id)
    expect(receipt).toBeDefined()
    await new Person(sotto).post('/privacy/here/erase', { link: created.receipt.key })
    await purge(sotto.app, sotto.clock.now)
    expect(await rowsOf(sotto.app, 'owned_secret')).toEqual([])
    expect([(await rowsOf(sotto.app, 'secret')).length, (await rowsOf(sotto.app, 'receipt')).length]).toEqual([1, 1])
    expect(filesWith(sotto.dataDir, receipt?.lookup ?? new Uint8Array())).toEqual([])
    expect(await lookUp(sotto, created.receipt.key)).toContain(notFound)
    expect((await sotto.fetch(`/api/v3/receipts/${other.receipt.key}`)).status).toBe(200)
  })

  test('limits the rate of guesses', async () => {
    await using sotto = await openInstance()
    const guesser = new Person(sotto)
    const statuses: number[] = []
    for (let guess = 0; guess < 210; guess++)
      statuses.push((await guesser.post('/privacy/here/link', { link: 'a'.repeat(31) })).status)
    expect(statuses.at(-1)).toBe(429)
    expect((await new Person(sotto).post('/privacy/here/link', { link: 'b'.repeat(31) })).status).toBe(400)
  })

  test('keeps the fragment in the browser and the key out of URLs', async () => {
    await using sotto = await openInstance()
    const page = await (await new Person(sotto).get('/privacy/here')).text()
    expect(page).toMatch(/<form[^>]*method="post" action="\/privacy\/here\/link"/)
    expect(page).toContain('pattern="[^#]*"')
  })
})

describe('look-up by an email address (P32)', () => {
  const ask = (sotto: Instance, email: string, who = new Person(sotto)) => who.post('/privacy/here/address', { email })
  const next = (page: string) => /name="code" value="([^"]+)"/.exec(page)?.[1] ?? ''

  async function open(sotto: Instance, email: string): Promise<{ page: string; code: string }> {
    const answer = await new Person(sotto).post(await lastLink(sotto, 'address-look-up', email))
    const page = await answer.text()
    return { page, code: next(page) }
  }

  test('mails a link with the same response for every address, and limits the mails to one mailbox', async () => {
    await using sotto = await openInstance()
    const person = await member(sotto)
    const said = async (email: string) => {
      const answer = await ask(sotto, email)
      return [answer.status, answer.headers.get('location'), await answer.text()]
    }
    expect(await said(person.email)).toEqual(await said('stranger@example.net'))
    await ask(sotto, 'stranger@example.net')
    expect(await kindsTo(sotto, 'stranger@example.net')).toEqual(['address-look-up'])
    sotto.clock.advance(6 * minute)
    await ask(sotto, 'stranger@example.net')
    expect(await kindsTo(sotto, 'stranger@example.net')).toEqual(['address-look-up', 'address-look-up'])
    const eager = new Person(sotto)
    for (let time = 0; time < 5; time++) await ask(sotto, 'x@example.net', eager)
    expect((await ask(sotto, 'x@example.net', eager)).status).toBe(429)
    expect((await ask(sotto, 'no address')).status).toBe(400)
  })

  test('shows the data when the link is used, which a GET does not do, once and within an hour', async () => {
    await using sotto = await openInstance()
    await new Person(sotto, 'gil').signUp()
    const { app } = sotto
    await submitMessage(app, { ...(await actorOf(sotto)) }, { kind: 'feedback', body: 'x', address: 'gil@example.org' })
    await app.db.commit(() => recordRefusal(app, addressHash(app, 'gil@example.org'), 'delivery'))
    await ask(sotto, 'gil@example.org')
    const link = await lastLink(sotto, 'address-look-up', 'gil@example.org')
    for (let time = 0; time < 2; time++) expect((await new Person(sotto).get(link)).status).toBe(200)
    const { page } = await open(sotto, 'gil@example.org')
    for (const words of ['There is no account', 'have not been used yet', 'No. 1', 'This is what is stored about'])
      expect([words, page.includes(words)]).toEqual([words, true])
    expect((await new Person(sotto).post(link)).status).toBe(404)
    sotto.clock.advance(6 * minute)
    await ask(sotto, 'gil@example.org')
    sotto.clock.advance(hour)
    expect((await new Person(sotto).post(await lastLink(sotto, 'address-look-up', 'gil@example.org'))).status).toBe(404)
  })

  test('erases the data and applies the choice about opt-outs', async () => {
    await using sotto = await openInstance()
    const { app } = sotto
    const refusals = async () => (await rowsOf(app, 'refusal')).map(({ purpose }) => purpose)
    for (const [choice, left] of [
      ['keep', ['delivery']],
      ['all', ['all']],
      ['forget', []],
    ] as const) {
      const [name, email] = [`gil-${choice}`, `gil-${choice}@example.org`]
      await new Person(sotto, name).signUp()
      await submitMessage(app, await actorOf(sotto), { kind: 'feedback', body: 'x', address: email })
      await app.db.commit(() => recordRefusal(app, addressHash(app, email), 'delivery'))
      await ask(sotto, email)
      const { code } = await open(sotto, email)
      expect(await dump(sotto)).toContain(email)
      const erase = () => new Person(sotto).post('/privacy/here/erase-address', { code, refusals: choice })
      expect((await erase()).status).toBe(303)
      expect(await dump(sotto)).not.toContain(email)
      expect([await refusals(), await rowsOf(app, 'code')]).toEqual([[...left], []])
      expect((await rowsOf(app, 'message')).map(({ address, sender_hash }) => [address, sender_hash])).toContainEqual([
        null,
        null,
      ])
      expect(await mayMailRecipient(app, email)).toBe(choice === 'forget')
      expect((await erase()).status).toBe(404)
      await tamper(app, 'DELETE FROM refusal')
      await purge(app, sotto.clock.now)
      expect(filesWith(sotto.dataDir, Buffer.from(email))).toEqual([])
    }
  })

  test('keeps the data of an account, which closing it erases, and the data of other people', async () => {
    await using sotto = await openInstance()
    const [person, other] = [await member(sotto), await member(sotto)]
    await person.post('/account/password', { current: goodPassword, password: 'another correct battery' })
    await ask(sotto, person.email)
    await ask(sotto, other.email)
    const { page, code } = await open(sotto, person.email)
    expect(page).toContain('There is an account with this address.')
    expect(page).not.toContain(other.email)
    await new Person(sotto).post('/privacy/here/erase-address', { code, refusals: 'keep' })
    expect(await kindsTo(sotto, person.email)).toEqual(['password-changed'])
    expect(await rowsOf(sotto.app, 'account')).toHaveLength(2)
    expect((await mails(sotto)).filter(({ to }) => to === other.email).length).toBeGreaterThan(1)
    expect(await open(sotto, other.email)).toMatchObject({ code: expect.stringMatching(/.{43}/) })
  })
})

async function actorOf({ app }: Instance) {
  return { account: null, role: null, scopes: 'all', session: null, network: app.random(4).toHex() } as const
}
