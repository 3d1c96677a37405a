import { Database as Sqlite } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { verifyPassword } from '../../src/accounts/password/password-hash.ts'
import { systemRuntime } from '../../src/open-app.ts'
import { diff } from '../../src/privacy/policy/diff.ts'
import { fillMarkdown } from '../../src/privacy/policy/placeholders.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { minute } from '../fixtures/clock.ts'
import { sotto as command } from '../fixtures/command.ts'
import { freePort, type Instance, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { goodPassword, member, openInstance, Person } from '../fixtures/people.ts'
import { startProcess } from '../fixtures/process.ts'
import { compareTimes } from './statistics.ts'

// The accepted difference of the times, as a ratio.
const margin = 0.1

setDefaultTimeout(30 * minute)

describe('the time does not reveal whether an account exists', () => {
  let sotto: Instance
  beforeAll(async () => {
    sotto = await openInstance({}, systemRuntime.argon2)
  })
  afterAll(() => sotto[Symbol.asyncDispose]())

  // Rate limits use the instance's clock, so it is advanced to stay below them.
  const withoutLimits = (work: () => Promise<Response>) => async () => {
    sotto.clock.advance(30 * minute)
    return (await work()).status
  }

  test('of a sign-in with a wrong password', async () => {
    const person = await member(sotto)
    const operations = {
      known: withoutLimits(() => new Person(sotto).signIn('not this one', person.name)),
      unknown: withoutLimits(() => new Person(sotto).signIn('not this one', 'an-unknown-name')),
    }
    expect(await compareTimes(operations, margin)).toEqual({ verdict: 'equal', results: [403] })
  })

  test('of a sign-up', async () => {
    const { email } = await member(sotto)
    const operations = {
      known: withoutLimits(() => new Person(sotto).signUp({ email })),
      unknown: withoutLimits(() => new Person(sotto).signUp()),
    }
    expect(await compareTimes(operations, margin)).toEqual({ verdict: 'equal', results: [303] })
  })

  // No password is hashed here: the times are a few milliseconds, including the mail.
  test('of a password reset request', async () => {
    const person = await member(sotto)
    const operations = {
      known: withoutLimits(() => new Person(sotto).post('/reset', { name: person.email })),
      unknown: withoutLimits(() => new Person(sotto).post('/reset', { name: 'unknown@example.org' })),
    }
    expect(await compareTimes(operations, 3 * margin)).toEqual({ verdict: 'equal', results: [303] })
  })
})

describe('work that must not block:', () => {
  test('a stored hash with excessive memory or passes is not computed', async () => {
    await using sotto = await openInstance({}, systemRuntime.argon2)
    for (const cost of ['m=4194304,t=3,p=1', 'm=65536,t=1000,p=1']) {
      const stored = `$argon2id$v=19$${cost}$${'A'.repeat(22)}$${'A'.repeat(43)}`
      expect(await expectWithin(2000, () => verifyPassword(sotto.app, stored, goodPassword))).toBe(false)
    }
  })

  test('a purge, while another program reads', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame' })
    using other = readerOf(sotto.dataDir)
    await sotto.posted(`/secrets/${key}/reveal`)
    await expectWithin(2000, () => purge(sotto.app, sotto.clock.now))
    other.run('ROLLBACK')
  })

  test('a request, while another program reads', async () => {
    using folder = temporaryFolder()
    await using server = await startProcess(folder.path, { args: ['--purge-interval', '1s'] })
    using other = readerOf(folder.path)
    for (let time = 0; time < 50; time += 1) {
      const body = JSON.stringify({ content: 'sésame' })
      const headers = { 'content-type': 'application/json' }
      const response = await expectWithin(1000, () =>
        fetch(`${server.url}/api/v3/secrets`, { method: 'POST', body, headers }),
      )
      expect(response.status).toBe(201)
      await Bun.sleep(100)
    }
    other.run('ROLLBACK')
  })

  test('a policy with a long and malicious text', async () => {
    await using sotto = await startInstance()
    await expectWithin(5000, async () => {
      for (const text of ['**'.repeat(30_000), '[x]('.repeat(15_000), '{a'.repeat(30_000), '- \n'.repeat(20_000)]) {
        await fillMarkdown(sotto.app, text)
        diff(text, `${text} more`)
      }
    })
  })

  test('healthcheck --wait, beyond its timeout', async () => {
    const args = ['healthcheck', '--wait', '--timeout', '1s', '--listen', `127.0.0.1:${await freePort()}`]
    expect((await expectWithin(10_000, () => command(args))).code).toBe(1)
  })
})

/** Runs `work` and expects it to take less than `milliseconds`. */
async function expectWithin<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  expect(performance.now() - start).toBeLessThan(milliseconds)
  return result
}

/** Opens a read transaction on the database and keeps it open. */
function readerOf(dataDir: string): Sqlite {
  const other = new Sqlite(join(dataDir, 'sotto.db'), { readonly: true })
  other.run('BEGIN')
  other.query('SELECT count(*) FROM secret').get()
  return other
}
