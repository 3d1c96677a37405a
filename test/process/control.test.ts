import { Database } from 'bun:sqlite'
import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { unlessGone } from '../fixtures/gone.ts'
import { type Answer, temporaryFolder } from '../fixtures/instance.ts'
import { builtExecutable, post, run, type ServerProcess, startProcess, type User } from '../fixtures/process.ts'

setDefaultTimeout(60_000)

const program = builtExecutable()
const command = [program]
const isRoot = process.getuid?.() === 0

describe('while a server runs, a command', () => {
  test('that changes something does not make the next start look like a restore, even if the server is killed', async () => {
    using folder = temporaryFolder()
    const dataDir = join(folder.path, 'data')
    const secrets: Answer[] = []
    for (const end of ['kill', 'stop', 'kill', 'kill'] as const) {
      await using server = await startProcess(dataDir, { command })
      secrets.push(await share(server))
      const before = readFileSync(join(dataDir, 'run'), 'utf8')
      await expectSuccess('user', 'create', '--data-dir', dataDir)
      await expectSuccess('purge', '--data-dir', dataDir)
      expect(readFileSync(join(dataDir, 'run'), 'utf8')).not.toBe(before)
      await server[end]()
    }
    await using server = await startProcess(dataDir, { command })
    for (const { key } of secrets) expect((await post(server.url, `/secrets/${key}/reveal`)).status).toBe(200)
  })

  test('accepts a restore in the server, which then serves without a restart', async () => {
    using copied = await copyOfUsedFolder()
    await using server = await startProcess(copied.copy, { command, isUnhealthy: true })
    const { code, stdout } = await sotto('restore', 'accept', '--data-dir', copied.copy)
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^restore accepted\n {2}secrets {4}1 withdrawn\n/)])
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    expect(await sotto('restore', 'accept', '--data-dir', copied.copy)).toMatchObject({
      code: 2,
      stderr: 'sotto: there is no restore to accept\n',
    })
  })

  test('prints the same as without a server', async () => {
    using first = await copyOfUsedFolder()
    using second = await copyOfUsedFolder()
    await using _server = await startProcess(first.copy, { command, isUnhealthy: true })
    const [served, alone] = await Promise.all(
      [first, second].map(({ copy }) => sotto('restore', 'accept', '--data-dir', copy)),
    )
    const withoutTimes = (text = '') => text.replace(/\d{4}-\S+Z/g, 'TIME')
    expect(withoutTimes(served?.stdout)).toBe(withoutTimes(alone?.stdout))
    expect([served?.code, alone?.code]).toEqual([0, 0])
  })

  test('uses the first of two servers of one data directory; the second says that it has no socket', async () => {
    using folder = temporaryFolder()
    await using first = await startProcess(folder.path, { command })
    const { ino } = statSync(join(folder.path, 'control.sock'))
    await using second = await startProcess(folder.path, { command })
    expect(second.output()).toContain('no control socket: another server of this data directory has it')
    expect(statSync(join(folder.path, 'control.sock')).ino).toBe(ino)
    await expectSuccess('purge', '--data-dir', folder.path)
    expect(await first.stop()).toBe(0)
    await expectSuccess('purge', '--data-dir', folder.path)
    await second.kill()
    await using third = await startProcess(folder.path, { command })
    expect(third.output()).not.toContain('control socket')
  })

  test('replaces the socket of a server that was killed', async () => {
    using folder = temporaryFolder()
    await (await startProcess(folder.path, { command })).kill()
    expect(existsSync(join(folder.path, 'control.sock'))).toBe(true)
    await expectSuccess('purge', '--data-dir', folder.path)
    await using server = await startProcess(folder.path, { command })
    expect(server.output()).not.toContain('control socket')
    expect(statSync(join(folder.path, 'control.sock')).mode & 0o777).toBe(0o600)
  })

  test.skipIf(process.platform !== 'linux')('reaches it in a folder with a long path', async () => {
    using folder = temporaryFolder()
    const dataDir = join(folder.path, 'x'.repeat(150))
    await using server = await startProcess(dataDir, { command })
    expect(readdirSync(dataDir)).toContain('control.sock')
    await expectSuccess('purge', '--data-dir', dataDir)
    expect(server.output()).not.toContain('control socket')
    expect(await server.stop()).toBe(0)
    expect(readdirSync(dataDir)).not.toContain('control.sock')
  })
})

describe('on a copy,', () => {
  test.each([
    'user list',
    'token list',
    'mail list',
    'message list',
    'hold list',
    'disclosure list',
    'processor list',
    'announcement list',
    'statement show 1',
    'privacy ledger',
    'purge --dry-run',
    'backup -',
  ])('a command that only reads says so and changes nothing: %s', async (words) => {
    using copied = await copyOfUsedFolder()
    const before = markOf(copied.copy)
    const { code, stderr } = await sotto(...words.split(' '), '--data-dir', copied.copy)
    expect([code, stderr]).toEqual([0, expect.stringContaining('sotto: this is a copy: ')])
    expect(markOf(copied.copy)).toEqual(before)
  })

  test('a command that changes something is refused', async () => {
    using copied = await copyOfUsedFolder()
    const before = markOf(copied.copy)
    for (const args of [['user', 'create'], ['purge']]) {
      const { code, stderr } = await sotto(...args, '--data-dir', copied.copy)
      expect([code, stderr]).toEqual([78, expect.stringContaining('sotto: this is a copy: ')])
    }
    expect(markOf(copied.copy)).toEqual(before)
  })
})

