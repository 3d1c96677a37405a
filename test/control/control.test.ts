import { describe, expect, test } from 'bun:test'
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ControlServer, openControlServer } from '../../src/control/control-server.ts'
import { perform } from '../../src/control/perform.ts'
import { openApp, systemRuntime } from '../../src/open-app.ts'
import { Clock, day } from '../fixtures/clock.ts'
import { failureOf } from '../fixtures/failure.ts'
import { cheap, type Instance, temporaryFolder } from '../fixtures/instance.ts'
import { copyFolder, startRun, stopRun } from '../fixtures/runs.ts'
import { someone } from '../fixtures/someone.ts'

const socketOf = (dataDir: string) => join(dataDir, 'control.sock')
const acceptance = { isMoved: false, erasures: [] }

describe('the control socket', () => {
  test('is open to the owner of the data only, and removed when the server stops', async () => {
    using folder = temporaryFolder()
    await using instance = await startRun(folder.path)
    const control = await open(instance)
    expect(statSync(socketOf(folder.path)).mode & 0o777).toBe(0o600)
    await control[Symbol.asyncDispose]()
    await control[Symbol.asyncDispose]()
    expect(existsSync(socketOf(folder.path))).toBe(false)
  })

  test('replaces the socket of a server that was killed', async () => {
    using folder = temporaryFolder()
    await using instance = await startRun(folder.path)
    leaveStaleSocket(socketOf(folder.path))
    await using _control = await open(instance)
    await performInServer(instance)
  })

  test('of another server and a file of this name are kept', async () => {
    using folder = temporaryFolder()
    await using first = await startRun(folder.path)
    await using second = await startRun(folder.path)
    {
      await using _control = await open(first)
      expect(await openControlServer(second.app)).toBe('another server of this data directory has it')
      await performInServer(first)
    }
    writeFileSync(socketOf(folder.path), 'mine')
    expect(await openControlServer(first.app)).toBe('the file control.sock is not a socket')
    expect(readFileSync(socketOf(folder.path), 'utf8')).toBe('mine')
  })

  test.skipIf(process.platform !== 'linux')('works in a folder whose path is too long for a socket', async () => {
    using folder = temporaryFolder()
    const dataDir = join(folder.path, 'x'.repeat(120), 'y'.repeat(120))
    mkdirSync(dataDir, { recursive: true })
    await using instance = await startRun(dataDir)
    const control = await open(instance)
    expect(statSync(socketOf(dataDir)).mode & 0o777).toBe(0o600)
    await performInServer(instance)
    await control[Symbol.asyncDispose]()
    expect(readdirSync(dataDir)).not.toContain('control.sock')
  })
})

