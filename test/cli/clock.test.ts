import { expect, test } from 'bun:test'
import { Clock, hour } from '../fixtures/clock.ts'
import { sotto } from '../fixtures/command.ts'
import { freePort, temporaryFolder } from '../fixtures/instance.ts'
import { builtExecutable, spawn, untilClock } from '../fixtures/process.ts'
import { startRun, stopRun } from '../fixtures/runs.ts'

const command = [builtExecutable()]

test('nothing is purged with a clock that was set back by two hours, until it is accepted', async () => {
  using folder = temporaryFolder()
  const ahead = await startRun(folder.path, {}, new Clock(Date.now() + 2 * hour))
  const lastRun = new Date(ahead.clock.now).toISOString()
  await stopRun(ahead)
  const run = (...args: string[]) => sotto([...args, '--data-dir', folder.path])

  const purged = await run('purge')
  expect([purged.code, purged.stderr]).toEqual([6, expect.stringContaining('sotto clock accept')])
  expect((await run('purge', '--dry-run')).code).toBe(0)
  const verified = await run('privacy', 'verify')
  expect([verified.code, verified.stdout]).toEqual([1, expect.stringMatching(/broken {2}P24 {2}The time is known/)])

  const accepted = await run('clock', 'accept')
  expect([accepted.code, accepted.stdout]).toEqual([
    0,
    expect.stringMatching(/^clock accepted\n {2}before .*\n {2}now /),
  ])
  const [before = '', after = ''] = accepted.stdout.match(/\d{4}-\S+Z/g) ?? []
  expect(before >= lastRun).toBe(true)
  expect(after < lastRun).toBe(true)
  expect((await run('purge')).code).toBe(0)
  expect((await run('privacy', 'verify')).stdout).toContain('kept    P24  The time is known')
}, 60_000)

test('a running server is told that its clock was accepted', async () => {
  using folder = temporaryFolder()
  await stopRun(await startRun(folder.path, {}, new Clock(Date.now() + 2 * hour)))
  const port = await freePort()
  const args = ['serve', '--listen', `127.0.0.1:${port}`, '--data-dir', folder.path]
  await using server = spawn(args, `http://127.0.0.1:${port}`, { command })
  await untilClock(server, 'frozen')
  expect((await sotto(['clock', 'accept', '--data-dir', folder.path])).code).toBe(0)
  await untilClock(server, 'agreed')
  expect((await sotto(['purge', '--data-dir', folder.path])).code).toBe(0)
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
}, 60_000)