describe.skipIf(!isRoot)('root works on the data of another user:', () => {
  test('everything that a command creates or changes belongs to this user, and the next start works', async () => {
    using data = foldersOfOther()
    const serve = () => startProcess(data.dataDir, { command: [data.program], user: other, cwd: '/' })
    const first = await serve()
    await expectSuccess('user', 'create', '--data-dir', data.dataDir)
    await first.stop()
    const { account } = addAccount(data.dataDir)
    await expectSuccess('user', 'close', account, '--now', '--data-dir', data.dataDir)
    await expectSuccess('user', 'list', '--data-dir', data.dataDir)
    expect(readdirSync(data.dataDir)).toContain('erasures')
    expect(ownersIn(data.dataDir)).toEqual([other])
    const second = await serve()
    await expectSuccess('purge', '--data-dir', data.dataDir)
    expect(ownersIn(data.dataDir)).toEqual([other])
    expect(await second.stop()).toBe(0)
    await expectSuccess('migrate', '--data-dir', data.dataDir)
    expect(ownersIn(data.dataDir)).toEqual([other])
    const [backup, ofRoot] = [join(data.dataDir, 'backup.tar'), join(data.dataDir, '..', 'backup.tar')]
    await expectSuccess('backup', backup, '--data-dir', data.dataDir)
    renameSync(backup, ofRoot)
    chownSync(ofRoot, 0, 0)
    await expectSuccess('restore', ofRoot, '--replace', '--data-dir', data.dataDir)
    expect(ownersIn(data.dataDir)).toEqual([other])
    expect(await (await serve()).stop()).toBe(0)
  })

  test('also if the user cannot reach the folder, as with DynamicUser= of systemd', async () => {
    using data = foldersOfOther()
    const serve = () => startProcess(data.dataDir, { command: [data.program], user: other, cwd: '/' })
    await (await serve()).stop()
    const { account } = addAccount(data.dataDir)
    symlinkSync('/etc/hostname', join(data.dataDir, 'link'))
    chmodSync(data.path, 0o700)
    await expectSuccess('user', 'close', account, '--now', '--data-dir', data.dataDir)
    expect(ownersIn(data.dataDir)).toEqual([other])
    expect(statSync('/etc/hostname').uid).toBe(0)
    rmSync(join(data.dataDir, 'link'))
    chmodSync(data.path, 0o755)
    expect(await (await serve()).stop()).toBe(0)
  })

  test('data that root has created in a folder of another user stays with root', async () => {
    using data = foldersOfOther()
    await (await startProcess(data.dataDir, { command })).stop()
    await expectSuccess('purge', '--data-dir', data.dataDir)
    expect(statSync(join(data.dataDir, 'run')).uid).toBe(0)
  })
})

const other: User = { uid: 65534, gid: 65534 }

// A folder of the user, and the program in a place where the user can run it.
function foldersOfOther() {
  const folder = temporaryFolder()
  chmodSync(folder.path, 0o755)
  const [dataDir, copy] = [join(folder.path, 'data'), join(folder.path, 'sotto')]
  mkdirSync(dataDir)
  chownSync(dataDir, other.uid, other.gid)
  copyFileSync(program, copy)
  return { path: folder.path, dataDir, program: copy, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

function ownersIn(folder: string): User[] {
  const owners = new Map<string, User>()
  for (const path of ['.', ...readdirSync(folder).filter((name) => name !== 'link')]) {
    for (const { uid, gid } of unlessGone(() => statSync(join(folder, path)))) owners.set(`${uid}:${gid}`, { uid, gid })
  }
  return [...owners.values()]
}

/** Adds an account to the database of a stopped server, as the sign-up does in the browser. */
function addAccount(dataDir: string): { account: string } {
  using db = new Database(join(dataDir, 'sotto.db'))
  db.run(
    "INSERT INTO account (id, user_name, email, role, created_at, age_stated_at) VALUES ('a1', 'ada', 'ada@example.org', 'member', 0, 0)",
  )
  return { account: 'ada' }
}

/** Starts and stops a server on a folder, with one secret, and copies the folder. */
async function copyOfUsedFolder() {
  const folder = temporaryFolder()
  const [dataDir, copy] = [join(folder.path, 'data'), join(folder.path, 'copy')]
  const server = await startProcess(dataDir, { command })
  await share(server)
  await server.stop()
  cpSync(dataDir, copy, { recursive: true, preserveTimestamps: true })
  return { copy, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

function markOf(dataDir: string) {
  using db = new Database(join(dataDir, 'sotto.db'), { readonly: true })
  const row = db.query('SELECT run_mark, previous_run_mark FROM instance').get()
  return { row, file: readFileSync(join(dataDir, 'run'), 'utf8') }
}

async function share(server: ServerProcess): Promise<Answer> {
  return (await (await post(server.url, '/secrets', { content: 'sésame' })).json()) as Answer
}

function sotto(...args: readonly string[]) {
  return run(args, { command })
}

async function expectSuccess(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await sotto(...args)
  expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
}
