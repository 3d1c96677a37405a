import { describe, expect, test } from 'bun:test'
import { createFragment, deriveFragmentKeys, sealWithFragment, toBase64Url } from '../../src/crypto/end-to-end.ts'
import { addressHash, mayMailRecipient, refuseMail } from '../../src/mail/refusals.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { sendMessage } from '../../src/privacy/registers/complaints.ts'
import { hour, minute } from '../fixtures/clock.ts'
import type { Instance } from '../fixtures/instance.ts'
import { dump, goodPassword, kindsTo, lastLink, mails, member, openInstance, Person } from '../fixtures/people.ts'
import { everyRow, filesWith, rowsOf } from '../fixtures/stored.ts'

const linksIn = (page: string) => [...page.matchAll(/href="(\/[^"#]*)"/g)].map(([, path = '']) => path)
const nothing = 'Nothing is stored under this'

async function look(sotto: Instance, link: string, who = new Person(sotto)): Promise<string> {
  return (await who.post('/privacy/here/link', { link })).text()
}

describe('your privacy here (P32)', () => {
  test('links every right, and no link leads nowhere: with an account each is at hand, without one those of an account ask to sign in', async () => {
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

  test('is linked from the statement and from the account', async () => {
    await using sotto = await openInstance()
    const person = await member(sotto)
    for (const page of ['/privacy', '/account'])
      expect(linksIn(await (await person.get(page)).text())).toContain('/privacy/here')
  })
})

describe('the holder of a link or a receipt (P32)', () => {
  test('sees what is held about it, and nothing of what it says; looking changes nothing', async () => {
    await using sotto = await openInstance()
    const made = await sotto.posted('/secrets', { content: 'sésame ouvre-toi' })
    const before = everyRow(sotto.app)
    const [byLink, byReceipt] = [await look(sotto, made.url), await look(sotto, `  ${made.receipt.url}/`)]
    for (const words of ['At most 1 KiB', 'On the server', 'sealed', '21 November 2026 at 12:00 UTC'])
      expect([words, byLink.includes(words)]).toEqual([words, true])
    expect(byLink).not.toContain('A receipt</h2>')
    expect(byReceipt).toContain('Not opened yet')
    for (const page of [byLink, byReceipt]) expect(page).not.toContain('sésame')
    expect(byReceipt).not.toContain(made.key)
    expect(byLink).not.toContain(made.receipt.key)
    expect(everyRow(sotto.app)).toEqual(before)
    expect(sotto.lines.join('\n')).toContain('/privacy/here/link')
    for (const key of [made.key, made.receipt.key]) expect(sotto.lines.join('\n')).not.toContain(key)
  })

  test('is told the size in steps alone', async () => {
    await using sotto = await openInstance()
    const sizeOf = async (length: number) =>
      /At most [\d,]+ KiB/.exec(
        await look(sotto, (await sotto.posted('/secrets', { content: 'x'.repeat(length) })).key),
      )?.[0]
    expect([await sizeOf(1), await sizeOf(800)]).toEqual(['At most 1 KiB', 'At most 1 KiB'])
    expect([await sizeOf(5000), await sizeOf(7000)]).toEqual(['At most 8 KiB', 'At most 8 KiB'])
  })

  test('is told the same of what is gone and of what never existed', async () => {
    await using sotto = await openInstance()
    const made = await sotto.posted('/secrets', { content: 'x' })
    await sotto.post(`/secrets/${made.key}/reveal`)
    for (const link of [made.url, 'a'.repeat(31), 'https://elsewhere.example/', '', '#']) {
      const answer = await new Person(sotto).post('/privacy/here/link', { link })
      expect([link, answer.status, (await answer.text()).includes(nothing)]).toEqual([link, 400, true])
    }
    const after = await look(sotto, made.receipt.key)
    for (const words of ['Opened', 'The secret itself no longer exists.']) expect(after).toContain(words)
  })

  test('destroys a secret by a link that alone would open it; its sender sees that', async () => {
    await using sotto = await openInstance()
    const made = await sotto.posted('/secrets', { content: 'x' })
    expect(await look(sotto, made.url)).toContain('>Erase</button>')
    expect((await new Person(sotto).post('/privacy/here/erase', { link: made.url })).status).toBe(303)
    expect(rowsOf(sotto.app, 'secret')).toEqual([])
    expect(await look(sotto, made.receipt.key)).toContain('Destroyed')
  })

  test('destroys none by a link that needs a fragment or a passphrase as well: who only follows links has neither', async () => {
    await using sotto = await openInstance()
    const keys = await deriveFragmentKeys(createFragment())
    const sealed = toBase64Url(await sealWithFragment(keys, new TextEncoder().encode('x')))
    const endToEnd = await sotto.posted('/secrets', { sealed, proof: toBase64Url(keys.proof) })
    const locked = await sotto.posted('/secrets', { content: 'x', passphrase: 'open' })
    for (const { key, url, receipt } of [endToEnd, locked]) {
      const page = await look(sotto, `${url}#fragment`)
      expect(page).toContain('it cannot destroy it either')
      expect(page).not.toContain('>Erase</button>')
      expect((await new Person(sotto).post('/privacy/here/erase', { link: key })).status).toBe(403)
      expect((await sotto.fetch(`/api/v3/secrets/${key}`)).status).toBe(200)
      expect((await new Person(sotto).post('/privacy/here/erase', { link: receipt.key })).status).toBe(303)
      expect((await sotto.fetch(`/api/v3/secrets/${key}`)).status).toBe(404)
    }
  })

  test('erases by the receipt all that there is, from the file too', async () => {
    await using sotto = await openInstance()
    const person = await member(sotto)
    const made = (await (await person.api('/secrets', { content: 'x' })).json()) as { receipt: { key: string } }
    const other = await sotto.posted('/secrets', { content: 'y' })
    const [row] = rowsOf(sotto.app, 'owned_secret')
    const receipt = rowsOf(sotto.app, 'receipt').find(({ id }) => id === row?.id)
    expect(receipt).toBeDefined()
    await new Person(sotto).post('/privacy/here/erase', { link: made.receipt.key })
    await purge(sotto.app, sotto.clock.now)
    expect(rowsOf(sotto.app, 'owned_secret')).toEqual([])
    expect([rowsOf(sotto.app, 'secret').length, rowsOf(sotto.app, 'receipt').length]).toEqual([1, 1])
    expect(filesWith(sotto.dataDir, receipt?.lookup ?? new Uint8Array())).toEqual([])
    expect(await look(sotto, made.receipt.key)).toContain(nothing)
    expect((await sotto.fetch(`/api/v3/receipts/${other.receipt.key}`)).status).toBe(200)
  })

  test('is slowed down when guessing', async () => {
    await using sotto = await openInstance()
    const guesser = new Person(sotto)
    const statuses: number[] = []
    for (let guess = 0; guess < 210; guess++)
      statuses.push((await guesser.post('/privacy/here/link', { link: 'a'.repeat(31) })).status)
    expect(statuses.at(-1)).toBe(429)
    expect((await new Person(sotto).post('/privacy/here/link', { link: 'b'.repeat(31) })).status).toBe(400)
  })

  test('sends no fragment from a browser, and puts no key into an address', async () => {
    await using sotto = await openInstance()
    const page = await (await new Person(sotto).get('/privacy/here')).text()
    expect(page).toMatch(/<form[^>]*method="post" action="\/privacy\/here\/link"/)
    expect(page).toContain('pattern="[^#]*"')
  })
})

describe('the holder of an address (P32)', () => {
  const ask = (sotto: Instance, email: string, who = new Person(sotto)) => who.post('/privacy/here/address', { email })
  const next = (page: string) => /name="code" value="([^"]+)"/.exec(page)?.[1] ?? ''

  async function open(sotto: Instance, email: string): Promise<{ page: string; code: string }> {
    const answer = await new Person(sotto).post(lastLink(sotto, 'about-address', email))
    const page = await answer.text()
    return { page, code: next(page) }
  }

  test('is answered the same, whatever is held, and mailed a link; a stranger fills no mailbox', async () => {
    await using sotto = await openInstance()
    const person = await member(sotto)
    const said = async (email: string) => {
      const answer = await ask(sotto, email)
      return [answer.status, answer.headers.get('location'), await answer.text()]
    }
    expect(await said(person.email)).toEqual(await said('stranger@example.net'))
    await ask(sotto, 'stranger@example.net')
    expect(kindsTo(sotto, 'stranger@example.net')).toEqual(['about-address'])
    sotto.clock.advance(6 * minute)
    await ask(sotto, 'stranger@example.net')
    expect(kindsTo(sotto, 'stranger@example.net')).toEqual(['about-address', 'about-address'])
    const eager = new Person(sotto)
    for (let time = 0; time < 5; time++) await ask(sotto, 'x@example.net', eager)
    expect((await ask(sotto, 'x@example.net', eager)).status).toBe(429)
    expect((await ask(sotto, 'no address')).status).toBe(400)
  })

  test('sees what is held when the link is opened, which a GET does not, and which works once and for an hour', async () => {
    await using sotto = await openInstance()
    await new Person(sotto, 'gil').signUp()
    const { app } = sotto
    await sendMessage(app, { ...(await actorOf(sotto)) }, { kind: 'feedback', body: 'x', address: 'gil@example.org' })
    await app.db.commit(() => refuseMail(app, addressHash(app, 'gil@example.org'), 'delivery'))
    await ask(sotto, 'gil@example.org')
    const link = lastLink(sotto, 'about-address', 'gil@example.org')
    for (let time = 0; time < 2; time++) expect((await new Person(sotto).get(link)).status).toBe(200)
    const { page } = await open(sotto, 'gil@example.org')
    for (const words of ['There is no account', 'have not been used yet', 'No. 1', 'This is what is stored about'])
      expect([words, page.includes(words)]).toEqual([words, true])
    expect((await new Person(sotto).post(link)).status).toBe(404)
    sotto.clock.advance(6 * minute)
    await ask(sotto, 'gil@example.org')
    sotto.clock.advance(hour)
    expect((await new Person(sotto).post(lastLink(sotto, 'about-address', 'gil@example.org'))).status).toBe(404)
  })

  test('erases it, and says what becomes of the wish for no mail', async () => {
    await using sotto = await openInstance()
    const { app } = sotto
    const wishes = () => rowsOf(app, 'refusal').map(({ purpose }) => purpose)
    for (const [wish, left] of [
      ['keep', ['delivery']],
      ['all', ['all']],
      ['forget', []],
    ] as const) {
      const [name, email] = [`gil-${wish}`, `gil-${wish}@example.org`]
      await new Person(sotto, name).signUp()
      await sendMessage(app, await actorOf(sotto), { kind: 'feedback', body: 'x', address: email })
      await app.db.commit(() => refuseMail(app, addressHash(app, email), 'delivery'))
      await ask(sotto, email)
      const { code } = await open(sotto, email)
      expect(dump(sotto)).toContain(email)
      const erase = () => new Person(sotto).post('/privacy/here/erase-address', { code, refusals: wish })
      expect((await erase()).status).toBe(303)
      expect(dump(sotto)).not.toContain(email)
      expect([wishes(), rowsOf(app, 'code')]).toEqual([[...left], []])
      expect(rowsOf(app, 'message').map(({ address, sender_hash }) => [address, sender_hash])).toContainEqual([
        null,
        null,
      ])
      expect(mayMailRecipient(app, email)).toBe(wish === 'forget')
      expect((await erase()).status).toBe(404)
      await app.db.commit(() => app.db.run({ sql: 'DELETE FROM refusal', parameters: [] }))
      await purge(app, sotto.clock.now)
      expect(filesWith(sotto.dataDir, Buffer.from(email))).toEqual([])
    }
  })

  test('leaves alone what belongs to an account, which its owner erases by closing it, and what is anybody else’s', async () => {
    await using sotto = await openInstance()
    const [person, other] = [await member(sotto), await member(sotto)]
    await person.post('/account/password', { current: goodPassword, password: 'another correct battery' })
    await ask(sotto, person.email)
    await ask(sotto, other.email)
    const { page, code } = await open(sotto, person.email)
    expect(page).toContain('There is an account with this address.')
    expect(page).not.toContain(other.email)
    await new Person(sotto).post('/privacy/here/erase-address', { code, refusals: 'keep' })
    expect(kindsTo(sotto, person.email)).toEqual(['password-changed'])
    expect(rowsOf(sotto.app, 'account')).toHaveLength(2)
    expect(mails(sotto).filter(({ to }) => to === other.email).length).toBeGreaterThan(1)
    expect(await open(sotto, other.email)).toMatchObject({ code: expect.stringMatching(/.{43}/) })
  })
})

async function actorOf({ app }: Instance) {
  return { account: null, role: null, scopes: 'all', session: null, network: app.random(4).toHex() } as const
}
