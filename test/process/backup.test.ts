import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { Clock } from '../fixtures/clock.ts'
import { type Answer, temporaryFolder } from '../fixtures/instance.ts'
import { post, run, type ServerProcess, startProcess } from '../fixtures/process.ts'
import { startRun, stopRun } from '../fixtures/runs.ts'
import { bearer, someone } from '../fixtures/someone.ts'

setDefaultTimeout(120_000)

test('the backup drill: what was opened, ended, revoked or erased after a backup stays so after its restore', async () => {
  using folder = temporaryFolder()
  const [dataDir, backup] = [join(folder.path, 'data'), join(folder.path, 'backup.tar')]
  const ann = await createMembers(dataDir)
  const before: Answer[] = []
  const after: Answer[] = []
  {
    await using server = await startProcess(dataDir)
    for (let count = 0; count < 60; count++) before.push(await share(server))
    expect(await signsIn(server, ann)).toEqual([200, 200])
    await command(dataDir, 'backup', backup)

    for (const { key } of before.slice(0, 50)) expect(await reveal(server, key)).toBe(200)
    for (let count = 0; count < 50; count++) after.push(await share(server))
    await command(dataDir, 'user', 'close', 'ben', '--now')
    await command(dataDir, 'session', 'revoke', 'ann')
    const tokens = JSON.parse(await command(dataDir, 'token', 'list', 'ann', '--json'))
    await command(dataDir, 'token', 'revoke', tokens.id)
    expect(await signsIn(server, ann)).toEqual([303, 401])
    expect(await server.stop()).toBe(0)
  }
  expect(await command(dataDir, 'restore', backup, '--replace')).toContain('accounts   1 erased again')
  {
    await using server = await startProcess(dataDir)
    for (const { key } of [...before, ...after]) expect(await reveal(server, key)).toBe(404)
    const receipts = before.map(({ receipt }) => fetch(`${server.url}/api/v3/receipts/${receipt.key}`))
    const states = await Promise.all((await Promise.all(receipts)).map((response) => response.json()))
    expect(states).toMatchObject(before.map(() => ({ state: 'withdrawn' })))
    expect(await signsIn(server, ann)).toEqual([303, 401])
    const users = await command(dataDir, 'user', 'list')
    expect([users.includes('ann'), users.includes('ben')]).toEqual([true, false])
    const fresh = await share(server)
    expect(await reveal(server, fresh.key)).toBe(200)
    const report = await command(dataDir, 'privacy', 'verify')
    expect(report).toMatch(/^warned {2}P01/m)
    expect(report).not.toContain('broken')
    expect(await server.stop()).toBe(0)
  }
})

/** Creates the accounts ann and ben. Returns a session and a token of ann. */
async function createMembers(dataDir: string) {
  const sotto = await startRun(dataDir, {}, new Clock(Date.now()))
  const ann = await someone(sotto, 'ann')
  const token = await ann.token('create', 'status')
  await someone(sotto, 'ben')
  await stopRun(sotto)
  return { cookie: ann.cookie, token }
}

async function share({ url }: ServerProcess): Promise<Answer> {
  return (await (await post(url, '/secrets', { content: 'sésame' })).json()) as Answer
}

async function reveal({ url }: ServerProcess, key: string): Promise<number> {
  return (await post(url, `/secrets/${key}/reveal`)).status
}

/** Returns the status of a request with the session, and of one with the token. */
async function signsIn({ url }: ServerProcess, { cookie, token }: Awaited<ReturnType<typeof createMembers>>) {
  const page = await fetch(`${url}/account`, { headers: cookie, redirect: 'manual' })
  const response = await post(url, '/secrets', { content: 'sésame' }, bearer(token))
  return [page.status, response.status === 201 ? 200 : response.status]
}

/** Runs a command on the data directory, and returns its output. */
async function command(dataDir: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run([...args, '--data-dir', dataDir])
  expect([args, code, code === 0 ? '' : stderr]).toEqual([args, 0, ''])
  return stdout
}
