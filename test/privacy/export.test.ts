import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Value } from '@sinclair/typebox/value'
import { query } from '../../src/database/query.ts'
import type { Schema } from '../../src/database/schema/schema.ts'
import { run } from '../../src/database/unit.ts'
import type { Category } from '../../src/privacy/inventory/category.ts'
import { inventory } from '../../src/privacy/inventory/inventory.ts'
import { type Export, exportOf } from '../../src/privacy/rights/export.ts'
import { ExportSchema } from '../../src/privacy/rights/export-schema.ts'
import { day, minute } from '../fixtures/clock.ts'
import { type Everything, everythingOf, tablesOfPeople } from '../fixtures/everything.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { goodPassword, member, openInstance } from '../fixtures/people.ts'
import { bearer, someone } from '../fixtures/someone.ts'
import { everyRow } from '../fixtures/stored.ts'

let sotto: Instance
let ann: Everything
let ben: Everything
let exported: Export
beforeAll(async () => {
  sotto = await startInstance()
  ann = await everythingOf(sotto, 'ann-kestrel', sotto.clock.now + 300 * day)
  ben = await everythingOf(sotto, 'ben-sparrow', sotto.clock.now + 300 * day)
  exported = await exportOf(sotto.app, ann.id)
})
afterAll(() => sotto[Symbol.asyncDispose]())

const partOf = (what: keyof Schema) => {
  const part = exported.parts.find((one) => one.what === what)
  if (!part) throw new Error(`no part ${what}`)
  return part
}
// Not linked to an account, or withheld because the law may forbid us to tell: the export says so for each.
const withoutRows = new Set<keyof Schema>(['idempotent_response', 'disclosure', 'disclosure_subject', 'legal_hold'])

describe('an export (P20)', () => {
  test('has every table and column of the inventory with personal data', () => {
    expect(exported.parts.map(({ what }) => what)).toEqual(tablesOfPeople)
    const silent: Category[] = ['technical', 'moment']
    for (const [table, { columns, purpose }] of Object.entries(inventory)) {
      const personal = Object.entries<Category>(columns).filter(([, category]) => !silent.includes(category))
      if (personal.length === 0) continue
      const part = partOf(table as keyof Schema)
      expect(part.columns).toEqual(columns)
      expect(purpose).toStartWith('privacy.purpose.')
      for (const words of [part.purpose, part.kept_for, part.found]) expect(words.length).toBeGreaterThan(5)
    }
  })

  test('has every row about the person with every column, and marks values that are stored but not shown', () => {
    for (const table of tablesOfPeople) {
      const stored = ann.rows[table]
      expect([table, stored.length > 0]).toEqual([table, true])
      const { rows, found, columns } = partOf(table)
      expect([table, rows.length]).toEqual([table, withoutRows.has(table) ? 0 : stored.length])
      if (withoutRows.has(table)) expect(found).toMatch(/never shown|cannot be found/i)
      for (const [index, row] of rows.entries()) {
        expect(Object.keys(row)).toEqual(Object.keys(columns))
        for (const [column, value] of Object.entries(row))
          expect([table, column, value === null]).toEqual([
            table,
            column,
            (stored[index] as unknown as Record<string, unknown>)[column] === null,
          ])
      }
    }
  })

  test('shows personal data as text, decrypts notes and addresses, and includes pictures', () => {
    expect(partOf('account').rows).toMatchObject([
      { user_name: ann.name, email: ann.email, real_name: 'ann-kestrel Kingfisher', password: 'stored, not shown' },
    ])
    const picture = String(partOf('account').rows[0]?.['picture'])
    const [, stored = ''] = picture.split('base64,')
    expect(Buffer.from(stored, 'base64')).toEqual(Buffer.from(ann.rows.account[0]?.picture ?? []))
    expect(partOf('owned_secret').rows).toMatchObject([{ note: ann.note }])
    expect(partOf('refusal').rows).toMatchObject([{ address_hash: ann.email }, { address_hash: ann.email }])
    expect(partOf('message').rows).toMatchObject([{ address: ann.email, body: 'stored, not shown' }])
    expect(partOf('session').rows).toMatchObject([{ browser: 'browser of ann-kestrel', created_at: exported.made_at }])
    expect(partOf('mail').rows.map(({ kind }) => kind)).toContain('secret-link')
  })

  test('contains no credentials and no secret content', () => {
    const words = JSON.stringify(exported)
    expect(ann.keys.length).toBeGreaterThan(6)
    for (const key of ann.keys) expect([key, words.includes(key)]).toEqual([key, false])
    for (const [table, { columns }] of Object.entries(inventory))
      for (const [column, category] of Object.entries<Category>(columns))
        for (const row of ann.rows[table as keyof Schema] as unknown as Record<string, unknown>[]) {
          const value = row[column]
          if (column === 'picture' || (category !== 'credential' && !(value instanceof Uint8Array))) continue
          const forms = value instanceof Uint8Array ? [value.toHex(), value.toBase64()] : [String(value)]
          if (value !== null)
            for (const form of forms) expect([table, column, words.includes(form)]).toEqual([table, column, false])
        }
  })

  test('contains no data of other people, not even an address that the person had a link mailed to', async () => {
    const words = JSON.stringify(exported)
    expect(JSON.stringify(await exportOf(sotto.app, ben.id))).toContain(ben.name)
    for (const theirs of [ben.name, ben.id, ben.email, 'friend-of-', ...ben.keys]) expect(words).not.toContain(theirs)
  })

  test('does not show what another person requested with the address', async () => {
    const mail = { kind: 'secret-link', purpose: 'delivery', account_id: ben.id, recipient: ann.email, body: null }
    const rest = { created_at: 1, next_try_at: null, outcome: 'sent', done_at: 1, forget_at: 8e15 } as const
    const code = { purpose: 'change-email', account_id: ben.id, email: ann.email, role: null, data: null } as const
    await sotto.app.db.commit(function* () {
      yield* run(query.insertInto('mail').values({ id: 'of-ben', unsubscribe: new Uint8Array(3), ...mail, ...rest }))
      yield* run(
        query.insertInto('code').values({ lookup: new Uint8Array(3), ...code, created_at: 1, expires_at: 8e15 }),
      )
    })
    const now = await exportOf(sotto.app, ann.id)
    const mails = now.parts.find(({ what }) => what === 'mail')?.rows
    expect(mails).toContainEqual(
      expect.objectContaining({ recipient: ann.email, account_id: 'stored, not shown: about someone else' }),
    )
    expect(now.parts.find(({ what }) => what === 'code')?.rows).toEqual(partOf('code').rows as never)
    expect(JSON.stringify(now)).not.toContain(ben.id)
  })

  test('says the same whether or not there is a legal request that the law may keep secret', async () => {
    const free = await someone(sotto, 'not-concerned')
    for (const table of ['disclosure', 'disclosure_subject', 'legal_hold'] as const) {
      expect(ann.rows[table].length).toBeGreaterThan(0)
      const theirs = (await exportOf(sotto.app, free.id)).parts.find(({ what }) => what === table)
      expect(partOf(table)).toEqual(theirs as never)
    }
    expect(JSON.stringify(exported)).not.toMatch(/asked about|court of|order about/)
  })

  test('matches the published schema', async () => {
    expect([...Value.Errors(ExportSchema, exported)]).toEqual([])
    const published = (await (await sotto.fetch('/privacy/export.schema.json')).json()) as Record<string, unknown>
    expect(published).toMatchObject({ $id: exported.$schema, type: 'object', required: Object.keys(exported) })
  })

  test('changes nothing and is not stored', async () => {
    const before = await everyRow(sotto.app)
    await exportOf(sotto.app, ann.id)
    expect(await everyRow(sotto.app)).toEqual(before)
  })
})

