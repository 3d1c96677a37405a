import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { toRootKey } from '../../src/crypto/sealing.ts'
import { drawExpiryId, idsPerSecond, lastExpiryId, redrawExpiryId } from '../../src/database/expiry-id.ts'
import { createKey, idOf } from '../../src/secrets/key.ts'
import { minute, second } from '../fixtures/clock.ts'

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
const lowest = (bytes: number) => new Uint8Array(bytes)
const highest = (bytes: number) => new Uint8Array(bytes).fill(255)
const draws = [drawExpiryId, redrawExpiryId]
const moment = fc.integer({ min: Date.UTC(2025, 1), max: Date.UTC(2131) })

test('an id is above those of earlier seconds and below those of later ones', () => {
  fc.assert(
    fc.property(moment, fc.nat({ max: 255 }), (expiresAt, byte) => {
      for (const draw of draws) {
        const id = draw(expiresAt, (bytes) => new Uint8Array(bytes).fill(byte))
        expect(Number.isSafeInteger(id)).toBe(true)
        expect(id).toBeGreaterThan(lastExpiryId(expiresAt - second))
        expect(id).toBeLessThanOrEqual(lastExpiryId(expiresAt))
      }
    }),
  )
})

test('a second has 2^20 ids, from the lowest to the highest', () => {
  const at = Date.UTC(2026, 10, 21)
  expect(idsPerSecond).toBe(2 ** 20)
  expect(lastExpiryId(at) - lastExpiryId(at - second)).toBe(idsPerSecond)
  expect(redrawExpiryId(at, lowest)).toBe(lastExpiryId(at - second) + 1)
  expect(redrawExpiryId(at, highest)).toBe(lastExpiryId(at))
})

test('first draws of one millisecond have 2^10 ids of their own', () => {
  const start = Date.UTC(2026, 10, 21)
  for (let ms = 0; ms < 1000; ms++) {
    const [from, to] = [drawExpiryId(start + ms, lowest), drawExpiryId(start + ms, highest)]
    expect(to - from).toBe(2 ** 10 - 1)
    expect(drawExpiryId(start + ms + 1, lowest)).toBeGreaterThan(to)
  }
})

test.each([
  ['a first draw', drawExpiryId, 2 ** 10],
  ['a redraw', redrawExpiryId, 2 ** 20],
] as const)('%s is uniform over its ids', (_, draw, count) => {
  const at = Date.UTC(2026, 10, 21)
  const buckets = new Uint32Array(64)
  for (let drawn = 0; drawn < 64_000; drawn++) {
    const bucket = Math.floor(((draw(at, random) - draw(at, lowest)) * 64) / count)
    buckets[bucket] = (buckets[bucket] ?? 0) + 1
  }
  for (const hits of buckets) expect(Math.abs(hits - 1000) / Math.sqrt(1000)).toBeLessThan(6)
})

test('every id until after 2130 fits into a key, and SQLite stores it exactly', () => {
  const last = lastExpiryId(Date.UTC(2131) - 1)
  expect(last).toBeLessThan(36 ** 10)
  expect(36 ** 10).toBeLessThan(Number.MAX_SAFE_INTEGER / 2)
  expect(lastExpiryId(Date.UTC(2135, 5))).toBeLessThan(36 ** 10)
  using db = new Database(':memory:')
  db.run('CREATE TABLE receipt (id INTEGER PRIMARY KEY)')
  for (const id of [last - 1, last]) {
    db.run('INSERT INTO receipt VALUES (?)', [id])
    expect(db.query('SELECT CAST(id AS TEXT) AS id FROM receipt WHERE id = ?').get(id)).toEqual({ id: String(id) })
  }
})

test('a key contains the id, for any expiry', () => {
  const root = toRootKey(random(32))
  fc.assert(
    fc.property(moment, (expiresAt) => {
      for (const draw of draws) {
        const id = draw(expiresAt + minute, random)
        expect(idOf(createKey(random, root, id), root)).toBe(id)
      }
    }),
  )
})
