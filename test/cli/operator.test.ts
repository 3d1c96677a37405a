import { afterAll, describe, expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { options } from '../../src/config/options.ts'
import { schemaVersion } from '../../src/database/open.ts'
import { Clock, day } from '../fixtures/clock.ts'
import { sotto } from '../fixtures/command.ts'
import { cheap, freePort, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { executable, startProcess } from '../fixtures/process.ts'

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())

const newPath = () => join(folder.path, crypto.randomUUID())

function fileWith(content: string): string {
  const path = newPath()
  writeFileSync(path, content)
  return path
}

describe('config show', () => {
  test('prints each option as TOML that can be read back', async () => {
    const args = ['--listen=unix:/run/sotto.sock', '--base-url=https://a.example', '--peers=eu=https://eu.example.org']
    const { code, stdout } = await sotto(['config', 'show', ...args, '--limit-all=off', '--ttl-max=36h'])
    expect([code, stdout]).toEqual([0, expect.stringContaining('ttl-choices = ["1h", "1d"]')])
    const readBack = await sotto(['config', 'show', '--config', fileWith(stdout)])
    expect(readBack.stdout.replace(/^# config.*/, '')).toBe(stdout.replace(/^# config.*/, ''))
    for (const name of Object.keys(options)) expect(stdout).toMatch(new RegExp(`^(# )?${name} `, 'm'))
  })

  test('prints the source of each value with --sources', async () => {
    const { stdout } = await sotto(['config', 'show', '--sources', '--name', 'Ours'], { env: { SOTTO_REGION: 'eu' } })
    expect(stdout).toContain('name = "Ours"  # flag\n')
    expect(stdout).toContain('region = "eu"  # environment\n')
    expect(stdout).toContain('ttl-max = "30d"  # default\n')
  })

  test('hides the root key, whatever its source', async () => {
    const key = 'ab'.repeat(32)
    const fromVariable = await sotto(['config', 'show', '--sources'], { env: { SOTTO_ROOT_KEY: key } })
    const fromFile = await sotto(['config', 'show', '--root-key-file', fileWith(key)])
    for (const { code, stdout, stderr } of [fromVariable, fromFile]) {
      expect([code, stdout.includes('# root-key = (hidden)')]).toEqual([0, true])
      for (const form of [key, Uint8Array.fromHex(key).toBase64()]) expect(stdout + stderr).not.toContain(form)
    }
  })
})

describe('config check', () => {
  test('reports success or all problems', async () => {
    const valid = await sotto(['config', 'check'])
    expect([valid.code, valid.stdout, valid.stderr]).toEqual([0, '', 'the configuration is valid\n'])
    const { code, stderr } = await sotto(['config', 'check', '--config', fileWith('ttl-max = "soon"\nnmae = "x"\n')])
    expect([code, stderr.trim().split('\n').length]).toEqual([78, 2])
    expect(stderr).toContain('did you mean name?')
  })

  test('accepts the variable of the client', async () => {
    expect((await sotto(['config', 'check'], { env: { SOTTO_URL: 'https://a.example' } })).code).toBe(0)
    expect((await sotto(['config', 'check'], { env: { SOTTO_URI: 'https://a.example' } })).code).toBe(78)
  })
})

describe('config init', () => {
  test('prints a file with every option, which config check accepts', async () => {
    const { code, stdout } = await sotto(['config', 'init'])
    expect(code).toBe(0)
    expect((await sotto(['config', 'check', '--config', fileWith(stdout)])).code).toBe(0)
    for (const name of Object.keys(options).filter((name) => name !== 'config'))
      expect(stdout).toMatch(new RegExp(`^# ${name}(-file)? = `, 'm'))
  })

  test('prints valid values when uncommented', async () => {
    const { stdout } = await sotto(['config', 'init'])
    const all = stdout
      .replace(/^# ([a-z-]+ = )/gm, '$1')
      .replace(/^(?:root-key|smtp-url|oidc-client-secret)-file.*/gm, '')
    const checked = await sotto(['config', 'check', '--config', fileWith(all)])
    expect([checked.code, checked.stderr]).toEqual([0, expect.stringContaining('the configuration is valid')])
  })
})

describe('purge and migrate', () => {
  /** Creates a data directory with two expired secrets and one that is not. */
  async function dueFolder(): Promise<string> {
    const dataDir = newPath()
    await using instance = await startInstance({ 'data-dir': dataDir }, cheap, new Clock(Date.now() - 10 * day))
    for (const ttl of ['1d', '7d']) await instance.posted('/secrets', { content: 'x', ttl })
    instance.clock.advance(10 * day)
    await instance.posted('/secrets', { content: 'x', ttl: '7d' })
    return dataDir
  }

  /** Parses the counts above zero by rule. */
  const counts = (stdout: string) =>
    Object.fromEntries([...stdout.matchAll(/^ *([1-9]\d*) {2}(.+)$/gm)].map(([, count, rule]) => [rule, Number(count)]))

  test('purge --dry-run counts what purge deletes, and changes nothing', async () => {
    const dataDir = await dueFolder()
    const before = readFileSync(join(dataDir, 'sotto.db'))
    const dryRun = await sotto(['purge', '--dry-run', '--data-dir', dataDir])
    expect([dryRun.code, counts(dryRun.stdout)]).toEqual([0, { 'expired secrets': 2, 'old receipts': 1 }])
    expect(readFileSync(join(dataDir, 'sotto.db')).equals(before)).toBe(true)
    const real = await sotto(['purge', '--data-dir', dataDir])
    expect([real.code, real.stdout]).toEqual([0, dryRun.stdout])
    expect(counts((await sotto(['purge', '--dry-run', '--data-dir', dataDir])).stdout)).toEqual({})
  })

  test('neither creates a database with --dry-run or --status', async () => {
    const dataDir = newPath()
    expect((await sotto(['purge', '--dry-run', '--data-dir', dataDir])).code).toBe(78)
    expect((await sotto(['migrate', '--status', '--data-dir', dataDir])).stdout).toBe(
      `no database, this version supports ${schemaVersion}\n`,
    )
    expect(await Bun.file(join(dataDir, 'sotto.db')).exists()).toBe(false)
  })

  test('migrate creates a database that serve opens, and then has nothing to do', async () => {
    const dataDir = newPath()
    expect((await sotto(['migrate', '--data-dir', dataDir])).stdout).toBe(
      `no database, migrated to schema ${schemaVersion}\n`,
    )
    expect((await sotto(['migrate', '--data-dir', dataDir])).stdout).toBe(`schema ${schemaVersion}, up to date\n`)
    await using server = await startProcess(dataDir)
    expect(server.url).toBeString()
  })
})

describe('healthcheck', () => {
  test('fails without a server, and succeeds with a healthy one', async () => {
    const port = await freePort()
    const listen = ['--listen', `127.0.0.1:${port}`]
    const failed = await sotto(['healthcheck', ...listen])
    expect([failed.code, failed.stdout, failed.stderr]).toEqual([
      1,
      '',
      expect.stringContaining('no response from http://127.0.0.1'),
    ])
    await using _server = await startProcess(newPath(), { port })
    expect(await sotto(['healthcheck', ...listen])).toMatchObject({ code: 0, stdout: 'ok\n', stderr: '' })
    expect(
      (
        await sotto(['healthcheck'], {
          env: { SOTTO_LISTEN: `0.0.0.0:${port}`, SOTTO_ALLOW_HTTP: 'true', SOTTO_BASE_URL: 'http://a.example' },
        })
      ).code,
    ).toBe(0)
  })

  test('fails if the purge is late', async () => {
    await using instance = await startInstance()
    const { code, stderr } = await sotto(['healthcheck', '--listen', new URL(instance.url).host])
    expect([code, stderr]).toEqual([
      1,
      'sotto: unhealthy: store ok, purge late, run continued, clock agreed, mail off\n',
    ])
  })

  test('--wait waits for a starting server, up to --timeout', async () => {
    const port = await freePort()
    const waiting = sotto(['healthcheck', '--wait', '--listen', `127.0.0.1:${port}`])
    await Bun.sleep(700)
    await using _server = await startProcess(newPath(), { port })
    expect((await waiting).code).toBe(0)
    const timedOut = ['healthcheck', '--wait', '--timeout', '1s', '--listen', `127.0.0.1:${await freePort()}`]
    expect((await sotto(timedOut)).code).toBe(1)
  })

  test('connects to a unix socket', async () => {
    const socket = join(folder.path, 'sotto.sock')
    const env = { SOTTO_LISTEN: `unix:${socket}`, SOTTO_BASE_URL: 'https://a.example/below', SOTTO_DATA_DIR: newPath() }
    expect((await sotto(['healthcheck'], { env })).code).toBe(1)
    const child = Bun.spawn([await executable(), 'serve'], { env, stdout: 'ignore', stderr: 'ignore' })
    expect((await sotto(['healthcheck', '--wait'], { env })).code).toBe(0)
    child.kill()
    expect(await child.exited).toBe(0)
  })
})
