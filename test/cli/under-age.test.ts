import { expect, test } from 'bun:test'
import { anonymousActor } from '../../src/actor.ts'
import { query } from '../../src/database/query.ts'
import type { Schema } from '../../src/database/schema/schema.ts'
import { run } from '../../src/database/unit.ts'
import { deliverDueMail } from '../../src/mail/deliver.ts'
import { enqueueMail } from '../../src/mail/outbox.ts'
import { viewAccount } from '../../src/privacy/audit/access-log.ts'
import { createGrant } from '../../src/privacy/audit/grants.ts'
import { inventory } from '../../src/privacy/inventory/inventory.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { verifyChain } from '../../src/privacy/purge/verify-chain.ts'
import { setLegalHold } from '../../src/privacy/registers/legal-holds.ts'
import { closeUnderAgeAccount } from '../../src/privacy/rights/under-age.ts'
import { Clock, day, hour } from '../fixtures/clock.ts'
import { sotto as program } from '../fixtures/command.ts'
import { authority, cheap, type Instance, startInstance } from '../fixtures/instance.ts'
import { startMailbox } from '../fixtures/mailbox.ts'
import { dump, member, openInstance, type Person } from '../fixtures/people.ts'
import { someone } from '../fixtures/someone.ts'
import { filesWith, rowsOf } from '../fixtures/stored.ts'

const tables = Object.keys(inventory) as (keyof Schema)[]
const owned = tables.filter((table) => 'account_id' in inventory[table].columns)
const idOf = async ({ app }: Instance, { name }: Person) =>
  (await rowsOf(app, 'account')).find(({ user_name }) => user_name === name)?.id ?? ''

/** Inserts at least one row into every table that belongs to an account. */
async function plant({ app }: Instance, person: Person, id: string): Promise<void> {
  const actor = { ...anonymousActor('n'), account: id, role: 'member', scopes: 'all' } as const
  await person.post('/account/real-name', { real_name: `Canary of ${person.name}` })
  await person.api('/secrets', { content: 'x', notify: true })
  await person.api('/tokens', { name: `token of ${person.name}`, scopes: ['create'] })
  await person.post('/reset', { name: person.email })
  await createGrant(app, actor, 1)
  await viewAccount(app, id, { account: null, way: 'terminal' })
  const at = { account_id: id, created_at: app.now() }
  const facts = { public_key: app.random(77), counter: 0, transports: '', used_on: null }
  const passkey = { ...at, ...facts, id: app.random(16).toHex(), name: `key of ${person.name}` }
  const message = { kind: 'password-changed', purpose: 'account', to: person.email, account: id, facts: {} } as const
  await app.db.commit(function* () {
    yield* run(query.insertInto('passkey').values(passkey))
    yield* run(query.insertInto('recovery_code').values({ ...at, lookup: app.random(32) }))
    const identity = { ...at, issuer: 'https://id.example.org', subject: `subject of ${person.name}` }
    yield* run(query.insertInto('identity').values(identity))
    yield* enqueueMail(app, message)
  })
}

/** All rows of an account, by table, including those of its secrets. */
async function rowsOfPerson({ app }: Instance, id: string): Promise<Map<string, readonly object[]>> {
  const rows = new Map<string, readonly object[]>(
    await Promise.all(
      owned.map(async (table) => {
        const rows = await rowsOf(app, table)
        return [table, rows.filter((row) => 'account_id' in row && row.account_id === id)] as const
      }),
    ),
  )
  rows.set(
    'account',
    (await rowsOf(app, 'account')).filter((row) => row.id === id),
  )
  const secrets = (await rowsOf(app, 'owned_secret')).filter(({ account_id }) => account_id === id)
  rows.set(
    'secret',
    (await rowsOf(app, 'secret')).filter((row) => secrets.some((one) => one.id === row.id)),
  )
  return rows
}

function valuesIn(rows: Map<string, readonly object[]>): Buffer[] {
  const values = [...rows.values()].flat().flatMap((row) => Object.values(row) as unknown[])
  return values
    .filter((value) => (typeof value === 'string' || value instanceof Uint8Array) && value.length >= 8)
    .map((value) => Buffer.from(value as string))
}

