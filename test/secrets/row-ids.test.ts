import { expect, test } from 'bun:test'
import { sql } from 'kysely'
import { anonymousActor } from '../../src/actor.ts'
import type { App } from '../../src/app.ts'
import { idsPerSecond, lastExpiryId } from '../../src/database/expiry-id.ts'
import { run } from '../../src/database/unit.ts'
import { openApp } from '../../src/open-app.ts'
import { createSecret } from '../../src/secrets/create.ts'
import { revealSecret } from '../../src/secrets/reveal.ts'
import { Clock, hour, second } from '../fixtures/clock.ts'
import { failureOf } from '../fixtures/failure.ts'
import { cheap, configWith, temporaryFolder } from '../fixtures/instance.ts'
import { rowsOf } from '../fixtures/stored.ts'

const visitor = anonymousActor('192.0.2.1')
const drawn = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))
const idBytes = 3

/** Opens an instance with a stopped clock: everything that it creates expires in the same millisecond. */
function open(dataDir: string, random = drawn): Promise<App> {
  const limits = { 'limit-creates': 'off', 'limit-all': 'off' }
  const clock = new Clock()
  return openApp(configWith({ 'data-dir': dataDir, ...limits }), {
    argon2: cheap,
    ...clock.readings,
    random,
    write: () => {},
  })
}

function create(app: App, text: string, passphrase?: string) {
  return createSecret(app, visitor, { content: { text }, passphrase, ttl: hour })
}

// Inserts receipts with all ids of the second except every hundredth.
async function fillSecond(app: App): Promise<void> {
  const [first, expiresAt] = [lastExpiryId(app.now() + hour - second) + 1, app.now() + hour]
  await app.db.commit(() =>
    run(sql`INSERT INTO receipt (id, lookup, end_to_end, created_at, expires_at, forget_at)
       WITH RECURSIVE taken(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM taken WHERE i < ${idsPerSecond - 1})
       SELECT ${first} + i, zeroblob(32), 0, ${app.now()}, ${expiresAt}, ${expiresAt + hour}
       FROM taken WHERE i % 100 > 0`),
  )
}

test('creates secrets while 99 % of the ids of their second are taken', async () => {
  using folder = temporaryFolder()
  await using app = await open(folder.path)
  await fillSecond(app)
  const texts = Array.from({ length: 100 }, (_, index) => `text ${index}`)
  const created = await Promise.all(texts.map((text) => create(app, text)))
  const last = lastExpiryId(app.now() + hour)
  const ids = (await rowsOf(app, 'secret')).map(({ id }) => id)
  expect(ids).toHaveLength(100)
  expect(ids.every((id) => id <= last && id > last - idsPerSecond)).toBe(true)
  const revealed = await Promise.all(created.map(({ key }) => revealSecret(app, visitor, key, {})))
  expect(revealed).toEqual(texts.map((text) => ({ text })))
})

test('creates more secrets than a millisecond has ids', async () => {
  using folder = temporaryFolder()
  await using app = await open(folder.path)
  await Promise.all(Array.from({ length: 1500 }, (_, index) => create(app, `text ${index}`)))
  expect(await rowsOf(app, 'secret')).toHaveLength(1500)
})

test('two processes that draw the same ids both keep their secrets', async () => {
  using folder = temporaryFolder()
  const earlier: Uint8Array[] = []
  const recorded = (bytes: number) => {
    const result = drawn(bytes)
    if (bytes === idBytes) earlier.push(result)
    return result
  }
  await using before = await open(folder.path, recorded)
  const first = await Promise.all(Array.from({ length: 21 }, (_, index) => create(before, `first ${index}`)))
  await using after = await open(
    folder.path,
    (bytes) => (bytes === idBytes ? earlier.shift() : undefined) ?? drawn(bytes),
  )
  const later = await Promise.all(Array.from({ length: 20 }, (_, index) => create(after, `later ${index}`)))
  const locked = await create(after, 'locked', 'open')
  expect(earlier).toEqual([])
  for (const [index, { key }] of first.entries())
    expect(await revealSecret(after, visitor, key, {})).toEqual({ text: `first ${index}` })
  for (const [index, { key }] of later.entries())
    expect(await revealSecret(before, visitor, key, {})).toEqual({ text: `later ${index}` })
  expect(await revealSecret(before, visitor, locked.key, { passphrase: 'open' })).toEqual({ text: 'locked' })
})

test('refuses a create with too_busy if every drawn id is taken, and changes nothing', async () => {
  using folder = temporaryFolder()
  let [isStuck, draws] = [true, 0]
  await using app = await open(folder.path, (bytes) => {
    if (bytes !== idBytes || !isStuck) return drawn(bytes)
    draws++
    return new Uint8Array(bytes)
  })
  const { key } = await create(app, 'first')
  expect(draws).toBe(1)
  expect(await failureOf(create(app, 'second'))).toBe('too_busy')
  expect(draws).toBe(1 + 4096)
  expect(await rowsOf(app, 'secret')).toHaveLength(1)
  isStuck = false
  await create(app, 'third')
  expect(await revealSecret(app, visitor, key, {})).toEqual({ text: 'first' })
})
