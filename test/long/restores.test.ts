import { Database } from 'bun:sqlite'
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { closeAccount } from '../../src/accounts/closing/close-account.ts'
import { endSessions } from '../../src/accounts/sessions/sessions.ts'
import { listTokensOfAllAccounts, revokeToken } from '../../src/accounts/tokens/tokens.ts'
import { writeBackupFile } from '../../src/backup/write-backup.ts'
import { acceptRestore } from '../../src/continuation/accept-restore.ts'
import { loadRootKey } from '../../src/crypto/root-key.ts'
import { systemRuntime } from '../../src/open-app.ts'
import { Clock } from '../fixtures/clock.ts'
import { type Answer, configWith, type Instance, temporaryFolder } from '../fixtures/instance.ts'
import { putBack, restoreFile, startRun, stopRun } from '../fixtures/runs.ts'
import { bearer, type Someone, someone } from '../fixtures/someone.ts'
import { rowsOf } from '../fixtures/stored.ts'

setDefaultTimeout(60_000)

/** A way to go back to an earlier state of a data directory. */
interface Restore {
  readonly name: string
  /** Whether the copy is made while the server runs; otherwise after it has stopped. */
  readonly isOnline?: true
  /** A program that the way needs, and may be missing. */
  readonly program?: string
  /** Copies the data directory, or its database, to `kept`. */
  keep(dataDir: string, kept: string): unknown
  /** Restores the copy; returns the data directory to start. */
  restore(dataDir: string, kept: string): string | Promise<string>
}

const file = (dataDir: string) => join(dataDir, 'sotto.db')
const sh = (program: string, ...args: readonly string[]) => execFileSync(program, args, { stdio: 'pipe' })

function putFolderBack(dataDir: string, kept: string): string {
  rmSync(dataDir, { recursive: true })
  renameSync(kept, dataDir)
  return dataDir
}

function putFileBack(dataDir: string, kept: string): string {
  putBack(kept, dataDir)
  return dataDir
}

function partsOf(dataDir: string) {
  const { random } = systemRuntime
  const config = configWith({ 'data-dir': dataDir })
  return { config, root: loadRootKey(config, { random }), now: new Clock().readings.now, random }
}

const copyAll = (dataDir: string, kept: string) => void sh('cp', '-a', dataDir, kept)

const restores: readonly Restore[] = [
  {
    name: 'sotto backup and sotto restore',
    isOnline: true,
    keep: (dataDir, kept) => writeBackupFile(partsOf(dataDir), kept),
    restore: async (dataDir, kept) => {
      await restoreFile(partsOf(dataDir), kept, true)
      return dataDir
    },
  },
  { name: 'cp -a of the folder to another path', keep: copyAll, restore: (_, kept) => kept },
  { name: 'cp -a of the folder, put back in its place', keep: copyAll, restore: putFolderBack },
  { name: 'cp -a of the folder of a running server', isOnline: true, keep: copyAll, restore: (_, kept) => kept },
  {
    name: 'an older database file with its bytes in the existing file',
    keep: (dataDir, kept) => void sh('cp', '-a', file(dataDir), kept),
    restore: putFileBack,
  },
  {
    name: 'an older database file in place of the existing one',
    keep: (dataDir, kept) => void sh('cp', '-a', file(dataDir), kept),
    restore: (dataDir, kept) => {
      renameSync(kept, file(dataDir))
      return dataDir
    },
  },
  {
    name: "SQLite's own backup",
    isOnline: true,
    program: 'sqlite3',
    keep: (dataDir, kept) => void sh('sqlite3', file(dataDir), `.backup '${kept}'`),
    restore: putFileBack,
  },
  {
    name: "SQLite's own restore into the existing file",
    isOnline: true,
    program: 'sqlite3',
    keep: (dataDir, kept) => void sh('sqlite3', file(dataDir), `.backup '${kept}'`),
    restore: (dataDir, kept) => {
      sh('sqlite3', file(dataDir), `.restore '${kept}'`)
      return dataDir
    },
  },
  {
    name: 'VACUUM INTO',
    isOnline: true,
    keep: (dataDir, kept) => {
      using db = new Database(file(dataDir))
      db.run(`VACUUM INTO '${kept}'`)
    },
    restore: putFileBack,
  },
  {
    name: 'rsync to another path',
    program: 'rsync',
    keep: (dataDir, kept) => void sh('rsync', '-a', `${dataDir}/`, `${kept}/`),
    restore: (_, kept) => kept,
  },
  {
    name: 'cp -r to another path',
    keep: (dataDir, kept) => void sh('cp', '-r', dataDir, kept),
    restore: (_, kept) => kept,
  },
  {
    name: 'tar and untar over the existing files',
    program: 'tar',
    keep: (dataDir, kept) => void sh('tar', '-cf', kept, '-C', dataDir, '.'),
    restore: (dataDir, kept) => {
      sh('tar', '-xf', kept, '-C', dataDir)
      return dataDir
    },
  },
  {
    name: 'tar and untar to another path',
    program: 'tar',
    keep: (dataDir, kept) => void sh('tar', '-cf', kept, '-C', dataDir, '.'),
    restore: (_, kept) => {
      mkdirSync(`${kept}-out`)
      sh('tar', '-xf', kept, '-C', `${kept}-out`)
      return `${kept}-out`
    },
  },
]

/** What exists when the copy is made. All but `unopened` ends before it is restored. */
interface Before {
  readonly revealed: Answer
  readonly burned: Answer
  readonly unopened: Answer
  readonly ann: Someone
  readonly token: string
  readonly erased: Someone
}