describe('requesting an export (P20)', () => {
  test('needs the password or a recent sign-in', async () => {
    await using open = await openInstance()
    const person = await member(open)
    expect(await (await person.get('/account/export')).text()).toContain('Download (JSON)')
    expect((await person.post('/account/export', { as: 'file' })).status).toBe(200)
    open.clock.advance(11 * minute)
    expect((await person.post('/account/export', { as: 'file' })).status).toBe(403)
    expect((await person.post('/account/export', { as: 'file', password: 'not this one' })).status).toBe(403)
    const answer = await person.post('/account/export', { as: 'file', password: goodPassword })
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="my-data-2026-11-21.json"')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect((await answer.json()) as Export).toMatchObject({ format: 'sotto-export-1' })
  })

  test('shows the same data as a page', async () => {
    const answer = await sotto.fetch('/account/export', {
      method: 'POST',
      body: 'as=page',
      headers: { ...ann.cookie, 'content-type': 'application/x-www-form-urlencoded' },
    })
    const page = await answer.text()
    for (const words of [ann.email, ann.note, 'ann-kestrel Kingfisher', 'stored, not shown', '/account/picture'])
      expect(page).toContain(words)
    for (const words of [ben.name, ...ann.keys, 'data:image']) expect(page).not.toContain(words)
  })

  test('is possible with a token for the account and the password', async () => {
    await using open = await openInstance()
    const person = await member(open)
    const made = (await (await person.api('/tokens', { name: 'x', scopes: ['account'] })).json()) as { token: string }
    const ask = (body: object) => open.post('/account/export', body, bearer(made.token))
    expect((await ask({})).status).toBe(403)
    expect(((await (await ask({ password: goodPassword })).json()) as Export).parts[0]).toBeDefined()
  })
})
