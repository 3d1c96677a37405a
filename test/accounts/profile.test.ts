import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Instance } from '../fixtures/instance.ts'
import { goodPassword, member, openInstance, Person } from '../fixtures/people.ts'
import { rowsOf } from '../fixtures/stored.ts'

let sotto: Instance
beforeAll(async () => {
  sotto = await openInstance({ 'mail-optional': 'news,feedback' })
})
afterAll(() => sotto[Symbol.asyncDispose]())

const accountOf = async (name: string) =>
  (await rowsOf(sotto.app, 'account')).find(({ user_name }) => user_name === name)

describe('the profile (P20)', () => {
  test('shows every stored value, and no hash', async () => {
    const person = await member(sotto)
    const page = await (await person.get('/account')).text()
    for (const text of [person.name, person.email, 'Role', 'Account created', 'Address confirmed', 'Age confirmed'])
      expect(page).toContain(text)
    expect(page).not.toContain('argon2')
  })

  test('changes and erases one value at a time', async () => {
    const person = await member(sotto)
    const name = `${person.name}-2`
    await person.post('/account/user-name', { user_name: name.toUpperCase() })
    await person.post('/account/real-name', { real_name: '  Ada  Lovelace ' })
    expect(await accountOf(name)).toMatchObject({ real_name: 'Ada  Lovelace', email: person.email })
    await person.post('/account/real-name', { real_name: '' })
    expect((await accountOf(name))?.real_name).toBeNull()
  })

  test('rejects the user name of another account, and accepts the current one', async () => {
    const [one, other] = [await member(sotto), await member(sotto)]
    expect((await one.post('/account/user-name', { user_name: other.name })).status).toBe(422)
    expect((await one.post('/account/user-name', { user_name: one.name })).status).toBe(303)
  })

  test('shows the rule of a rejected field next to it, and next to no other', async () => {
    const person = await member(sotto)
    const page = await (await person.post('/account/real-name', { real_name: 'x'.repeat(101) })).text()
    expect(page).toContain('<p class="fault" id="real_name-error">Names have at most 100 characters,')
    expect(page).toContain('aria-describedby="real_name-hint real_name-error" aria-invalid="true"')
    expect(page.match(/class="fault"/g)).toHaveLength(1)
  })

  test('escapes its values', async () => {
    const person = await member(sotto)
    await person.post('/account/real-name', { real_name: '"><script>planted</script>' })
    expect(await (await person.get('/account')).text()).not.toContain('"><script>planted')
  })

  test.each(['/account', '/account/password', '/account/sessions', '/account/consents', '/account/close'])(
    '%s redirects to sign in without a session',
    async (path) => {
      expect((await new Person(sotto).get(path)).headers.get('location')).toBe(`${sotto.url}/sign-in`)
    },
  )
})

describe('a picture', () => {
  // A PNG of one red pixel, with a comment in it.
  const point = Uint8Array.fromBase64(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  )
  const comment = Buffer.from('tEXtComment\0planted-place')
  const upload = (person: Person, bytes: Uint8Array) => {
    const form = new FormData()
    form.set('picture', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'me.png')
    return sotto.fetch('/account/picture', { method: 'POST', body: form, headers: person.headers() })
  }

  test('is re-encoded without its metadata, and visible only to its owner', async () => {
    const person = await member(sotto)
    const crc = Buffer.alloc(4)
    crc.writeUInt32BE(Bun.hash.crc32(comment))
    const length = Buffer.alloc(4)
    length.writeUInt32BE(comment.length - 4)
    const end = point.length - 12
    const planted = Buffer.concat([point.subarray(0, end), length, comment, crc, point.subarray(end)])
    expect((await upload(person, planted)).status).toBe(303)
    const answer = await person.get('/account/picture')
    const bytes = Buffer.from(await answer.bytes())
    expect(answer.headers.get('content-type')).toBe('image/webp')
    expect(bytes.toString('latin1', 8, 12)).toBe('WEBP')
    expect(bytes.includes('planted')).toBe(false)
    expect((await new Person(sotto).get('/account/picture')).status).toBe(401)
    expect((await (await member(sotto)).get('/account/picture')).status).toBe(404)
    expect((await person.post('/account/picture/erase')).status).toBe(303)
    expect((await person.get('/account/picture')).status).toBe(404)
  })

  test('is scaled down', async () => {
    const person = await member(sotto)
    const large = await new Bun.Image(point).resize(1200, 600).png().bytes()
    expect((await upload(person, large)).status).toBe(303)
    const kept = new Bun.Image(await (await person.get('/account/picture')).bytes())
    expect(await kept.metadata()).toMatchObject({ width: 256, height: 128, format: 'webp' })
  })

  test('is refused if it is unreadable, too large or has too many pixels', async () => {
    const person = await member(sotto)
    expect((await upload(person, new TextEncoder().encode('<svg onload="planted()"/>'))).status).toBe(400)
    expect((await upload(person, point.subarray(0, 40))).status).toBe(400)
    expect((await upload(person, new Uint8Array(512_001))).status).toBe(413)
    expect((await upload(person, new Uint8Array(700_000))).status).toBe(413)
    const bomb = Uint8Array.from(point)
    new DataView(bomb.buffer).setUint32(16, 60_000)
    new DataView(bomb.buffer).setUint32(20, 60_000)
    expect((await upload(person, bomb)).status).toBe(400)
    expect((await person.post('/account/picture', { picture: 'text' })).status).toBe(415)
    expect((await person.get('/account/picture')).status).toBe(404)
  })
})

