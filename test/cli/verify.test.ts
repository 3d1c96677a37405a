import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { retentionRules } from '../../src/privacy/inventory/retention-rules.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { describeFinding, stateOf, verify } from '../../src/privacy/verify/verify.ts'
import { inProcessClient } from '../../src/server/server.ts'
import { sotto } from '../fixtures/command.ts'
import { freePort, type Instance, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { startProcess } from '../fixtures/process.ts'

describe('an instance that keeps its promises', () => {
  test('passes every check (P04, P15, P16, P17, P19, P24, P25, P30, P31)', async () => {
    await using instance = await startInstance()
    await purge(instance.app, instance.clock.now)
    await instance.posted('/secrets', { content: 'sésame' })
    const client = await inProcessClient(instance.app)
    expect(client.pages).toEqual(
      expect.arrayContaining(['/', '/privacy', '/privacy/practices', '/healthz', '/sign-in']),
    )
    const report = await verify(instance.app, client)
    expect(report.checks.flatMap(({ findings }) => findings.map(describeFinding))).toEqual([])
    expect(report.checks.map(stateOf)).toEqual(report.checks.map(() => 'kept'))
    expect(report.isKept).toBe(true)
    expect(report.retention.map(({ rule }) => rule)).toEqual(retentionRules.map(({ name }) => name))
  })

  test('passes under another path and over TLS', async () => {
    await using instance = await startInstance({
      'base-url': 'https://secrets.example.org/sotto',
      'trusted-proxies': '127.0.0.1',
    })
    await purge(instance.app, instance.clock.now)
    const report = await verify(instance.app, await inProcessClient(instance.app))
    expect(report.checks.flatMap(({ findings }) => findings.map(describeFinding))).toEqual([])
  })

  test('is not changed by the verification, which writes no log line', async () => {
    await using instance = await startInstance()
    await purge(instance.app, instance.clock.now)
    const before = await instance.app.db.changeCounter()
    await verify(instance.app, await inProcessClient(instance.app))
    expect(await instance.app.db.changeCounter()).toBe(before)
    expect(instance.lines).toEqual([])
  })
})

describe('the verification page (P25)', () => {
  let instance: Instance
  beforeAll(async () => {
    instance = await startInstance({ 'smtp-url': 'smtp://mail.planted.example' })
    await purge(instance.app, instance.clock.now)
  })
  afterAll(() => instance[Symbol.asyncDispose]())

  test('shows everyone states, numbers and the head of the ledger, but not the findings', async () => {
    const [page, json] = await Promise.all(
      ['/privacy/proof', '/privacy/proof.json'].map(async (path) => (await instance.fetch(path)).text()),
    )
    const proof = JSON.parse(json ?? '')
    expect(proof).toMatchObject({ kept: false, ledger: { whole: true, entries: 1 } })
    expect(proof.checks).toContainEqual({ check: 'services', promise: 'P19', state: 'broken', findings: 1 })
    expect(proof.checks).toContainEqual({ check: 'schema', promise: 'P04', state: 'kept', findings: 0 })
    expect(page).toContain(proof.ledger.head)
    for (const text of [page, json]) expect(text).not.toContain('planted')
  })

  test('is computed once a minute, however often it is requested', async () => {
    const [first, second] = [await instance.fetch('/privacy/proof.json'), await instance.fetch('/privacy/proof.json')]
    expect(await second.json()).toEqual(await first.json())
  })
})

describe('sotto privacy verify', () => {
  test('runs next to a server, prints every check, and changes no file (P25)', async () => {
    using folder = temporaryFolder()
    await using server = await startProcess(folder.path)
    const port = new URL(server.url).port
    const args = ['--data-dir', folder.path, '--listen', `127.0.0.1:${port}`]
    const { code, stdout, stderr } = await sotto(['privacy', 'verify', ...args])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('kept    P24  Data is deleted when it is due\n')
    const json = await sotto(['privacy', 'verify', '--json', ...args])
    expect(JSON.parse(json.stdout)).toMatchObject({ kept: true, sentences: [] })
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  })

  test('runs without a server, creates no file, and exits with 1 after describing a deviation', async () => {
    using folder = temporaryFolder()
    await using instance = await startInstance({ 'data-dir': folder.path })
    await purge(instance.app, instance.clock.now)
    await instance[Symbol.asyncDispose]()
    const before = contentsOf(folder.path)
    const listen = ['--listen', `127.0.0.1:${await freePort()}`, '--data-dir', folder.path]
    const { code, stdout } = await sotto(['privacy', 'verify', '--smtp-url-file', fileWith(folder.path), ...listen])
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('Data is sent to mail.example.org, which is not in the'),
    ])
    const after = contentsOf(folder.path).filter(([name]) => !/(?:-wal|-shm|smtp)$/.test(name))
    expect(after).toEqual(before)
  })

  test('requires a database of this program', async () => {
    using folder = temporaryFolder()
    const { code, stderr } = await sotto(['privacy', 'verify', '--data-dir', folder.path])
    expect([code, stderr]).toEqual([78, expect.stringContaining('no database in --data-dir')])
    expect(readdirSync(folder.path)).toEqual([])
  })
})

describe('sotto privacy ledger', () => {
  test('prints the last entries, verifies the chain, and finds a head that was noted (P25)', async () => {
    using folder = temporaryFolder()
    await using server = await startProcess(folder.path)
    const args = ['--data-dir', folder.path]
    expect((await sotto(['privacy', 'ledger', ...args])).stdout).toMatch(/^\S+Z {2} +0 {2}run\n/)
    const verified = await sotto(['privacy', 'ledger', '--verify', ...args])
    expect(verified).toMatchObject({ code: 0, stderr: '' })
    const proof = (await (await fetch(`${server.url}/privacy/proof.json`)).json()) as { ledger: { head: string } }
    const { head } = proof.ledger
    expect((await sotto(['privacy', 'ledger', '--verify', '--head', head, ...args])).code).toBe(0)
    const other = await sotto(['privacy', 'ledger', '--verify', '--head', 'a'.repeat(64), ...args])
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('not in the ledger')])
    expect((await sotto(['privacy', 'ledger', '--verify', '--head', 'x', ...args])).code).toBe(2)
  })
})

function fileWith(folder: string): string {
  const path = join(folder, 'smtp')
  Bun.spawnSync(['sh', '-c', `printf smtp://mail.example.org > ${path}`])
  return path
}

function contentsOf(folder: string): [string, string][] {
  return readdirSync(folder)
    .sort()
    .map((name) => [name, new Bun.CryptoHasher('sha256').update(readFileSync(join(folder, name))).digest('hex')])
}
