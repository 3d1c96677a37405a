import { describe, expect, test } from 'bun:test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../../src/app.ts'
import {
  createFragment,
  deriveFragmentKeys,
  openWithFragment,
  sealWithFragment,
  toBase64Url,
} from '../../src/crypto/end-to-end.ts'
import { lookupOf, open, unwrap } from '../../src/crypto/sealing.ts'
import { query } from '../../src/database/query.ts'
import { run } from '../../src/database/unit.ts'
import { day, hour } from '../fixtures/clock.ts'
import { type Instance, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { everyRow, rowsOf, tamper } from '../fixtures/stored.ts'

const inEurope = { region: 'eu' }

describe('an attacker with the database, the configuration and the root key, but no link (P03)', () => {
  test('opens nothing with any stored value or the root key', async () => {
    await using sotto = await startInstance(inEurope)
    await shareOfEveryKind(sotto)
    const { app } = sotto
    const loot = await lootOf(app)
    expect(loot.length).toBeGreaterThan(100)
    let opened = 0
    for (const secret of await rowsOf(app, 'secret')) {
      const binding = { region: app.config.region, expiresAt: secret.expires_at, endToEnd: secret.proof !== null }
      for (const { text, bytes } of loot) {
        for (const passphrase of [undefined, bytes.subarray(0, 32)]) {
          opened += succeeds(() => open({ key: text, root: app.root, passphrase }, binding, secret))
        }
        opened += succeeds(() => unwrap('link', text, app.root, secret.link))
      }
    }
    for (const { wrapped } of await rowsOf(app, 'idempotent_response')) {
      for (const { text } of loot) opened += succeeds(() => unwrap('idempotency-key', text, app.root, wrapped))
    }
    expect(opened).toBe(0)
  })

  test('finds no secret or receipt with any stored value as its key', async () => {
    await using sotto = await startInstance(inEurope)
    await shareOfEveryKind(sotto)
    const lookups = [...(await rowsOf(sotto.app, 'secret')), ...(await rowsOf(sotto.app, 'receipt'))].map(
      ({ lookup }) => lookup.toHex(),
    )
    for (const { text } of await lootOf(sotto.app)) expect(lookups).not.toContain(lookupOf(text).toHex())
  })

  test('learns of a secret only that it exists, and the bucket of its length', async () => {
    await using sotto = await startInstance(inEurope)
    for (const content of ['a', 'b'.repeat(255), 'a']) await sotto.posted('/secrets', { content })
    const sealed = (await rowsOf(sotto.app, 'secret')).map(({ sealed }) => sealed)
    expect(new Set(sealed.map(({ length }) => length)).size).toBe(1)
    expect(new Set(sealed.map((bytes) => bytes.toHex())).size).toBe(3)
  })
})

describe('an attacker who also has a link', () => {
  test('finds nothing to open after the secret was revealed, burned, acknowledged or expired', async () => {
    await using sotto = await startInstance(inEurope)
    const [revealed, burned, acknowledged, expired] = await shareAll(sotto, ['1h', '1h', '1h', '60s'])
    await sotto.posted(`/secrets/${revealed?.key}/reveal`)
    await sotto.posted(`/receipts/${burned?.receipt.key}/burn`)
    const word = { 'idempotency-key': 'my-own-random-word' }
    await sotto.posted(`/secrets/${acknowledged?.key}/reveal`, {}, word)
    await sotto.post(`/secrets/${acknowledged?.key}/acknowledge`, {}, word)
    expect(await rowsOf(sotto.app, 'secret')).toHaveLength(1)
    expect(await openedWith(sotto.app, { key: expired?.key ?? '' })).toBe(1)
    for (const one of [revealed, burned, acknowledged])
      expect(await openedWith(sotto.app, { key: one?.key ?? '' })).toBe(0)
  })

  test('still needs the passphrase', async () => {
    await using sotto = await startInstance(inEurope)
    const { key } = await sotto.posted('/secrets', { content: 'sésame', passphrase: 'open' })
    expect(await openedWith(sotto.app, { key })).toBe(0)
    for (const { bytes } of await lootOf(sotto.app)) {
      expect(await openedWith(sotto.app, { key, passphrase: bytes.subarray(0, 32) })).toBe(0)
    }
  })

  test('still needs the fragment of an end-to-end secret', async () => {
    await using sotto = await startInstance(inEurope)
    const { key, keys } = await shareEndToEnd(sotto)
    const [row] = await rowsOf(sotto.app, 'secret')
    if (!row) throw new Error('no row')
    const binding = { region: 'eu', expiresAt: row.expires_at, endToEnd: true }
    const inner = Uint8Array.from(open({ key, root: sotto.app.root, passphrase: undefined }, binding, row))
    expect(new TextDecoder().decode(await openWithFragment(keys, inner))).toBe('sésame')
    let opened = 0
    for (const { bytes } of await lootOf(sotto.app)) {
      const guess = await deriveFragmentKeys(Uint8Array.from(bytes))
      opened += await openWithFragment(guess, inner).then(
        () => 1,
        () => 0,
      )
    }
    expect(opened).toBe(0)
  })
})

describe('an attacker who can write to the database', () => {
  test('cannot extend the life of a secret: with another expiry it does not open', async () => {
    await using sotto = await startInstance(inEurope)
    const { key } = await sotto.posted('/secrets', { content: 'sésame', ttl: '1h' })
    await tamper(sotto.app, `UPDATE secret SET expires_at = expires_at + ${day}`)
    sotto.clock.advance(2 * hour)
    expect((await sotto.post(`/secrets/${key}/reveal`)).status).toBe(500)
    await tamper(sotto.app, `UPDATE secret SET expires_at = expires_at - ${day}`)
    expect((await sotto.post(`/secrets/${key}/reveal`)).status).toBe(404)
  })

  test('cannot remove the passphrase or the proof, or move a content to another link', async () => {
    await using sotto = await startInstance(inEurope)
    const locked = await sotto.posted('/secrets', { content: 'sésame', passphrase: 'open' })
    const inBrowser = await shareEndToEnd(sotto)
    const [mine, other] = await shareAll(sotto, ['1h', '1h'])
    await tamper(sotto.app, 'UPDATE secret SET passphrase_salt = NULL, proof = NULL')
    await tamper(
      sotto.app,
      `UPDATE secret SET (salt, commitment, sealed) = (SELECT salt, commitment, sealed FROM secret WHERE lookup = ${sql(mine?.key)})
       WHERE lookup = ${sql(other?.key)}`,
    )
    for (const one of [locked, inBrowser, other]) {
      const answer = await sotto.post(`/secrets/${one?.key}/reveal`)
      expect([answer.status, await answer.json()]).toMatchObject([500, { code: 'unreadable' }])
    }
  })

  test('cannot move a secret to another region, even one that shares the root key (P17)', async () => {
    using folder = temporaryFolder()
    await using europe = await startInstance({ ...inEurope, 'data-dir': withRootKey(folder.path, 'europe') })
    await using america = await startInstance({ region: 'us', 'data-dir': withRootKey(folder.path, 'america') })
    const { key } = await europe.posted('/secrets', { content: 'sésame' })
    await copySecrets(europe.app, america.app)
    const moved = await rowsOf(america.app, 'secret')
    expect(moved).toEqual(await rowsOf(europe.app, 'secret'))
    expect(america.app.root).toEqual(europe.app.root)
    expect((await america.post(`/secrets/${key}/reveal`)).status).toBe(500)
    expect(await openedWith(europe.app, { key })).toBe(1)
    expect(await openedWith(europe.app, { key }, 'us')).toBe(0)
  })
})

interface Loot {
  readonly text: string
  readonly bytes: Uint8Array
}

// Every stored value, the configuration and the root key, each in the encodings in which it could be a key.
async function lootOf(app: App): Promise<Loot[]> {
  const stored = Object.values(await everyRow(app)).flatMap((rows) => rows.flatMap((row) => Object.values(row)))
  const values = [...stored, ...Object.values(app.config), app.root.bytes].filter((value) => value !== null)
  return values.flatMap((value) => {
    const bytes = value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value))
    const texts = (['latin1', 'utf8', 'hex', 'base64', 'base64url'] as const).map((form) => bytes.toString(form))
    return [...texts, ...texts.map((text) => text.slice(0, 31))].map((text) => ({ text, bytes }))
  })
}

