import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Clock } from '../fixtures/clock.ts'
import { sotto as program } from '../fixtures/command.ts'
import { cheap, type Instance, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { goodPassword, kindsTo, member, openInstance, Person } from '../fixtures/people.ts'
import { startProcess } from '../fixtures/process.ts'
import { rowsOf, tamper } from '../fixtures/stored.ts'

let sotto: Instance
beforeAll(async () => {
  sotto = await openInstance({}, cheap, new Clock(Date.now()))
})
afterAll(() => sotto[Symbol.asyncDispose]())

// Runs a command while the server of the test is running.
const run = (...args: string[]) =>
  program([...args, '--data-dir', sotto.dataDir, '--listen', new URL(sotto.url).host, '--sign-up', 'open'])
const accountOf = async (name: string) =>
  (await rowsOf(sotto.app, 'account')).find(({ user_name }) => user_name === name)
const pathOf = (link: string) => link.trim().slice(sotto.url.length)

describe('sotto user', () => {
  test('list and show print accounts, but no credentials', async () => {
    const person = await member(sotto)
    const list = await run('user', 'list')
    expect([list.code, list.stdout]).toEqual([
      0,
      expect.stringContaining(`${person.name}\t${person.email}\tmember\topen\n`),
    ])
    const json = await run('user', 'show', person.email, '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({ user_name: person.name, state: 'open', second_factor: false })
    const plain = await run('user', 'show', person.name)
    for (const { stdout } of [list, json, plain]) expect(stdout).not.toMatch(/argon2|[0-9a-f]{32}/)
  })

  test('show does not quote the name of an unknown account', async () => {
    const { code, stderr } = await run('user', 'show', 'planted-name')
    expect([code, stderr]).toEqual([3, 'sotto: no account with this name or address\n'])
  })

  test('create prints a link to sign up with that role', async () => {
    const { code, stdout } = await run('user', 'create', '--role', 'operator')
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^http:\/\/127.0.0.1:\d+\/sign-up\/with\/[\w-]{43}\n$/)])
    const person = new Person(sotto)
    await person.signUp({}, pathOf(stdout))
    expect([await person.isIn(), (await accountOf(person.name))?.role]).toEqual([true, 'operator'])
    expect((await run('user', 'create', '--role', 'queen')).code).toBe(2)
    expect((await run('user', 'create', '--email', person.email)).code).toBe(2)
  })

  test('invite enqueues a mail, and says so if no mail is sent', async () => {
    const { code, stderr } = await run('user', 'invite', 'invited@example.org')
    expect([code, stderr]).toEqual([0, expect.stringContaining('sotto mail list')])
    expect(await kindsTo(sotto, 'invited@example.org')).toEqual(['invitation'])
    expect((await run('user', 'invite', 'no address')).code).toBe(2)
  })

  test('role, disable and session revoke take effect at the next request', async () => {
    const person = await member(sotto)
    expect((await run('session', 'revoke', person.name)).stdout).toBe('1\n')
    expect(await person.isIn()).toBe(false)
    await person.signIn()
    expect((await run('user', 'role', person.name, '--role', 'operator')).code).toBe(0)
    expect([(await accountOf(person.name))?.role, await person.isIn()]).toEqual(['operator', false])
    await person.signIn()
    expect((await run('user', 'disable', person.name)).code).toBe(0)
    expect([await person.isIn(), (await person.signIn()).status]).toEqual([false, 403])
    expect((await run('user', 'disable', person.name, '--undo')).code).toBe(0)
    expect((await person.signIn()).status).toBe(303)
  })

  test('login-link prints a link that signs in once', async () => {
    const person = await member(sotto)
    const { stdout } = await run('user', 'login-link', person.name)
    const browser = new Person(sotto, person.name)
    await browser.post(pathOf(stdout))
    expect(await browser.isIn()).toBe(true)
  })

  test('reset-mfa deletes all second factors and notifies the owner', async () => {
    const person = await member(sotto)
    const { id = '' } = (await accountOf(person.name)) ?? {}
    const add = (sql: string) => tamper(sotto.app, sql)
    await add(`UPDATE account SET totp_since = 1, totp_secret = x'00', totp_step = 1 WHERE id = '${id}'`)
    await add(`INSERT INTO passkey (id, account_id, name, public_key, counter, transports, created_at)
      VALUES ('p', '${id}', 'key', x'00', 0, '', 1)`)
    await add(`INSERT INTO recovery_code VALUES (x'00', '${id}', 1)`)
    expect((await person.signIn()).headers.get('location')).toEndWith('/sign-in/factor')
    expect((await run('user', 'reset-mfa', person.name)).code).toBe(0)
    expect([await rowsOf(sotto.app, 'passkey'), await rowsOf(sotto.app, 'recovery_code')]).toEqual([[], []])
    expect((await kindsTo(sotto, person.email)).at(-1)).toBe('mfa-changed')
    await person.signIn()
    expect(await person.isIn()).toBe(true)
  })

  test('close closes an account that its owner cannot restore, and erases it with --now', async () => {
    const person = await member(sotto)
    expect((await run('user', 'close', person.name)).code).toBe(0)
    expect(await person.isIn()).toBe(false)
    expect(await accountOf(person.name)).toMatchObject({
      closed_at: expect.any(Number),
      disabled_at: expect.any(Number),
    })
    expect((await run('user', 'close', person.name, '--now', '--burn')).code).toBe(0)
    expect(await accountOf(person.name)).toBeUndefined()
    expect(await kindsTo(sotto, person.email)).toEqual(['account-erased'])
  })

  test('does not create a database', async () => {
    using folder = temporaryFolder()
    expect((await program(['user', 'list', '--data-dir', `${folder.path}/none`])).code).toBe(78)
  })
})

describe('the first start', () => {
  test('prints a sign-up link for the first operator to the terminal, not to the log', async () => {
    using folder = temporaryFolder()
    await using server = await startProcess(folder.path)
    for (let attempts = 0; attempts < 400 && !server.output().includes('/sign-up/with/'); attempts++)
      await Bun.sleep(25)
    const link = /http:\/\/\S+(\/sign-up\/with\/[\w-]{43})/.exec(server.output())?.[1] ?? ''
    const form = { ...new Person(sotto).form(), user_name: 'first', email: 'first@example.org' }
    const page = await fetch(server.url + link)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('This will be an operator account')])
    const body = new URLSearchParams(form)
    const response = await fetch(server.url + link, { method: 'POST', body, redirect: 'manual' })
    expect(response.status).toBe(303)
    const lines = server
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
    expect(lines.length).toBeGreaterThan(1)
    expect(lines.join('\n')).not.toContain(link.slice(-43))
    await server.stop()
    await using restarted = await startProcess(folder.path)
    expect(restarted.output()).not.toContain('/sign-up/with/')
    const signIn = new URLSearchParams({ name: 'first', password: goodPassword })
    expect((await fetch(`${restarted.url}/sign-in`, { method: 'POST', body: signIn, redirect: 'manual' })).status).toBe(
      303,
    )
  })

  test('creates no account and no default password', async () => {
    await using fresh = await startInstance()
    expect(await rowsOf(fresh.app, 'account')).toEqual([])
  })
})