test('erases an under-age account at once from every table and file, and no other account (P10)', async () => {
  await using box = await startMailbox()
  await using sotto = await openInstance({ 'smtp-url': box.url }, cheap, new Clock(Date.now()))
  const [child, other] = [await member(sotto), await member(sotto)]
  const [childId, otherId] = [await idOf(sotto, child), await idOf(sotto, other)]
  for (const [person, id] of [
    [child, childId],
    [other, otherId],
  ] as const)
    await plant(sotto, person, id)
  const [planted, unaffected] = [await rowsOfPerson(sotto, childId), await rowsOfPerson(sotto, otherId)]
  for (const [table, rows] of planted) expect([table, rows.length > 0]).toEqual([table, true])
  const others = new Set(valuesIn(unaffected).map((value) => value.toString('hex')))
  const pieces = [...valuesIn(planted), Buffer.from(child.name)].filter((value) => !others.has(value.toString('hex')))
  expect(pieces.length).toBeGreaterThan(20)
  const isStored = (piece: Buffer) => filesWith(sotto.dataDir, piece).length > 0
  expect(pieces.filter(isStored)).toHaveLength(pieces.length)

  const where = ['--data-dir', sotto.dataDir, '--listen', new URL(sotto.url).host]
  const closed = await program(['user', 'close', child.name, '--under-age', ...where], {
    env: { SOTTO_SMTP_CA: authority },
  })
  expect([closed.code, closed.stderr]).toEqual([0, expect.stringContaining('closed and deleted')])
  expect([...(await rowsOfPerson(sotto, childId))].filter(([, rows]) => rows.length > 0)).toEqual([])
  expect([await child.isIn(), (await child.signIn()).status, await other.isIn()]).toEqual([false, 403, true])

  // The address is kept only until the last mail has been sent.
  sotto.clock.advance(Date.now() - sotto.clock.now)
  await deliverDueMail(sotto.app)
  await purge(sotto.app, sotto.clock.now)
  expect(box.mails.filter(({ to }) => to === child.email).map(({ subject }) => subject)).toContain(
    'Your account was deleted',
  )
  expect(pieces.filter(isStored).map(String)).toEqual([])
  for (const piece of [child.name, child.email, childId]) expect(await dump(sotto)).not.toContain(piece)
  for (const table of ['account', 'consent', 'passkey', 'token', 'secret', 'owned_secret'] as const)
    expect([table, (await rowsOfPerson(sotto, otherId)).get(table)?.length]).toEqual([
      table,
      unaffected.get(table)?.length,
    ])
})

test('the ledger records the erasure and its time, but not the account (P10)', async () => {
  await using sotto = await startInstance()
  const child = await someone(sotto, 'child')
  expect(await closeUnderAgeAccount(sotto.app, child.id)).toBe(true)
  const entries = await rowsOf(sotto.app, 'purge')
  expect(entries.filter(({ rule }) => rule === 'under age')).toMatchObject([
    { removed: 1, due_at: sotto.clock.now, ran_at: sotto.clock.now, oldest_due_at: sotto.clock.now },
  ])
  for (const piece of ['child', child.id]) expect(JSON.stringify(entries)).not.toContain(piece)
  expect((await verifyChain(sotto.app)).fault).toBeUndefined()
})

test('an account under a legal hold is closed, and erased when the hold ends (P10, P23)', async () => {
  await using sotto = await startInstance()
  const [child, operator] = [await someone(sotto, 'child'), await someone(sotto, 'eve', 'operator')]
  const member = { ...operator.actor, account: operator.id }
  const reviewAt = sotto.clock.now + day
  await setLegalHold(sotto.app, member, { account: child.id, reference: 'Order 1', reviewAt })
  expect(await closeUnderAgeAccount(sotto.app, child.id)).toBe(false)
  expect((await rowsOf(sotto.app, 'account')).find(({ id }) => id === child.id)).toMatchObject({
    closed_at: sotto.clock.now,
    disabled_at: sotto.clock.now,
  })
  sotto.clock.advance(day + hour)
  await purge(sotto.app, sotto.clock.now)
  expect((await rowsOf(sotto.app, 'account')).map(({ user_name }) => user_name)).toEqual(['eve'])
})
