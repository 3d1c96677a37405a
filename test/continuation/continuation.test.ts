import { Database as Sqlite } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { copyFileSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { closeAccount } from '../../src/accounts/closing/close-account.ts'
import { acceptRestore } from '../../src/continuation/accept-restore.ts'
import { drawRunMark, storeRunMark } from '../../src/continuation/run-marks.ts'
import type { SuspensionReason } from '../../src/continuation/suspension.ts'
import { suspensionTexts } from '../../src/continuation/suspension-texts.ts'
import { startJobs } from '../../src/jobs/scheduler.ts'
import { timetable } from '../../src/jobs/timetable.ts'
import { createGrant } from '../../src/privacy/audit/grants.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { checkRestorations } from '../../src/privacy/verify/check-store.ts'
import { describeFinding, stateOf, verify } from '../../src/privacy/verify/verify.ts'
import { createRouter } from '../../src/server/router.ts'
import { inProcessClient } from '../../src/server/server.ts'
import { refuseWhileSuspended } from '../../src/server/suspended-routes.ts'
import { toIso } from '../../src/time.ts'
import { day, hour } from '../fixtures/clock.ts'
import { failureOf } from '../fixtures/failure.ts'
import { type Answer, type Instance, temporaryFolder } from '../fixtures/instance.ts'
import { deliveryTo, post } from '../fixtures/mail-people.ts'
import { startMailbox } from '../fixtures/mailbox.ts'
import { copyFolder, putBack, startRun, stopRun } from '../fixtures/runs.ts'
import { bearer, someone } from '../fixtures/someone.ts'
import { rowsOf, tamper } from '../fixtures/stored.ts'

describe('an instance continues its last run', () => {
  test('after it was stopped, and records its mark in the database and beside it', async () => {
    using folder = temporaryFolder()
    for (let time = 0; time < 3; time++) {
      const instance = await startRun(folder.path)
      expect(instance.app.continuation.suspension).toBeUndefined()
      const { mark } = JSON.parse(readFileSync(join(folder.path, 'run'), 'utf8'))
      expect((await rowsOf(instance.app, 'instance'))[0]?.run_mark).toBe(mark)
      expect(statSync(join(folder.path, 'run')).mode & 0o777).toBe(0o600)
      await stopRun(instance)
    }
  })

  test('after it was killed between the database and the file, at a start, a purge or a stop', async () => {
    using folder = temporaryFolder()
    for (let time = 0; time < 3; time++) {
      await using instance = await startRun(folder.path)
      expect(instance.app.continuation.suspension).toBeUndefined()
      await purge(instance.app, instance.clock.now)
      const mark = drawRunMark(instance.app)
      await instance.app.db.commit(() => storeRunMark(mark, instance.clock.now))
    }
  })

  test('after a purge that rewrote the file, and after its folder was renamed', async () => {
    using folder = temporaryFolder()
    const [before, after] = [join(folder.path, 'before'), join(folder.path, 'after')]
    const first = await startRun(before)
    await first.posted('/secrets', { content: 'sésame' })
    await purge(first.app, first.clock.now)
    await first[Symbol.asyncDispose]()
    renameSync(before, after)
    await using second = await startRun(after)
    expect(second.app.continuation.suspension).toBeUndefined()
  })
})

describe('an instance that does not continue its last run is suspended:', () => {
  const cases: readonly [string, SuspensionReason, (dataDir: string, older: string) => void][] = [
    ['an older database file was put back', 'restored', (dataDir, older) => putBack(older, dataDir)],
    [
      'a vacuumed copy was put back',
      'restored',
      (dataDir, older) => {
        const copy = `${older}-vacuumed`
        new Sqlite(older).run(`VACUUM INTO '${copy}'`)
        putBack(copy, dataDir)
      },
    ],
    ['the run file is missing', 'unmarked', (dataDir) => rmSync(join(dataDir, 'run'))],
    ['the run file is damaged', 'unmarked', (dataDir) => writeFileSync(join(dataDir, 'run'), '{"mark":')],
    [
      'the run file is of another run',
      'restored',
      (dataDir) => writeFileSync(join(dataDir, 'run'), '{"mark":"x","database":null}'),
    ],
    [
      'the database was replaced by its copy',
      'copied',
      (dataDir) => {
        const file = join(dataDir, 'sotto.db')
        copyFileSync(file, `${file}.copy`)
        renameSync(`${file}.copy`, file)
      },
    ],
  ]

  test.each([...cases])('%s', async (_, reason, change) => {
    using folder = temporaryFolder()
    const dataDir = join(folder.path, 'data')
    const { key } = await shareAndOpen(dataDir, (instance) => backUp(instance, folder.path))
    change(dataDir, join(folder.path, 'older.db'))
    await using restored = await startRun(dataDir)
    expect(restored.app.continuation.suspension?.reason).toBe(reason)
    expect(await checkRestorations(restored.app)).toEqual([{ key: suspensionTexts[reason], facts: {} }])
    const health = await restored.fetch('/healthz')
    expect([health.status, await health.json()]).toMatchObject([503, { run: 'suspended' }])
    expect((await restored.post(`/secrets/${key}/reveal`)).status).toBe(503)
  })

  test('the folder was copied, while the original goes on', async () => {
    using folder = temporaryFolder()
    const [original, copy] = [join(folder.path, 'original'), join(folder.path, 'copy')]
    const { key } = await shareAndOpen(original, () => copyFolder(original, copy))
    await using copied = await startRun(copy)
    expect(copied.app.continuation.suspension?.reason).toBe('copied')
    expect((await copied.post(`/secrets/${key}/reveal`)).status).toBe(503)
    await using again = await startRun(original)
    expect(again.app.continuation.suspension).toBeUndefined()
  })

  test('the whole machine was restored, and the witness file was not', async () => {
    using folder = temporaryFolder()
    const dataDir = join(folder.path, 'data')
    const flags = { 'witness-file': join(folder.path, 'witness') }
    const first = await startRun(dataDir, flags)
    const [older, run] = [await backUp(first, folder.path), readFileSync(join(dataDir, 'run'))]
    await stopRun(first)
    await stopRun(await startRun(dataDir, flags))
    putBack(older, dataDir)
    writeFileSync(join(dataDir, 'run'), run)
    await using restored = await startRun(dataDir, flags)
    expect(restored.app.continuation.suspension?.reason).toBe('restored')
  })

  test('but not because the witness file could not be written', async () => {
    using folder = temporaryFolder()
    const dataDir = join(folder.path, 'data')
    const away = { 'witness-file': join(folder.path, 'not-mounted', 'witness') }
    const here = { 'witness-file': join(folder.path, 'witness') }
    await stopRun(await startRun(dataDir, here))
    const unwritable = await startRun(dataDir, away)
    expect(unwritable.lines.join()).toContain('witness_failed')
    await stopRun(unwritable)
    await using back = await startRun(dataDir, here)
    expect(back.app.continuation.suspension).toBeUndefined()
  })
})

describe('a suspended instance', () => {
  test('opens nothing that is older, but shares new secrets', async () => {
    await using restored = await startRestored()
    const { instance, unopened } = restored
    expect(await codeOf(await instance.fetch(`/api/v3/secrets/${unopened.key}`))).toEqual([503, 'suspended'])
    expect(await codeOf(await instance.post(`/secrets/${unopened.key}/reveal`))).toEqual([503, 'suspended'])
    expect(await codeOf(await instance.fetch(`/api/v3/receipts/${unopened.receipt.key}`))).toEqual([503, 'suspended'])
    expect(await codeOf(await instance.post(`/secrets/${'a'.repeat(31)}/reveal`))).toEqual([503, 'suspended'])
    instance.clock.advance(1)
    const fresh = await instance.posted('/secrets', { content: 'fresh' })
    expect((await instance.posted(`/receipts/${fresh.receipt.key}/burn`)).state).toBe('burned')
    const other = await instance.posted('/secrets', { content: 'fresh' })
    expect(await instance.posted(`/secrets/${other.key}/reveal`)).toMatchObject({ content: 'fresh' })
  })

  test('signs no one in and accepts no token, and says why on every page', async () => {
    await using restored = await startRestored()
    const { instance, cookie, token } = restored
    expect((await instance.fetch('/account', { headers: cookie })).status).toBe(503)
    expect((await instance.fetch('/sign-in')).status).toBe(503)
    expect(await codeOf(await instance.fetch('/api/v3/account', { headers: bearer(token) }))).toEqual([
      503,
      'suspended',
    ])
    for (const path of ['/', '/privacy', '/privacy/proof']) {
      const page = await instance.fetch(path, { headers: cookie })
      expect([path, page.status, await page.text()]).toEqual([path, 200, expect.stringContaining('is suspended until')])
    }
  })

  test('serves only routes without personal data and without sessions', async () => {
    await using restored = await startRestored()
    const routes = (await createRouter(restored.instance.app, async () => ({}) as never)).routes
    const served = routes.filter(({ path }) => {
      try {
        refuseWhileSuspended(restored.instance.app, path)
        return true
      } catch {
        return false
      }
    })
    const paths = new Set(served.map(({ path }) => path).filter((path) => !path.startsWith('/assets/')))
    expect([...paths].sort()).toEqual(servedPaths)
  })

  test('mails nothing and purges nothing', async () => {
    await using box = await startMailbox()
    await using restored = await startRestored({ 'smtp-url': box.url, 'purge-interval': '1s' })
    const { instance, unopened } = restored
    await post(instance.app, deliveryTo('ann@example.org'))
    instance.clock.advance(8 * day)
    const jobs = startJobs(instance.app)
    await jobs.finish()
    expect(timetable.filter(({ whileSuspended }) => whileSuspended).map(({ name }) => name)).toEqual([
      'clock',
      'statistics',
      'checkpoint',
    ])
    expect(box.mails).toEqual([])
    expect((await rowsOf(instance.app, 'receipt')).length).toBeGreaterThan(0)
    expect((await rowsOf(instance.app, 'secret')).map(({ expires_at }) => expires_at < instance.clock.now)).toContain(
      true,
    )
    expect(unopened.key).toHaveLength(31)
  })

  test('stays suspended when it is started again', async () => {
    await using restored = await startRestored()
    await stopRun(restored.instance)
    await using again = await startRun(restored.instance.dataDir)
    expect(again.app.continuation.suspension?.reason).toBe('restored')
  })
})

describe('accepting a restore', () => {
  test('withdraws what had not been opened, ends sessions, tokens and codes, and goes on without a restart', async () => {
    await using restored = await startRestored()
    const { instance, unopened, cookie, token } = restored
    instance.clock.advance(1)
    const fresh = await instance.posted('/secrets', { content: 'fresh' })
    const { unaccountedFrom, ...ended } = await acceptRestore(instance.app, { isMoved: false, erasures: [] })
    expect(ended).toMatchObject({ secrets: 2, sessions: 1, tokens: 1 })
    expect(unaccountedFrom).not.toBeNull()
    expect((await instance.post(`/secrets/${unopened.key}/reveal`)).status).toBe(404)
    expect(await (await instance.fetch(`/api/v3/receipts/${unopened.receipt.key}`)).json()).toMatchObject({
      state: 'withdrawn',
      withdrawn_at: toIso(instance.clock.now),
    })
    expect(await (await instance.fetch(`/receipt/${unopened.receipt.key}`)).text()).toContain(
      'Withdrawn after a restore',
    )
    expect((await instance.fetch('/account', { headers: cookie })).headers.get('location')).toContain('/sign-in')
    expect((await instance.fetch('/api/v3/account', { headers: bearer(token) })).status).toBe(401)
    expect(await rowsOf(instance.app, 'code')).toEqual([])
    expect(await instance.posted(`/secrets/${fresh.key}/reveal`)).toMatchObject({ content: 'fresh' })
    await stopRun(instance)
    await using again = await startRun(instance.dataDir)
    expect(again.app.continuation.suspension).toBeUndefined()
  })

  test('ends support grants and gives up mail that the original may have sent', async () => {
    using folder = temporaryFolder()
    const [original, copy] = [join(folder.path, 'original'), join(folder.path, 'copy')]
    const first = await startRun(original)
    const ann = await someone(first, 'ann')
    await createGrant(first.app, ann.actor, 72)
    await post(first.app, deliveryTo('bob@example.org'))
    await stopRun(first)
    copyFolder(original, copy)
    first.clock.advance(1)
    await using copied = await startRun(copy, {}, first.clock)
    await acceptRestore(copied.app, { isMoved: false, erasures: [] })
    expect(await rowsOf(copied.app, 'support_grant')).toMatchObject([{ ended_at: copied.clock.now }])
    expect(await rowsOf(copied.app, 'mail')).toMatchObject([{ outcome: 'given_up', body: null }])
  })

  test('erases again who was erased, by any list of erasures', async () => {
    for (const source of ['folder', 'witness', 'given'] as const) {
      using folder = temporaryFolder()
      const dataDir = join(folder.path, 'data')
      const flags = source === 'witness' ? { 'witness-file': join(folder.path, 'witness') } : {}
      const first = await startRun(dataDir, flags)
      const ann = await someone(first, 'ann')
      const older = await backUp(first, folder.path)
      await closeAccount(first.app, ann.id, { burnSecrets: true, eraseNow: true })
      await stopRun(first)
      const erasures = readFileSync(join(dataDir, 'erasures'), 'utf8')
      putBack(older, dataDir)
      if (source !== 'folder') rmSync(join(dataDir, 'erasures'))
      await using restored = await startRun(dataDir, flags)
      expect(await rowsOf(restored.app, 'account')).toHaveLength(1)
      const given = source === 'given' ? [erasures] : []
      expect(await acceptRestore(restored.app, { isMoved: false, erasures: given })).toMatchObject({ accounts: 1 })
      expect(await rowsOf(restored.app, 'account')).toEqual([])
    }
  })

  test('by its mark in the configuration happens at the start', async () => {
    await using restored = await startRestored()
    const { mark = '' } = restored.instance.app.continuation.suspension ?? {}
    await stopRun(restored.instance)
    await using wrong = await startRun(restored.instance.dataDir, { 'accept-restore': 'f'.repeat(16) })
    expect(wrong.app.continuation.suspension?.mark).toBe(mark)
    expect(wrong.lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ event: 'suspended', code: 'restored', mark }),
    )
    await using accepted = await startRun(restored.instance.dataDir, { 'accept-restore': mark })
    expect(accepted.app.continuation.suspension).toBeUndefined()
  })

  test('keeps everything in a folder that was moved, and only then', async () => {
    using folder = temporaryFolder()
    const [before, after] = [join(folder.path, 'before'), join(folder.path, 'after')]
    const first = await startRun(before)
    const { key } = await first.posted('/secrets', { content: 'kept' })
    await stopRun(first)
    copyFolder(before, after)
    await using moved = await startRun(after)
    expect(moved.app.continuation.suspension?.reason).toBe('copied')
    await acceptRestore(moved.app, { isMoved: true, erasures: [] })
    expect(await moved.posted(`/secrets/${key}/reveal`)).toMatchObject({ content: 'kept' })
    expect(await failureOf(acceptRestore(moved.app, { isMoved: true, erasures: [] }))).toBe('not_suspended')
    await using restored = await startRestored()
    expect(await failureOf(acceptRestore(restored.instance.app, { isMoved: true, erasures: [] }))).toBe(
      'restore_not_moved',
    )
  })

  test('shows the time that is unaccounted for, in the verification and on the privacy page', async () => {
    await using restored = await startRestored()
    const { instance } = restored
    const client = await inProcessClient(instance.app)
    const sentencesOf = async () =>
      (await verify(instance.app, client)).checks
        .filter(({ title }) => title === 'check.continuation')
        .map((check) => [stateOf(check), ...check.findings.map(describeFinding)])
    expect(await sentencesOf()).toEqual([['broken', expect.stringContaining('older than the last run')]])
    await acceptRestore(instance.app, { isMoved: false, erasures: [] })
    const span = 'between 21 November 2026 at 12:00 UTC and 21 November 2026 at 13:00 UTC'
    expect(await sentencesOf()).toEqual([['warned', expect.stringContaining(span)]])
    expect(await (await instance.fetch('/privacy')).text()).toContain(span)
    await tamper(instance.app, 'UPDATE restoration SET unaccounted_from = NULL')
    expect(await sentencesOf()).toEqual([['warned', expect.stringContaining('not known how old the copy was')]])
    expect(await (await instance.fetch('/privacy')).text()).toContain('We do not know how old the copy was')
  })
})

