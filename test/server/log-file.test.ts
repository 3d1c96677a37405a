import { describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Misconfigured } from '../../src/errors.ts'
import { LogFile, type LogFileLimits } from '../../src/log-file.ts'
import { securityLogFields } from '../../src/privacy/inventory/log-fields.ts'
import { maxLogRetention } from '../../src/privacy/inventory/periods.ts'
import { Clock, day, hour } from '../fixtures/clock.ts'
import { configWith, type Instance, startInstance, temporaryFolder } from '../fixtures/instance.ts'

const json = { 'content-type': 'application/json' }

describe('a log file', () => {
  test('receives the lines of requests and is readable only by its owner (P05)', async () => {
    using folder = temporaryFolder()
    await using sotto = await startInstance({ 'log-file': join(folder.path, 'requests.log') })
    await sotto.fetch('/')
    await sotto.fetch('/generate')
    await nextTurn()
    expect(linesIn(folder.path, 'requests.log').map(({ route }) => route)).toEqual(['/', '/generate'])
    expect(sotto.lines).toEqual([])
    expect(statSync(join(folder.path, 'requests.log')).mode & 0o777).toBe(0o600)
  })

  test('is rotated daily and deleted before its oldest line exceeds the configured retention (P05)', async () => {
    using folder = temporaryFolder()
    const { clock, log } = open(folder.path, { retentionMs: 4 * day })
    for (let time = 0; time < 3; time += 1) {
      await write(log, `{"time":"${iso(clock)}"}`)
      clock.advance(day)
    }
    log.rotate()
    expect(readdirSync(folder.path).sort()).toEqual([
      'a.log',
      'a.log.2026-11-21',
      'a.log.2026-11-22',
      'a.log.2026-11-23',
    ])
    clock.advance(12 * hour)
    log.rotate()
    expect(readdirSync(folder.path).sort()).toEqual(['a.log', 'a.log.2026-11-22', 'a.log.2026-11-23'])
    clock.advance(30 * day)
    log.rotate()
    expect(readdirSync(folder.path)).toEqual(['a.log'])
  })

  test('keeps the day of its lines after a restart', async () => {
    using folder = temporaryFolder()
    const { clock, log } = open(folder.path, {})
    await write(log, `{"time":"${iso(clock)}"}`)
    log[Symbol.dispose]()
    clock.advance(2 * day)
    const { log: reopened } = open(folder.path, {}, clock)
    reopened.rotate()
    expect(readdirSync(folder.path).sort()).toEqual(['a.log', 'a.log.2026-11-21'])
  })

  test('never exceeds the size limit, including its older parts', async () => {
    using folder = temporaryFolder()
    const { log } = open(folder.path, { maxBytes: 10_000 })
    const line = `{"time":"2026-11-21T12:00:00.000Z","n":"${'x'.repeat(200)}"}`
    for (let time = 0; time < 200; time += 1) await write(log, line)
    log.rotate()
    const sizes = readdirSync(folder.path).map((name) => statSync(join(folder.path, name)).size)
    expect(sizes.length).toBeGreaterThan(5)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1000)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(10_000)
  })

  test('does not delete other files', async () => {
    using folder = temporaryFolder()
    const { clock, log } = open(folder.path, {})
    const others = ['a.log.old', 'a.log.2020-01-01.gz', 'b.log.2020-01-01', 'a.logs']
    for (const name of others) await Bun.write(join(folder.path, name), 'x')
    clock.advance(400 * day)
    log.rotate()
    expect(readdirSync(folder.path).sort()).toEqual(['a.log', ...others].sort())
  })

  test('that cannot be written is refused at the start, with the name of the option', () => {
    using folder = temporaryFolder()
    const openMissing = () => open(join(folder.path, 'missing'), {})
    expect(openMissing).toThrow(Misconfigured)
    expect(openMissing).toThrow('--log-file')
  })

  test('may keep lines for a shorter time than promised, never for longer (P05)', () => {
    expect(configWith({}).logRetention).toBe(30 * day)
    expect(configWith({ 'log-retention': `${maxLogRetention / day}d` }).logRetention).toBe(maxLogRetention)
    expect(() => configWith({ 'log-retention': `${maxLogRetention / day + 1}d` })).toThrow()
  })
})