describe('a consent (P09)', () => {
  test('is withdrawn as easily as it is given, and its history is kept', async () => {
    const person = await member(sotto)
    const answers = async () => {
      const { history } = (await (await person.api('/account/consents')).json()) as { history: { answer: string }[] }
      return history.map(({ answer }) => answer)
    }
    await person.post('/account/consents', { purpose: 'news', answer: 'given' })
    await person.post('/account/consents', { purpose: 'news', answer: 'given' })
    await person.post('/account/consents', { purpose: 'news', answer: 'withdrawn' })
    await person.post('/account/consents', { purpose: 'feedback', answer: 'withdrawn' })
    expect(await answers()).toEqual(['withdrawn', 'given', 'refused', 'refused', 'given'])
    const page = await (await person.get('/account/consents')).text()
    expect(page).toContain('Withdrawn: News')
    expect(page).toContain('Agreed: I have read the Privacy Statement')
  })

  test('can be given only for what the instance offers', async () => {
    const person = await member(sotto)
    for (const purpose of ['marketing', 'account', 'statement', '__proto__'])
      expect((await person.post('/account/consents', { purpose, answer: 'given' })).status).toBe(400)
  })
})

describe('the account API', () => {
  test('reads, changes and erases values as the pages do', async () => {
    const person = await member(sotto)
    const { id: _, ...known } = (await (await person.api('/account')).json()) as Record<string, unknown>
    expect(known).toEqual({
      user_name: person.name,
      email: person.email,
      real_name: null,
      picture: false,
      password: true,
      role: 'member',
      second_factor_since: null,
      age_stated_at: expect.any(String),
      created_at: expect.any(String),
      confirmed_at: expect.any(String),
    })
    const named = await person.api('/account', { real_name: 'Ada' })
    expect(await named.json()).toMatchObject({ real_name: 'Ada', user_name: person.name })
    expect(await (await person.api('/account', { real_name: null })).json()).toMatchObject({ real_name: null })
    expect((await person.api('/account', { role: 'operator' })).status).toBe(400)
  })

  test('lists sessions, ends them, and closes the account', async () => {
    const person = await member(sotto)
    const elsewhere = new Person(sotto, person.name)
    await elsewhere.signIn()
    const list = (await (await person.api('/account/sessions')).json()) as { id: string; current: boolean }[]
    expect(list.map(({ current }) => current).sort()).toEqual([false, true])
    const other = list.find(({ current }) => !current)?.id
    expect((await person.api(`/account/sessions/${other}/end`, {})).status).toBe(204)
    expect([await elsewhere.isIn(), await person.isIn()]).toEqual([false, true])
    const wrong = { secrets: 'leave', when: 'now', password: 'not this one' }
    expect((await person.api('/account/close', wrong)).status).toBe(403)
    expect((await person.api('/account/close', { ...wrong, password: goodPassword })).status).toBe(204)
    expect([await person.isIn(), await accountOf(person.name)]).toEqual([false, undefined])
  })

  test('requires an account', async () => {
    for (const path of ['/account', '/account/sessions', '/account/consents'])
      expect((await new Person(sotto).api(path)).status).toBe(401)
    for (const path of ['/account', '/account/sessions/end-others'])
      expect((await new Person(sotto).api(path, {})).status).toBe(401)
  })
})