describe('an operation', () => {
  test('runs in the server, so that accepting a restore ends its suspension without a restart', async () => {
    using folder = temporaryFolder()
    const [original, copy] = [join(folder.path, 'original'), join(folder.path, 'copy')]
    const key = await share(original)
    copyFolder(original, copy)
    await using server = await startRun(copy)
    await using _control = await open(server)
    await using command = await openBeside(server)
    expect(await runState(server)).toBe('suspended')
    expect(await perform(command, 'accept-restore', acceptance)).toMatchObject({ secrets: 1 })
    expect(server.app.continuation.suspension).toBeUndefined()
    expect(await runState(server)).toBe('continued')
    expect((await server.post(`/secrets/${key}/reveal`)).status).toBe(404)
  })

  test('runs in the server, so that accepting the clock ends a freeze without a restart', async () => {
    using folder = temporaryFolder()
    await stopRun(await startRun(folder.path))
    const late = new Clock()
    late.reboot(31 * day)
    await using server = await startRun(folder.path, {}, late)
    await using _control = await open(server)
    await using command = await openBeside(server)
    expect(server.app.clock.isFrozen).toBe(true)
    expect(await perform(command, 'accept-clock', null)).toMatchObject({ after: late.now })
    expect(server.app.clock.isFrozen).toBe(false)
  })

  test('runs with the app of the command, if no server runs', async () => {
    using folder = temporaryFolder()
    const [original, copy] = [join(folder.path, 'original'), join(folder.path, 'copy')]
    await share(original)
    copyFolder(original, copy)
    await using instance = await startRun(copy)
    leaveStaleSocket(socketOf(copy))
    expect(await perform(instance.app, 'accept-restore', acceptance)).toMatchObject({ secrets: 1 })
    expect(instance.app.continuation.suspension).toBeUndefined()
  })

  test('closes an account with its record of erasure in the server', async () => {
    using folder = temporaryFolder()
    await using server = await startRun(folder.path)
    const { id: account } = await someone(server, 'ada')
    await using _control = await open(server)
    await using command = await openBeside(server)
    await perform(command, 'close-account', { account, burnSecrets: true, eraseNow: true })
    expect(readFileSync(join(folder.path, 'erasures'), 'utf8')).toMatch(/^\d+ [0-9a-f]{64}\n$/)
    expect(await failureOf(perform(command, 'close-under-age-account', { account }))).toBe('sign_in_required')
  })

  test('is refused while the server is suspended, unless it accepts the restore', async () => {
    using folder = temporaryFolder()
    const [original, copy] = [join(folder.path, 'original'), join(folder.path, 'copy')]
    await share(original)
    copyFolder(original, copy)
    await using server = await startRun(copy)
    await using _control = await open(server)
    expect(await failureOf(perform(server.app, 'purge', null))).toBe('suspended')
    await perform(server.app, 'advance-run-mark', null)
    expect(readFileSync(join(copy, 'run'))).toEqual(readFileSync(join(original, 'run')))
  })

  test('fails with its own error, such as a restore that there is not', async () => {
    using folder = temporaryFolder()
    await using server = await startRun(folder.path)
    await using _control = await open(server)
    expect(await failureOf(perform(server.app, 'accept-restore', acceptance))).toBe('not_suspended')
  })

  test('that the server does not know is refused, as it is of another version', async () => {
    using folder = temporaryFolder()
    await using instance = await startRun(folder.path)
    const server = Bun.serve({ unix: socketOf(folder.path), fetch: () => new Response(null, { status: 404 }) })
    expect(await failureOf(perform(instance.app, 'purge', null))).toContain('another version')
    await server.stop(true)
  })

  test('to which the server does not respond is not performed a second time', async () => {
    using folder = temporaryFolder()
    await using instance = await startRun(folder.path)
    const server = Bun.listen({ unix: socketOf(folder.path), socket: { data: (socket) => void socket.end() } })
    expect(await failureOf(perform(instance.app, 'purge', null))).toContain('no answer from the running server')
    expect(instance.app.purgeState.cleanCounter).toBeUndefined()
    server.stop(true)
  })
})

async function open({ app }: Instance): Promise<ControlServer> {
  const control = await openControlServer(app)
  if (typeof control === 'string') throw new Error(control)
  return control
}

async function runState(instance: Instance): Promise<unknown> {
  return ((await (await instance.fetch('/healthz')).json()) as { run: unknown }).run
}

/** Opens the data of a running instance a second time, as a command does. */
function openBeside({ app }: Instance) {
  return openApp(app.config, { ...systemRuntime, argon2: cheap, write: () => {} })
}

// The command has closed its database, so that only the server can perform the operation.
async function performInServer(instance: Instance): Promise<void> {
  const command = await openBeside(instance)
  await command[Symbol.asyncDispose]()
  await perform(command, 'advance-run-mark', null)
}

/** Leaves a socket on which no program listens, as a killed server does. */
function leaveStaleSocket(path: string): void {
  const server = Bun.serve({ unix: `${path}.live`, fetch: () => new Response() })
  linkSync(`${path}.live`, path)
  void server.stop(true)
}

/** Creates a secret in a new data directory, and returns its key. */
async function share(dataDir: string): Promise<string> {
  await using instance = await startRun(dataDir)
  return (await instance.posted('/secrets', { content: 'sésame' })).key
}