// Returns how many of the stored secrets open with this link, according to their rows.
async function openedWith(
  app: App,
  { key, passphrase }: { key: string; passphrase?: Uint8Array },
  region = 'eu',
): Promise<number> {
  return (await rowsOf(app, 'secret')).reduce((opened, row) => {
    const binding = { region, expiresAt: row.expires_at, endToEnd: row.proof !== null }
    return opened + succeeds(() => open({ key, root: app.root, passphrase }, binding, row))
  }, 0)
}

function succeeds(work: () => unknown): number {
  try {
    work()
    return 1
  } catch {
    return 0
  }
}

async function shareOfEveryKind(sotto: Instance): Promise<void> {
  await sotto.posted('/secrets', { content: 'sésame' }, { 'idempotency-key': 'my-own-random-word' })
  await sotto.posted('/secrets', { content: 'sésame', passphrase: 'open' })
  await shareEndToEnd(sotto)
  const { key } = await sotto.posted('/secrets', { content: 'sésame' })
  await sotto.posted(`/secrets/${key}/reveal`, {}, { 'idempotency-key': 'my-own-random-word' })
}

function shareAll(sotto: Instance, lives: string[]) {
  return Promise.all(lives.map((ttl) => sotto.posted('/secrets', { content: 'sésame', ttl })))
}

async function shareEndToEnd(sotto: Instance) {
  const keys = await deriveFragmentKeys(createFragment())
  const sealed = toBase64Url(await sealWithFragment(keys, new TextEncoder().encode('sésame')))
  const created = await sotto.posted('/secrets', { sealed, proof: toBase64Url(keys.proof) })
  return { ...created, keys }
}

function withRootKey(folder: string, name: string): string {
  const path = join(folder, name)
  mkdirSync(path)
  writeFileSync(join(path, 'root.key'), new Uint8Array(32).fill(7).toBase64())
  return path
}

async function copySecrets(from: App, to: App): Promise<void> {
  for (const row of await rowsOf(from, 'receipt'))
    await to.db.commit(() => run(query.insertInto('receipt').values(row)))
  for (const row of await rowsOf(from, 'secret')) await to.db.commit(() => run(query.insertInto('secret').values(row)))
}

function sql(key = ''): string {
  return `X'${lookupOf(key).toHex()}'`
}