describe('the security log (P05, P06)', () => {
  test('records refused and rate-limited requests, separately from all requests', async () => {
    using folder = temporaryFolder()
    await using sotto = await startInstance({
      'log-file': join(folder.path, 'requests.log'),
      'security-log-file': join(folder.path, 'security.log'),
      'limit-requests': '3/1h',
    })
    const { key } = await sotto.posted('/secrets', { content: 'planted-content', passphrase: 'planted-passphrase' })
    await sotto.post(`/secrets/${key}/reveal`, { passphrase: 'planted-wrong' })
    await sotto.post('/secrets', { content: 'planted-content' }, { origin: 'https://planted.example' })
    for (let time = 0; time < 3; time += 1) await sotto.post('/secrets', { content: 'planted-content' })
    await sotto.fetch('/', { headers: { host: 'planted-host.example' } })
    await nextTurn()
    const lines = linesIn(folder.path, 'security.log')
    expect(lines.map(({ code, route }) => [code, route])).toEqual([
      ['passphrase_wrong', '/api/v3/secrets/:key/reveal'],
      ['cross_origin', 'unmatched'],
      ...Array.from({ length: 2 }, () => ['slow_down', 'unmatched']),
      ['host_unknown', 'unmatched'],
    ])
    for (const line of lines) expect(Object.keys(securityLogFields)).toEqual(expect.arrayContaining(Object.keys(line)))
    expect(linesIn(folder.path, 'requests.log')).toHaveLength(7)
  })

  test('records that a sign-in failed, without the name', async () => {
    await using sotto = await startInstance()
    const form = new URLSearchParams({ name: 'planted-name', password: 'planted-password' })
    await sotto.fetch('/sign-in', { method: 'POST', body: form })
    const [refused] = sotto.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'refused')
    expect(refused).toMatchObject({ code: 'sign_in_failed', route: '/sign-in' })
    expect(sotto.lines.join()).not.toContain('planted')
  })

  test('contains no key, content or passphrase, and addresses only as configured', async () => {
    using folder = temporaryFolder()
    const path = join(folder.path, 'security.log')
    await using sotto = await startInstance({ 'security-log-file': path, 'trusted-proxies': '127.0.0.1' })
    const { key } = await create(sotto)
    await sotto.fetch(`/api/v3/secrets/${key}/reveal?planted-query`, {
      method: 'POST',
      body: JSON.stringify({ passphrase: 'planted-wrong' }),
      headers: { ...json, 'x-forwarded-for': '203.0.113.7', 'user-agent': 'planted-agent' },
    })
    await nextTurn()
    const text = readFileSync(path, 'utf8')
    expect(text).toContain('"address":"203.0.113.0"')
    for (const word of [key, 'planted', '203.0.113.7']) expect(text).not.toContain(word)
  })

  test('goes to stderr if no file is configured', async () => {
    await using sotto = await startInstance()
    const { key } = await create(sotto)
    await sotto.post(`/secrets/${key}/reveal`, { passphrase: 'planted-wrong' })
    const [refused] = sotto.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'refused')
    expect(refused).toMatchObject({ code: 'passphrase_wrong', method: 'POST', address: '127.0.0.0' })
  })
})

function create(sotto: Instance) {
  return sotto.posted('/secrets', { content: 'planted-content', passphrase: 'planted-passphrase' })
}

function open(folder: string, limits: Partial<LogFileLimits>, clock = new Clock()) {
  const path = join(folder, 'a.log')
  const log = new LogFile(
    path,
    { maxBytes: 1_000_000, retentionMs: 30 * day, ...limits },
    { now: () => clock.now, isFrozen: false },
    () => {},
  )
  return { clock, log }
}

async function write(log: LogFile, line: string): Promise<void> {
  log.write(line)
  await nextTurn()
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1))
}

function linesIn(folder: string, name: string): Record<string, unknown>[] {
  return readFileSync(join(folder, name), 'utf8')
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

function iso({ now }: Clock): string {
  return new Date(now).toISOString()
}
