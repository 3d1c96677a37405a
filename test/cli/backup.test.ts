import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sotto } from '../fixtures/command.ts'
import { type Answer, temporaryFolder } from '../fixtures/instance.ts'
import { executable, post, startProcess } from '../fixtures/process.ts'
import { atTerminal } from '../fixtures/terminal.ts'

setDefaultTimeout(120_000)

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())
const at = (name: string) => join(folder.path, name)

describe('sotto backup and sotto restore', () => {
  test('back up a running instance, and restore it with nothing that can be opened', async () => {
    const { secret, dataDir } = await sharedAndBackedUp('round-trip')
    expect(statSync(at('round-trip.tar')).mode & 0o777).toBe(0o600)

    const refused = await sotto(['restore', at('round-trip.tar'), '--data-dir', dataDir])
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('use --replace')])
    const restored = await sotto(['restore', at('round-trip.tar'), '--replace', '--data-dir', dataDir])
    expect([restored.code, restored.stderr]).toEqual([0, ''])
    expect(restored.stdout).toMatch(/^backup of \d{4}-.*\n {2}accounts {3}0\n {2}receipts {3}1\n/)
    expect(restored.stdout).toContain('restore accepted\n  secrets    1 withdrawn\n')

    await using server = await startProcess(dataDir, { command: [await executable()] })
    expect((await post(server.url, `/secrets/${secret.key}/reveal`)).status).toBe(404)
    const receipt = await fetch(`${server.url}/api/v3/receipts/${secret.receipt.key}`)
    expect(await receipt.json()).toMatchObject({ state: 'withdrawn' })
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  })

  test('a backup on stdout is the same archive, and is not printed on a terminal', async () => {
    const { dataDir, outcome } = await sharedAndBackedUp('stdout', '-')
    writeFileSync(at('stdout.tar'), outcome.bytes)
    expect(outcome.stderr).toContain('root.key (keep a copy of it elsewhere)')
    const { code } = await sotto(['restore', at('stdout.tar'), '--replace', '--data-dir', dataDir])
    expect(code).toBe(0)
    const { code: refused, screen } = await atTerminal(['backup', '-', '--data-dir', dataDir], [])
    expect([refused, screen]).toEqual([2, expect.stringContaining('is not printed on a terminal')])
  })

  test('restore into an empty folder, where a new root key is created if none is needed', async () => {
    const { secret } = await sharedAndBackedUp('elsewhere')
    const restored = await sotto(['restore', at('elsewhere.tar'), '--data-dir', at('new')])
    expect([restored.code, restored.stderr]).toEqual([0, expect.stringContaining('a new root.key was created')])
    await using server = await startProcess(at('new'), { command: [await executable()] })
    expect((await post(server.url, `/secrets/${secret.key}/reveal`)).status).toBe(404)
  })

  test('say what is wrong, and leave the files as they are', async () => {
    const { dataDir } = await sharedAndBackedUp('refusals')
    const bytes = readFileSync(at('refusals.tar'))
    writeFileSync(at('cut.tar'), bytes.subarray(0, -1024))
    mkdirSync(at('empty'))
    mkdirSync(at('other'))
    cpSync(join(dataDir, 'root.key'), join(at('other'), 'root.key'))
    const cases: [string[], number, string][] = [
      [['backup', at('refusals.tar'), '--data-dir', dataDir], 2, 'FILE already exists'],
      [['backup', join(at('missing'), 'x.tar'), '--data-dir', dataDir], 1, 'cannot write FILE: ENOENT'],
      [['backup', at('new.tar'), '--data-dir', at('empty')], 78, 'no database in --data-dir'],
      [['backup'], 2, 'FILE is missing'],
      [['restore'], 2, 'FILE is missing'],
      [['restore', at('absent.tar'), '--data-dir', at('other')], 2, 'cannot read FILE: ENOENT'],
      [['restore', at('cut.tar'), '--data-dir', at('other')], 2, 'damaged, incomplete or was changed'],
      [['restore', at('refusals.tar'), '--region', 'eu', '--data-dir', at('other')], 78, 'belongs to region "local"'],
      [['restore', 'accept', '--data-dir', dataDir], 2, 'there is no restore to accept'],
    ]
    for (const [args, code, message] of cases) {
      const outcome = await sotto(args)
      expect([args, outcome.code, outcome.stderr]).toEqual([args, code, expect.stringContaining(message)])
    }
    expect(readFileSync(at('refusals.tar')).equals(bytes)).toBe(true)
    await using _server = await startProcess(dataDir, { command: [await executable()] })
    const running = await sotto(['restore', at('refusals.tar'), '--replace', '--data-dir', dataDir])
    expect([running.code, running.stderr]).toEqual([6, expect.stringContaining('stop the server first')])
  })
})

/** Shares a secret on a new instance, backs it up while it is running, and stops it. */
async function sharedAndBackedUp(name: string, to = at(`${name}.tar`)) {
  const dataDir = at(name)
  await using server = await startProcess(dataDir, { command: [await executable()] })
  const secret = (await (await post(server.url, '/secrets', { content: 'sésame' })).json()) as Answer
  const outcome = await sotto(['backup', to, '--data-dir', dataDir])
  expect([outcome.code, outcome.stderr]).toEqual([0, expect.stringContaining('receipts   1')])
  expect(await server.stop()).toBe(0)
  return { secret, dataDir, outcome }
}
