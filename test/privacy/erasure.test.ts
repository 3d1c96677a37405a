import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { closeAccount } from '../../src/accounts/closing/close-account.ts'
import { eraseRestoredAccounts } from '../../src/accounts/closing/erase-accounts.ts'
import type { Schema } from '../../src/database/schema/schema.ts'
import { deliverMail } from '../../src/mail/deliver.ts'
import { type Category, erasureRetention, inventory } from '../../src/privacy/inventory/inventory.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { sendReminders } from '../../src/privacy/registers/deadlines.ts'
import { erasedBefore } from '../../src/privacy/rights/erasures.ts'
import { day } from '../fixtures/clock.ts'
import { type Everything, everythingOf, tablesOfPeople } from '../fixtures/everything.ts'
import { type Instance, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { startMailbox } from '../fixtures/mailbox.ts'
import { someone } from '../fixtures/someone.ts'
import { everyRow, filesWith, rowsOf, tamper } from '../fixtures/stored.ts'

setDefaultTimeout(30_000)

/** What is left of somebody whose account was erased, and why. None of it says whose it is to who does not know already. */
const stays: Readonly<Record<string, string>> = {
  'message.body': 'a complaint waits on for its answer, without its sender',
  'disclosure.asked': 'the register of orders',
  'disclosure.given': 'the register of orders',
  'disclosure.barred_by': 'the register of orders',
  'legal_hold.reference': 'the register of orders',
  'refusal.mark': 'the wish for no mail at all holds for the address, account or not',
}

type Table = keyof Schema
interface Piece {
  readonly place: string
  readonly bytes: Uint8Array
}

// All that says who somebody is, proves it, or was shared by them; but what two people have in common says of neither.
function piecesOf(one: Everything, other: Everything): Piece[] {
  const staying = valuesOf(one).filter(({ place }) => place in stays)
  const common = new Set([...valuesOf(other), ...staying].map(({ bytes }) => Buffer.from(bytes).toString('hex')))
  return valuesOf(one).filter(({ bytes }) => bytes.length > 5 && !common.has(Buffer.from(bytes).toString('hex')))
}

function valuesOf({ rows }: Everything): Piece[] {
  return tablesOfPeople.flatMap((table) => {
    const telling = Object.entries<Category>(inventory[table].columns).filter(
      ([column, category]) => !['moment', 'technical'].includes(category) || column === 'account_id',
    )
    return (rows[table] as unknown as Record<string, unknown>[]).flatMap((row) =>
      telling
        .filter(([column]) => row[column] !== null)
        .map(([column]) => ({ place: `${table}.${column}`, bytes: bytesOf(row[column]) })),
    )
  })
}

const bytesOf = (value: unknown) => (value instanceof Uint8Array ? value : new TextEncoder().encode(String(value)))

/** The places of the pieces that are still in a file of the instance. */
function foundIn({ dataDir }: Instance, pieces: readonly Piece[]): string[] {
  return [...new Set(pieces.filter(({ bytes }) => filesWith(dataDir, bytes).length > 0).map(({ place }) => place))]
}

/** Runs what runs by itself. The file is written anew when there is time for it. */
async function timePasses(sotto: Instance, span: number): Promise<void> {
  sotto.clock.advance(span)
  await sendReminders(sotto.app)
  for (let turn = 0; turn < 4; turn++) await deliverMail(sotto.app)
  await sendReminders(sotto.app)
  await purge(sotto.app, sotto.clock.now)
}

async function untilFileIsClean(sotto: Instance, pieces: readonly Piece[]): Promise<string[]> {
  const deadline = performance.now() + 12_000
  for (;;) {
    const found = foundIn(sotto, pieces)
    if (found.length === 0 || performance.now() > deadline) return found
    await Bun.sleep(100)
    await purge(sotto.app, sotto.clock.now)
  }
}

describe('an account that was closed is erased (P22):', () => {
  test.each([
    ['when its grace is over', { eraseNow: false, burnSecrets: true }, 16],
    ['at once', { eraseNow: true, burnSecrets: true }, 2],
  ])('%s, from every table of the inventory and from the file, and nothing of anybody else', async (_, how, after) => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    const ann = await everythingOf(sotto, 'ann-kestrel', sotto.clock.now + (after - 1) * day)
    const ben = await everythingOf(sotto, 'ben-sparrow', sotto.clock.now + 300 * day)
    keepAsItIs(sotto, ben)
    const [pieces, bens] = [piecesOf(ann, ben), rowsAbout(sotto, ben)]
    for (const table of tablesOfPeople)
      expect([table, ann.rows[table].length > 0, bens[table].length > 0]).toEqual([table, true, true])
    expect(foundIn(sotto, pieces).length).toBeGreaterThan(30)

    // An order holds the account while it is in force (P23); its review is over in time for the grace.
    if (how.eraseNow)
      tamper(sotto.app, `UPDATE legal_hold SET review_at = ${sotto.clock.now} WHERE subject = '${ann.id}'`)
    await closeAccount(sotto.app, ann.id, how)
    await timePasses(sotto, (after - 2) * day)
    await timePasses(sotto, day)
    await timePasses(sotto, day)

    expect(rowsOf(sotto.app, 'account').map(({ id }) => id)).toEqual([ben.id])
    expect(await untilFileIsClean(sotto, pieces)).toEqual([])
    const stored = Bun.inspect(everyRow(sotto.app), { depth: 9 })
    for (const words of [ann.id, ann.name, ann.email]) expect(stored).not.toContain(words)
    // Without an account there is no news to refuse; to want no mail at all needs none.
    const wishes = rowsOf(sotto.app, 'refusal').filter(({ mark }) => hexOf(mark) === hexOf(ann.rows.refusal[0]?.mark))
    expect(wishes.map(({ purpose }) => purpose)).toEqual(['all'])
    expect(rowsAbout(sotto, ben)).toEqual(bens)
    expect(foundIn(sotto, piecesOf(ben, ann)).length).toBeGreaterThan(30)
  })

  test('the day before it is due, all of it is there', async () => {
    await using sotto = await startInstance()
    const ann = await everythingOf(sotto, 'ann-kestrel', sotto.clock.now + 300 * day)
    await closeAccount(sotto.app, ann.id, { eraseNow: false, burnSecrets: false })
    await timePasses(sotto, 13 * day)
    expect(rowsOf(sotto.app, 'account')).toMatchObject([{ id: ann.id, email: ann.email, password: expect.anything() }])
    expect(rowsOf(sotto.app, 'owned_secret')).toHaveLength(1)
    await timePasses(sotto, day)
    expect([rowsOf(sotto.app, 'account'), rowsOf(sotto.app, 'owned_secret')]).toEqual([[], []])
  })
})