describe('nothing comes back after', () => {
  for (const way of restores)
    test.skipIf(way.program !== undefined && Bun.which(way.program) === null)(way.name, () => restoreAndCheck(way))
})

describe('everything is kept in a folder that was moved', () => {
  test('within a disk, without a question', async () => {
    using folder = temporaryFolder()
    const [dataDir, moved] = [join(folder.path, 'data'), join(folder.path, 'moved')]
    const { before, instance } = await startUsed(dataDir)
    await stopRun(instance)
    sh('mv', dataDir, moved)
    await using again = await startRun(moved)
    expect(again.app.continuation.suspension).toBeUndefined()
    await expectKept(again, before)
  })

  test('to another disk, after it was accepted as moved', async () => {
    using folder = temporaryFolder()
    const [dataDir, moved] = [join(folder.path, 'data'), join(folder.path, 'moved')]
    const { before, instance } = await startUsed(dataDir)
    await stopRun(instance)
    sh('cp', '-a', dataDir, moved)
    rmSync(dataDir, { recursive: true })
    await using again = await startRun(moved)
    expect(again.app.continuation.suspension).toMatchObject({ reason: 'copied', marksAgree: true })
    expect(await acceptRestore(again.app, { isMoved: true, erasures: [] })).toMatchObject({ secrets: 0, sessions: 0 })
    await expectKept(again, before)
  })
})

async function restoreAndCheck(way: Restore): Promise<void> {
  using folder = temporaryFolder()
  const [dataDir, kept] = [join(folder.path, 'data'), join(folder.path, 'kept')]
  const { before, instance } = await startUsed(dataDir)
  if (way.isOnline) await way.keep(dataDir, kept)
  else {
    await stopRun(instance)
    await way.keep(dataDir, kept)
  }
  const going = way.isOnline ? instance : await startRun(dataDir)
  await endEverything(going, before)
  await expectEnded(going, before)
  await stopRun(going)
  const erasures = readFileSync(join(dataDir, 'erasures'), 'utf8')
  await using restored = await startRun(await way.restore(dataDir, kept))
  expect(await rowsOf(restored.app, 'account')).toHaveLength(2)
  expect(restored.app.continuation.suspension).toBeDefined()
  await expectEnded(restored, before)
  await acceptRestore(restored.app, { isMoved: false, erasures: [erasures] })
  await expectEnded(restored, before)
  await expectWithdrawn(restored, before)
}

async function startUsed(dataDir: string): Promise<{ before: Before; instance: Instance }> {
  const instance = await startRun(dataDir)
  const share = (content: string) => instance.posted('/secrets', { content })
  const ann = await someone(instance, 'ann')
  const before = {
    revealed: await share('revealed'),
    burned: await share('burned'),
    unopened: await share('unopened'),
    ann,
    token: await ann.token('account'),
    erased: await someone(instance, 'bob'),
  }
  return { before, instance }
}

async function endEverything(instance: Instance, before: Before): Promise<void> {
  const { revealed, burned, ann, erased } = before
  const { app } = instance
  await expectSignedIn(instance, before)
  expect(await instance.posted(`/secrets/${revealed.key}/reveal`)).toMatchObject({ content: 'revealed' })
  await instance.posted(`/receipts/${burned.receipt.key}/burn`)
  await app.db.commit(() => endSessions(ann.id))
  for (const { account, id } of await listTokensOfAllAccounts(app)) await revokeToken(app, account, id)
  await closeAccount(app, erased.id, { burnSecrets: true, eraseNow: true })
}

async function expectEnded(instance: Instance, { revealed, burned, ann, token, erased }: Before): Promise<void> {
  for (const { key } of [revealed, burned]) {
    const answer = await instance.post(`/secrets/${key}/reveal`)
    expect([404, 503]).toContain(answer.status)
    expect(await answer.text()).not.toMatch(/"content"/)
  }
  for (const { cookie } of [ann, erased])
    expect((await instance.fetch('/account', { headers: cookie })).status).not.toBe(200)
  expect([401, 503]).toContain((await instance.fetch('/api/v3/account', { headers: bearer(token) })).status)
}

async function expectWithdrawn(instance: Instance, { unopened }: Before): Promise<void> {
  expect((await rowsOf(instance.app, 'account')).map(({ user_name }) => user_name)).toEqual(['ann'])
  for (const table of ['session', 'token', 'secret'] as const) expect(await rowsOf(instance.app, table)).toEqual([])
  const receipt = await instance.fetch(`/api/v3/receipts/${unopened.receipt.key}`)
  expect(await receipt.json()).toMatchObject({ state: 'withdrawn' })
  expect(existsSync(join(instance.app.config.dataDir, 'erasures'))).toBe(true)
}

async function expectKept(instance: Instance, before: Before): Promise<void> {
  await expectSignedIn(instance, before)
  const { unopened } = before
  expect(await instance.posted(`/secrets/${unopened.key}/reveal`)).toMatchObject({ content: 'unopened' })
}

async function expectSignedIn(instance: Instance, { ann, erased, token }: Before): Promise<void> {
  for (const { cookie } of [ann, erased])
    expect((await instance.fetch('/account', { headers: cookie })).status).toBe(200)
  expect((await instance.fetch('/api/v3/account', { headers: bearer(token) })).status).toBe(200)
  expect(await rowsOf(instance.app, 'account')).toHaveLength(2)
}