const servedPaths = [
  '/',
  '/.well-known/security.txt',
  '/api/v3/receipts/:key',
  '/api/v3/receipts/:key/burn',
  '/api/v3/secrets',
  '/api/v3/secrets/:key',
  '/api/v3/secrets/:key/acknowledge',
  '/api/v3/secrets/:key/reveal',
  '/api/v3/secrets/generate',
  '/generate',
  '/healthz',
  '/info/security',
  '/preferences/theme',
  '/privacy',
  '/privacy/export.schema.json',
  '/privacy/practices',
  '/privacy/proof',
  '/privacy/proof.json',
  '/privacy/record',
  '/privacy/record.csv',
  '/privacy/record.json',
  '/privacy/versions',
  '/privacy/versions/:number',
  '/receipt/:key',
  '/receipt/:key/burn',
  '/robots.txt',
  '/secret',
  '/secret/:key',
  '/statistics',
  '/statistics.json',
  '/terms',
  '/transparency',
]

type Restored = AsyncDisposable & {
  readonly instance: Instance
  readonly unopened: Answer
  readonly cookie: { readonly cookie: string }
  readonly token: string
}

/** Starts an instance whose database is an hour older than its last run, with a secret that had not been opened in it. */
async function startRestored(flags: Record<string, string> = {}): Promise<Restored> {
  const folder = temporaryFolder()
  const dataDir = join(folder.path, 'data')
  const first = await startRun(dataDir, flags)
  const person = await someone(first, 'ann')
  const token = await person.token('account')
  const unopened = await first.posted('/secrets', { content: 'sésame' })
  const { key } = await first.posted('/secrets', { content: 'opened later' })
  const older = await backUp(first, folder.path)
  first.clock.advance(hour)
  await first.posted(`/secrets/${key}/reveal`)
  await stopRun(first)
  putBack(older, dataDir)
  const instance = await startRun(dataDir, flags, first.clock)
  return {
    instance,
    unopened,
    token,
    cookie: person.cookie,
    [Symbol.asyncDispose]: async () => {
      await instance[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

/** Copies the database of a running instance to `older.db`, and returns its path. */
async function backUp({ app, dataDir }: Instance, folder: string): Promise<string> {
  const path = join(folder, 'older.db')
  await app.db.truncateLog()
  copyFileSync(join(dataDir, 'sotto.db'), path)
  return path
}

/** Shares a secret, makes a copy, opens the secret in another run, and stops. */
async function shareAndOpen(dataDir: string, copy: (instance: Instance) => unknown): Promise<Answer> {
  const first = await startRun(dataDir)
  const created = await first.posted('/secrets', { content: 'sésame' })
  await stopRun(first)
  const second = await startRun(dataDir)
  await copy(second)
  await second.posted(`/secrets/${created.key}/reveal`)
  await stopRun(second)
  return created
}

async function codeOf(response: Response): Promise<unknown[]> {
  return [response.status, ((await response.json()) as { code?: string }).code]
}
