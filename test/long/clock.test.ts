import { expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Answer, freePort, temporaryFolder } from '../fixtures/instance.ts'
import {
  builtExecutable,
  post,
  run,
  type ServerProcess,
  spawn,
  startProcess,
  startServer,
  untilClock,
} from '../fixtures/process.ts'

setDefaultTimeout(120_000)

// Debian's package faketime.
const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'
const command = [builtExecutable()]
const withFaketime = test.skipIf(!existsSync(library))

/** The wall clock of processes; `set` shifts it, such as by `+400d`. */
function fakeTime(folder: string) {
  const file = join(folder, 'time')
  const set = (shift: string) => writeFileSync(file, shift)
  set('+0')
  return {
    set,
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    },
  }
}

withFaketime('a clock that is set back by ten minutes locks no one out', async () => {
  using folder = temporaryFolder()
  const time = fakeTime(folder.path)
  time.set('+10m')
  const port = await freePort()
  const args = ['serve', '--listen', `127.0.0.1:${port}`, '--data-dir', join(folder.path, 'data')]
  await using server = await startServer(args, `http://127.0.0.1:${port}`, { command, env: time.env })
  const created = [await create(server, 'one'), await create(server, 'two')]
  time.set('+0')
  await untilClock(server, 'agreed')
  created.push(await create(server, 'three'))
  for (const key of created) expect((await reveal(server, key)).status).toBe(200)
})

withFaketime('a clock that is 400 days ahead while the server runs destroys nothing', async () => {
  using folder = temporaryFolder()
  const time = fakeTime(folder.path)
  await using server = await start(folder.path, time.env)
  const [kept, other] = [await create(server, 'kept'), await create(server, 'other')]
  time.set('+400d')
  await untilClock(server, 'disagrees')
  // The purge runs every second.
  await Bun.sleep(3000)
  expect(await (await reveal(server, other)).json()).toMatchObject({ content: 'other' })
  time.set('+0')
  await untilClock(server, 'agreed')
  expect(await (await reveal(server, kept)).json()).toMatchObject({ content: 'kept' })
})

withFaketime('a clock that is 400 days ahead is accepted while the server runs', async () => {
  using folder = temporaryFolder()
  const time = fakeTime(folder.path)
  await using server = await start(folder.path, time.env)
  const key = await create(server, 'kept for seven days')
  time.set('+400d')
  await untilClock(server, 'disagrees')
  const accepted = await run(['clock', 'accept', '--data-dir', join(folder.path, 'data')], { command, env: time.env })
  expect(accepted.code).toBe(0)
  await untilClock(server, 'agreed')
  expect((await reveal(server, key)).status).toBe(404)
})

withFaketime.each([
  ['400 days ahead', '+400d'],
  ['10 days behind', '-10d'],
])('a clock that is %s at a start destroys nothing, until it is right or accepted', async (_, shift) => {
  using folder = temporaryFolder()
  const time = fakeTime(folder.path)
  const first = await start(folder.path, time.env)
  const [kept, other] = [await create(first, 'kept'), await create(first, 'other')]
  await first.stop()

  time.set(shift)
  const frozen = await startFrozen(folder.path, time.env)
  expect(frozen.output()).toContain('clock frozen: ')
  await Bun.sleep(3000)
  await frozen.stop()

  time.set('+0')
  const right = await start(folder.path, time.env)
  await untilClock(right, 'agreed')
  expect(await (await reveal(right, kept)).json()).toMatchObject({ content: 'kept' })
  await right.stop()

  time.set(shift)
  const accepted = await run(['clock', 'accept', '--data-dir', join(folder.path, 'data')], { command, env: time.env })
  expect([accepted.code, accepted.stdout]).toEqual([0, expect.stringContaining('clock accepted')])
  await using last = await start(folder.path, time.env)
  await Bun.sleep(2000)
  expect((await reveal(last, other)).status).toBe(shift === '+400d' ? 404 : 200)
})

function start(folder: string, env: Record<string, string>): Promise<ServerProcess> {
  return startProcess(join(folder, 'data'), { command, env, args: ['--purge-interval', '1s'] })
}

async function startFrozen(folder: string, env: Record<string, string>): Promise<ServerProcess> {
  const port = await freePort()
  const args = ['serve', '--listen', `127.0.0.1:${port}`, '--data-dir', join(folder, 'data'), '--purge-interval', '1s']
  const server = spawn(args, `http://127.0.0.1:${port}`, { command, env })
  await untilClock(server, 'frozen')
  return server
}

async function create({ url }: ServerProcess, content: string): Promise<string> {
  const response = await post(url, '/secrets', { content, ttl: '7d' })
  expect(response.status).toBe(201)
  return ((await response.json()) as Answer).key
}

function reveal({ url }: ServerProcess, key: string): Promise<Response> {
  return post(url, `/secrets/${key}/reveal`)
}
