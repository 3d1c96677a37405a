import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { Clock } from '../fixtures/clock.ts'
import { sotto as command } from '../fixtures/command.ts'
import { cheap, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { bearer, someone } from '../fixtures/someone.ts'

describe('the operator', () => {
  test('lists the tokens of all accounts or of one, and revokes one', async () => {
    using folder = temporaryFolder()
    const dataDir = join(folder.path, 'data')
    await using sotto = await startInstance({ 'data-dir': dataDir }, cheap, new Clock(Date.now()))
    const [ann, bob] = [await someone(sotto, 'ann'), await someone(sotto, 'bob')]
    const [a, b] = [await ann.token('create', 'status'), await bob.token('account')]
    const run = (...args: string[]) => command([...args, '--data-dir', dataDir])
    const all = await run('token', 'list')
    expect([all.code, all.stdout.trim().split('\n').length]).toEqual([0, 2])
    for (const token of [a, b]) expect(all.stdout).not.toContain(token.slice(6, 20))
    const { stdout } = await run('token', 'list', 'Bob@example.org')
    expect(stdout).toMatch(/^[0-9a-f]{16}\tbob\t\d{4}-\d\d-\d\d\t-\taccount\ta script\n$/)
    const [id = ''] = stdout.split('\t', 1)
    expect(JSON.parse((await run('token', 'list', 'bob', '--json')).stdout)).toMatchObject({ id, scopes: ['account'] })
    const status = async (token: string) => (await sotto.fetch('/api/v3/tokens', { headers: bearer(token) })).status
    expect(await status(b)).toBe(200)
    expect(await run('token', 'revoke', id)).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(await status(b)).toBe(401)
    expect((await run('token', 'revoke', id)).code).toBe(3)
    expect((await run('token', 'revoke')).code).toBe(2)
    expect(await run('token', 'list', 'bob')).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect((await run('token', 'list', 'noone')).code).toBe(3)
  })

  test('does not create a database', async () => {
    using folder = temporaryFolder()
    const dataDir = join(folder.path, 'none')
    expect((await command(['token', 'list', '--data-dir', dataDir])).code).toBe(78)
    expect(await Bun.file(join(dataDir, 'sotto.db')).exists()).toBe(false)
  })
})
