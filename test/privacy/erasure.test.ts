import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { closeAccount } from '../../src/accounts/closing/close-account.ts'
import { eraseRestoredAccounts } from '../../src/accounts/closing/erase-accounts.ts'
import type { Schema } from '../../src/database/schema/schema.ts'
import { deliverDueMail } from '../../src/mail/deliver.ts'
import type { Category } from '../../src/privacy/inventory/category.ts'
import { inventory } from '../../src/privacy/inventory/inventory.ts'
import { erasureRetention } from '../../src/privacy/inventory/periods.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { sendReminders } from '../../src/privacy/registers/deadlines.ts'
import { loadErasedAccounts } from '../../src/privacy/rights/erasures.ts'
import { day } from '../fixtures/clock.ts'
import { type Everything, everythingOf, tablesOfPeople } from '../fixtures/everything.ts'
import { type Instance, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { startMailbox } from '../fixtures/mailbox.ts'
import { someone } from '../fixtures/someone.ts'
import { everyRow, filesWith, rowsOf, tamper } from '../fixtures/stored.ts'

setDefaultTimeout(30_000)

/** The columns that remain after an erasure, and why. None of them identifies the person to a reader who does not know them. */
const remaining: Readonly<Record<string, string>> = {
  'message.body': 'a complaint is kept for its answer, without its sender',
  'disclosure.asked': 'the register of legal requests',
  'disclosure.given': 'the register of legal requests',
  'disclosure.barred_by': 'the register of legal requests',
  'legal_hold.reference': 'the register of legal requests',
  'refusal.address_hash': 'a refusal of all mail applies to the address, with or without an account',
}

type Table = keyof Schema
interface Piece {
  /** `table.column`. */
  readonly column: string
  readonly bytes: Uint8Array
}

// Everything that identifies a person, proves their identity or was shared by them, except values that two people share.
function piecesOf(one: Everything, other: Everything): Piece[] {
  const staying = valuesOf(one).filter(({ column }) => column in remaining)
  const common = new Set([...valuesOf(other), ...staying].map(({ bytes }) => Buffer.from(bytes).toString('hex')))
  return valuesOf(one).filter(({ bytes }) => bytes.length > 5 && !common.has(Buffer.from(bytes).toString('hex')))
}

function valuesOf({ rows }: Everything): Piece[] {
  return tablesOfPeople.flatMap((table) => {
    const identifying = Object.entries<Category>(inventory[table].columns).filter(
      ([column, category]) => !['moment', 'technical'].includes(category) || column === 'account_id',
    )
    return (rows[table] as unknown as Record<string, unknown>[]).flatMap((row) =>
      identifying
        .filter(([column]) => row[column] !== null)
        .map(([column]) => ({ column: `${table}.${column}`, bytes: bytesOf(row[column]) })),
    )
  })
}

const bytesOf = (value: unknown) => (value instanceof Uint8Array ? value : new TextEncoder().encode(String(value)))

/** Returns the columns whose pieces are still in a file of the instance. */
function foundIn({ dataDir }: Instance, pieces: readonly Piece[]): string[] {
  return [...new Set(pieces.filter(({ bytes }) => filesWith(dataDir, bytes).length > 0).map(({ column }) => column))]
}

/** Advances the clock and runs the scheduled jobs. */
async function passTime(sotto: Instance, span: number): Promise<void> {
  sotto.clock.advance(span)
  await sendReminders(sotto.app)
  for (let attempt = 0; attempt < 4; attempt++) await deliverDueMail(sotto.app)
  await sendReminders(sotto.app)
  await purge(sotto.app, sotto.clock.now)
}

// The file is rewritten when the instance is idle, so this can take several runs.
async function findAfterRewrite(sotto: Instance, pieces: readonly Piece[]): Promise<string[]> {
  const deadline = performance.now() + 12_000
  for (;;) {
    const found = foundIn(sotto, pieces)
    if (found.length === 0 || performance.now() > deadline) return found
    await Bun.sleep(100)
    await purge(sotto.app, sotto.clock.now)
  }
}

describe('a closed account is erased (P22):', () => {
  test.each([
    ['after the grace period', { eraseNow: false, burnSecrets: true }, 16],
    ['immediately', { eraseNow: true, burnSecrets: true }, 2],
  ])(
    '%s, from every table of the inventory and from the file, without touching other accounts',
    async (_, how, after) => {
      await using box = await startMailbox()
      await using sotto = await startInstance({ 'smtp-url': box.url })
      const ann = await everythingOf(sotto, 'ann-kestrel', sotto.clock.now + (after - 1) * day)
      const ben = await everythingOf(sotto, 'ben-sparrow', sotto.clock.now + 300 * day)
      await preventExpiry(sotto, ben)
      const [pieces, bensRows] = [piecesOf(ann, ben), await rowsAbout(sotto, ben)]
      for (const table of tablesOfPeople)
        expect([table, ann.rows[table].length > 0, bensRows[table].length > 0]).toEqual([table, true, true])
      expect(foundIn(sotto, pieces).length).toBeGreaterThan(30)

      // A legal hold suspends the erasure (P23); its review date passes before the grace period ends.
      if (how.eraseNow)
        await tamper(sotto.app, `UPDATE legal_hold SET review_at = ${sotto.clock.now} WHERE subject = '${ann.id}'`)
      await closeAccount(sotto.app, ann.id, how)
      await passTime(sotto, (after - 2) * day)
      await passTime(sotto, day)
      await passTime(sotto, day)

      expect((await rowsOf(sotto.app, 'account')).map(({ id }) => id)).toEqual([ben.id])
      expect(await findAfterRewrite(sotto, pieces)).toEqual([])
      const stored = Bun.inspect(await everyRow(sotto.app), { depth: 9 })
      for (const text of [ann.id, ann.name, ann.email]) expect(stored).not.toContain(text)
      // Refusals of single purposes end with the account; a refusal of all mail does not.
      const refusals = (await rowsOf(sotto.app, 'refusal')).filter(
        ({ address_hash }) => hexOf(address_hash) === hexOf(ann.rows.refusal[0]?.address_hash),
      )
      expect(refusals.map(({ purpose }) => purpose)).toEqual(['all'])
      expect(await rowsAbout(sotto, ben)).toEqual(bensRows)
      expect(foundIn(sotto, piecesOf(ben, ann)).length).toBeGreaterThan(30)
    },
  )

  test('not a day before it is due', async () => {
    await using sotto = await startInstance()
    const ann = await everythingOf(sotto, 'ann-kestrel', sotto.clock.now + 300 * day)
    await closeAccount(sotto.app, ann.id, { eraseNow: false, burnSecrets: false })
    await passTime(sotto, 13 * day)
    expect(await rowsOf(sotto.app, 'account')).toMatchObject([
      { id: ann.id, email: ann.email, password: expect.anything() },
    ])
    expect(await rowsOf(sotto.app, 'owned_secret')).toHaveLength(1)
    await passTime(sotto, day)
    expect([await rowsOf(sotto.app, 'account'), await rowsOf(sotto.app, 'owned_secret')]).toEqual([[], []])
  })
})

// So that nothing of this account is deleted for another reason.
async function preventExpiry({ app, clock }: Instance, { id, email, rows }: Everything): Promise<void> {
  const far = clock.now + 300 * day
  await tamper(
    app,
    `UPDATE idempotent_response SET forget_at = ${far} WHERE hex(lookup) = '${hexOf(rows.idempotent_response[0]?.lookup)}'`,
  )
  await tamper(app, `UPDATE legal_hold SET review_at = ${far} WHERE subject = '${id}'`)
  await tamper(
    app,
    `UPDATE mail SET next_try_at = NULL, outcome = 'sent' WHERE account_id = '${id}' OR recipient = '${email}'`,
  )
}

const hexOf = (bytes: Uint8Array = new Uint8Array()) => bytes.toHex().toUpperCase()

/** Returns the current state of the rows that were created for a person. */
async function rowsAbout({ app }: Instance, { rows }: Everything): Promise<Record<Table, unknown[]>> {
  const now = await everyRow(app)
  const isOf = (table: Table, row: object) => {
    const [key = ''] = Object.keys(row)
    const nameOf = (one: unknown) => Bun.inspect((one as Record<string, unknown>)[key])
    return (rows[table] as object[]).some((one) => nameOf(one) === nameOf(row))
  }
  return Object.fromEntries(
    tablesOfPeople.map((table) => [table, (now[table] as object[]).filter((row) => isOf(table, row))]),
  ) as Record<Table, unknown[]>
}

describe('a backup that is older than an erasure (P22)', () => {
  test('does not restore the account: it is erased again before any request is served', async () => {
    using folder = temporaryFolder()
    const flags = { 'data-dir': join(folder.path, 'data') }
    const file = join(flags['data-dir'], 'sotto.db')
    const backup = join(folder.path, 'backup.db')
    {
      await using sotto = await startInstance(flags)
      const [ann, ben] = [await someone(sotto, 'ann'), await someone(sotto, 'ben')]
      await sotto.app.db.truncateLog()
      copyFileSync(file, backup)
      await closeAccount(sotto.app, ann.id, { burnSecrets: true, eraseNow: true })
      expect((await rowsOf(sotto.app, 'account')).map(({ id }) => id)).toEqual([ben.id])
    }
    copyFileSync(backup, file)
    await using restored = await startInstance(flags)
    const names = async () => (await rowsOf(restored.app, 'account')).map(({ user_name }) => user_name)
    expect(await names()).toEqual(['ann', 'ben'])
    expect(await eraseRestoredAccounts(restored.app)).toBe(1)
    expect(await names()).toEqual(['ben'])
    expect(await eraseRestoredAccounts(restored.app)).toBe(0)
  })

  test('is detected for the promised time, by a line that identifies no one', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    await closeAccount(sotto.app, ann.id, { burnSecrets: true, eraseNow: true })
    const erasures = () => readFileSync(join(sotto.dataDir, 'erasures'), 'utf8')
    expect(erasures()).toMatch(/^\d+ [0-9a-f]{64}\n$/)
    for (const text of [ann.id, ann.name, ann.email]) expect(erasures()).not.toContain(text)
    expect(loadErasedAccounts(sotto.app)(ann.id)).toBe(true)
    sotto.clock.advance(erasureRetention + day)
    expect(loadErasedAccounts(sotto.app)(ann.id)).toBe(false)
    expect(erasures()).toBe('')
  })
})