// So that whatever goes of somebody goes because of the other one.
function keepAsItIs({ app, clock }: Instance, { id, email, rows }: Everything): void {
  const far = clock.now + 300 * day
  tamper(
    app,
    `UPDATE idempotent_response SET forget_at = ${far} WHERE hex(lookup) = '${hexOf(rows.idempotent_response[0]?.lookup)}'`,
  )
  tamper(app, `UPDATE legal_hold SET review_at = ${far} WHERE subject = '${id}'`)
  tamper(
    app,
    `UPDATE mail SET next_try_at = NULL, outcome = 'sent' WHERE account_id = '${id}' OR recipient = '${email}'`,
  )
}

const hexOf = (bytes: Uint8Array = new Uint8Array()) => bytes.toHex().toUpperCase()

/** The rows that somebody was given, as they are now. */
function rowsAbout({ app }: Instance, { rows }: Everything): Record<Table, unknown[]> {
  const now = everyRow(app)
  const isOf = (table: Table, row: object) => {
    const [key = ''] = Object.keys(row)
    const nameOf = (one: unknown) => Bun.inspect((one as Record<string, unknown>)[key])
    return (rows[table] as object[]).some((one) => nameOf(one) === nameOf(row))
  }
  return Object.fromEntries(
    tablesOfPeople.map((table) => [table, (now[table] as object[]).filter((row) => isOf(table, row))]),
  ) as Record<Table, unknown[]>
}

describe('a backup of the database that is older than an erasure (P22)', () => {
  test('brings nobody back: who was erased is erased again before anybody is answered', async () => {
    using folder = temporaryFolder()
    const flags = { 'data-dir': join(folder.path, 'data') }
    const file = join(flags['data-dir'], 'sotto.db')
    const backup = join(folder.path, 'backup.db')
    {
      await using sotto = await startInstance(flags)
      const [ann, ben] = [await someone(sotto, 'ann'), await someone(sotto, 'ben')]
      sotto.app.db.truncateLog()
      copyFileSync(file, backup)
      await closeAccount(sotto.app, ann.id, { burnSecrets: true, eraseNow: true })
      expect(rowsOf(sotto.app, 'account').map(({ id }) => id)).toEqual([ben.id])
    }
    copyFileSync(backup, file)
    await using restored = await startInstance(flags)
    const names = () => rowsOf(restored.app, 'account').map(({ user_name }) => user_name)
    expect(names()).toEqual(['ann', 'ben'])
    expect(await eraseRestoredAccounts(restored.app)).toBe(1)
    expect(names()).toEqual(['ben'])
    expect(await eraseRestoredAccounts(restored.app)).toBe(0)
  })

  test('is known for as long as is promised, by a line that says nothing of anybody', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    await closeAccount(sotto.app, ann.id, { burnSecrets: true, eraseNow: true })
    const noted = () => readFileSync(join(sotto.dataDir, 'erasures'), 'utf8')
    expect(noted()).toMatch(/^\d+ [0-9a-f]{64}\n$/)
    for (const word of [ann.id, ann.name, ann.email]) expect(noted()).not.toContain(word)
    expect(erasedBefore(sotto.app)(ann.id)).toBe(true)
    sotto.clock.advance(erasureRetention + day)
    expect(erasedBefore(sotto.app)(ann.id)).toBe(false)
    expect(noted()).toBe('')
  })
})
