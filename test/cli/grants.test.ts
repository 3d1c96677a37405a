import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { closeAccount } from '../../src/accounts/closing/close-account.ts'
import { acceptClock } from '../../src/clock/accept-clock.ts'
import { query } from '../../src/database/query.ts'
import { run as runQuery } from '../../src/database/unit.ts'
import { enqueueMail } from '../../src/mail/outbox.ts'
import { viewAccount } from '../../src/privacy/audit/access-log.ts'
import { createGrant, readActiveGrant } from '../../src/privacy/audit/grants.ts'
import { inventory } from '../../src/privacy/inventory/inventory.ts'
import { supportVisibleColumns } from '../../src/privacy/inventory/support-view.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { createSecret } from '../../src/secrets/create.ts'
import { changeNote, listOwnedSecrets } from '../../src/secrets/owned/owned-secrets.ts'
import { Clock, day, hour } from '../fixtures/clock.ts'
import { sotto as program } from '../fixtures/command.ts'
import { failureOf } from '../fixtures/failure.ts'
import { cheap, type Instance, startInstance } from '../fixtures/instance.ts'
import { type Someone, someone } from '../fixtures/someone.ts'
import { rowsOf, tamper } from '../fixtures/stored.ts'

let sotto: Instance
let owner: Someone
let operator: Someone
let round = 0
beforeAll(async () => {
  sotto = await startInstance({}, cheap, new Clock(Date.now()))
})
afterAll(() => sotto[Symbol.asyncDispose]())
beforeEach(async () => {
  round++
  owner = await someone(sotto, `owner-${round}`)
  operator = await someone(sotto, `operator-${round}`, 'operator')
})

const form = (path: string, fields: Record<string, string>, { cookie }: Someone) =>
  sotto.fetch(path, {
    method: 'POST',
    headers: { ...cookie, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  })
const page = async (path: string, { cookie }: Someone) => (await sotto.fetch(path, { headers: cookie })).text()
const submitView = (name = owner.name) => form('/operator/support', { account: name }, operator)
const run = (...args: string[]) => program([...args, '--data-dir', sotto.dataDir, '--listen', new URL(sotto.url).host])
const logOf = async ({ id }: Someone) =>
  (await rowsOf(sotto.app, 'access_log')).filter(({ account_id }) => account_id === id)

/** Creates a row of every kind for an account, with planted texts that support must not see; returns those texts. */
async function plant({ id, actor, email, token }: Someone): Promise<readonly string[]> {
  const { app } = sotto
  await createSecret(app, actor, { content: { text: 'planted-content' }, passphrase: undefined, ttl: hour })
  const [ownedSecret] = (await listOwnedSecrets(app, id)).secrets
  await changeNote(app, id, ownedSecret?.id ?? '', 'planted-note')
  const createdToken = await token('create')
  const details = {
    name: 'planted-name',
    public_key: app.random(77),
    counter: 0,
    transports: '',
    created_at: app.now(),
  }
  const passkey = { id: app.random(16).toHex(), account_id: id, ...details, used_on: null }
  await app.db.commit(function* () {
    yield* runQuery(query.insertInto('passkey').values(passkey))
    yield* enqueueMail(app, {
      kind: 'reset-password',
      purpose: 'account',
      to: email,
      account: id,
      facts: { link: '/reset/planted' },
    })
  })
  return ['planted', 'a script', createdToken, passkey.id, ownedSecret?.id ?? 'none']
}

describe('without a grant (P03)', () => {
  test('support sees nothing of an account, and its log stays empty', async () => {
    await plant(owner)
    const refused = await submitView()
    expect([refused.status, await refused.text()]).toEqual([
      403,
      expect.stringContaining('has not allowed support access'),
    ])
    const { code, stdout, stderr } = await run('support', 'show', owner.name)
    expect([code, stdout, stderr]).toEqual([4, '', expect.stringContaining('has not allowed support access')])
    expect(await logOf(owner)).toEqual([])
  })

  test('the user and mail commands print only what is needed to run the service', async () => {
    const planted = await plant(owner)
    const link = { link: '/secret/planted', from: 'x', expiresAt: 0 }
    await sotto.app.db.commit(function* () {
      yield* enqueueMail(sotto.app, {
        kind: 'secret-link',
        purpose: 'delivery',
        to: 'planted@example.com',
        account: null,
        facts: link,
      })
    })
    const user = await run('user', 'show', owner.name, '--json')
    expect(Object.keys(JSON.parse(user.stdout))).toEqual([
      'user_name',
      'email',
      'role',
      'state',
      'second_factor',
      'created_at',
      'erase_due_at',
    ])
    const mails = await run('mail', 'list')
    expect(mails.stdout).toContain('(hidden)@example.com')
    for (const { stdout } of [user, mails]) for (const text of planted) expect(stdout).not.toContain(text)
  })
})

describe('a grant (P03)', () => {
  test('lets support see the metadata of one account, but no content, note, name, credential or address', async () => {
    const planted = await plant(owner)
    await form('/account/support', { hours: '24' }, owner)
    const view = await (await submitView()).text()
    for (const text of ['Firefox', 'reset-password', 'end_to_end', 'create']) expect(view).toContain(text)
    for (const text of planted) expect(view).not.toContain(text)
    const { stdout } = await run('support', 'show', owner.name, '--json')
    const tables = JSON.parse(stdout) as Record<string, object[]>
    expect(Object.keys(tables)).toEqual(Object.keys(supportVisibleColumns))
    for (const table of ['receipt', 'session', 'token', 'passkey', 'mail'])
      expect(tables[table]?.length).toBeGreaterThan(0)
    for (const text of planted) expect(stdout).not.toContain(text)
    const other = await someone(sotto, `other-${round}`)
    expect((await submitView(other.name)).status).toBe(403)
  })

  test('makes no column visible that contains content, personal data or credentials', () => {
    const categories = Object.entries(supportVisibleColumns).flatMap(([table, columns]) =>
      columns.map(
        (column) => (inventory[table as keyof typeof supportVisibleColumns].columns as Record<string, string>)[column],
      ),
    )
    expect(categories.length).toBeGreaterThan(15)
    expect(new Set(categories)).toEqual(new Set(['technical', 'moment', 'visitor']))
  })

  test('expires after 72 hours at the latest, and ends immediately when the owner ends it', async () => {
    for (const hours of ['73', '0', '-1', '1.5', 'x', ''])
      expect([hours, (await form('/account/support', { hours }, owner)).status]).toEqual([hours, 400])
    expect(await readActiveGrant(sotto.app, owner.id)).toBeUndefined()
    await form('/account/support', { hours: '72' }, owner)
    expect((await submitView()).status).toBe(200)
    await form('/account/support/end', {}, owner)
    expect((await submitView()).status).toBe(403)
    await form('/account/support', { hours: '72' }, owner)
    sotto.clock.advance(72 * hour - 1)
    operator = await someone(sotto, `later-${round}`, 'operator')
    expect((await submitView()).status).toBe(200)
    sotto.clock.advance(1)
    expect((await submitView()).status).toBe(403)
    sotto.clock.setBy(Date.now() - sotto.clock.now)
    await acceptClock(sotto.app)
  })

  test('replaces an active grant, and ends when the account is closed', async () => {
    const { app } = sotto
    await createGrant(app, owner.actor, 72)
    await createGrant(app, owner.actor, 1)
    expect((await readActiveGrant(app, owner.id))?.expiresAt).toBe(app.now() + hour)
    await closeAccount(app, owner.id, { burnSecrets: false, eraseNow: false })
    expect(await readActiveGrant(app, owner.id)).toBeUndefined()
  })
})

describe('the access log (P03)', () => {
  test('has an entry for every view, which the owner can see', async () => {
    await createGrant(sotto.app, owner.actor, 1)
    expect(await page('/account/support', owner)).toContain('No one has viewed your account.')
    await submitView()
    await run('support', 'show', owner.name)
    expect(await logOf(owner)).toMatchObject([
      { viewer: operator.id, way: 'page' },
      { viewer: null, way: 'terminal' },
    ])
    const supportPage = await page('/account/support', owner)
    expect(supportPage).toContain(`Operator ${operator.name}`)
    expect(supportPage).toContain('A person with access to the server’s command line')
  })

  test('is written before any data is shown; if that fails, nothing is shown', async () => {
    await plant(owner)
    await createGrant(sotto.app, owner.actor, 1)
    await tamper(sotto.app, "CREATE TRIGGER full BEFORE INSERT ON access_log BEGIN SELECT RAISE(ABORT, 'no room'); END")
    try {
      const answer = await submitView()
      expect([answer.status, await answer.text()]).toEqual([500, expect.not.stringContaining('reset-password')])
      const { code, stdout } = await run('support', 'show', owner.name)
      expect([code === 0, stdout]).toEqual([false, ''])
      expect(await failureOf(viewAccount(sotto.app, owner.id, { account: null, way: 'page' }))).toBe('no room')
    } finally {
      await tamper(sotto.app, 'DROP TRIGGER full')
    }
    expect((await submitView()).status).toBe(200)
  })

  test('loses the name of an operator who is erased, and is erased with its owner', async () => {
    const { app } = sotto
    await createGrant(app, owner.actor, 1)
    await submitView()
    await closeAccount(app, operator.id, { burnSecrets: true, eraseNow: true })
    expect(await logOf(owner)).toMatchObject([{ viewer: null, way: 'page' }])
    expect(await page('/account/support', owner)).toContain('An operator whose account has been erased')
    await closeAccount(app, owner.id, { burnSecrets: true, eraseNow: true })
    const grants = (await rowsOf(app, 'support_grant')).filter(({ account_id }) => account_id === owner.id)
    expect([await logOf(owner), grants]).toEqual([[], []])
  })

  test('is deleted after a year, like the grants', async () => {
    await using other = await startInstance()
    const { app, clock } = other
    const { id, actor } = await someone(other, 'ann')
    await createGrant(app, actor, 1)
    await viewAccount(app, id, { account: null, way: 'terminal' })
    const remainingAfter = async (time: number) => {
      clock.advance(time)
      await purge(app, clock.now)
      return [(await rowsOf(app, 'access_log')).length, (await rowsOf(app, 'support_grant')).length]
    }
    expect(await remainingAfter(365 * day - 1)).toEqual([1, 1])
    expect(await remainingAfter(1)).toEqual([0, 1])
    expect(await remainingAfter(hour)).toEqual([0, 0])
  })
})
