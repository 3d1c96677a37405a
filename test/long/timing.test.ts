import { Database as Sqlite } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { verifyPassword } from '../../src/accounts/password/password-hash.ts'
import { systemRuntime } from '../../src/open-app.ts'
import { diff } from '../../src/privacy/policy/diff.ts'
import { compose } from '../../src/privacy/policy/placeholders.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { minute } from '../fixtures/clock.ts'
import { sotto as command } from '../fixtures/command.ts'
import { freePort, type Instance, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { goodPassword, member, openInstance, Person } from '../fixtures/people.ts'
import { startProcess } from '../fixtures/process.ts'
import { compareTimes } from './statistics.ts'

// How far apart the times may be.
const margin = 0.1

setDefaultTimeout(30 * minute)

describe('whether an account exists does not show in the time', () => {
  let sotto: Instance
  beforeAll(async () => {
    sotto = await openInstance({}, systemRuntime.argon2)
  })
  afterAll(() => sotto[Symbol.asyncDispose]())

  // Limits count by the instance's clock, and are not what is measured.
  const later = (work: () => Promise<Response>) => async () => {
    sotto.clock.advance(30 * minute)
    return (await work()).status
  }

  test('of a sign-in with a wrong password', async () => {
    const person = await member(sotto)
    const works = {
      known: later(() => new Person(sotto).signIn('not this one', person.name)),
      unknown: later(() => new Person(sotto).signIn('not this one', 'nobody-of-this-name')),
    }
    expect(await compareTimes(works, margin)).toEqual({ verdict: 'equal', results: [403] })
  })

  test('of a sign-up', async () => {
    const { email } = await member(sotto)
    const works = {
      known: later(() => new Person(sotto).signUp({ email })),
      unknown: later(() => new Person(sotto).signUp()),
    }
    expect(await compareTimes(works, margin)).toEqual({ verdict: 'equal', results: [303] })
  })

  // Nothing is stretched here: a few milliseconds are compared, of which a mail to write is a part.
  test('of asking for a new password', async () => {
    const person = await member(sotto)
    const works = {
      known: later(() => new Person(sotto).post('/reset', { name: person.email })),
      unknown: later(() => new Person(sotto).post('/reset', { name: 'nobody@example.org' })),
    }
    expect(await compareTimes(works, 3 * margin)).toEqual({ verdict: 'equal', results: [303] })
  })
})

describe('what must not wait does not:', () => {
  test('a stored hash that asks for four gigabytes or a thousand passes is not given them', async () => {
    await using sotto = await openInstance({}, systemRuntime.argon2)
    for (const asked of ['m=4194304,t=3,p=1', 'm=65536,t=1000,p=1']) {
      const stored = `$argon2id$v=19$${asked}$${'A'.repeat(22)}$${'A'.repeat(43)}`
      expect(await within(2000, () => verifyPassword(sotto.app, stored, goodPassword))).toBe(false)
    }
  })

  test('a purge, for another program that reads', async () => {
    await using sotto = await startInstance()
    const { key } = await sotto.posted('/secrets', { content: 'sésame' })
    using other = readerOf(sotto.dataDir)
    await sotto.posted(`/secrets/${key}/reveal`)
    await within(2000, () => purge(sotto.app, sotto.clock.now))
    other.run('ROLLBACK')
  })

  test('a request, for another program that reads', async () => {
    using folder = temporaryFolder()
    await using server = await startProcess(folder.path, { args: ['--purge-interval', '1s'] })
    using other = readerOf(folder.path)
    for (let time = 0; time < 50; time += 1) {
      const body = JSON.stringify({ content: 'sésame' })
      const headers = { 'content-type': 'application/json' }
      const made = await within(1000, () => fetch(`${server.url}/api/v3/secrets`, { method: 'POST', body, headers }))
      expect(made.status).toBe(201)
      await Bun.sleep(100)
    }
    other.run('ROLLBACK')
  })

  test('a statement, however long and spiteful its text is', async () => {
    await using sotto = await startInstance()
    await within(5000, async () => {
      for (const text of ['**'.repeat(30_000), '[x]('.repeat(15_000), '{a'.repeat(30_000), '- \n'.repeat(20_000)]) {
        compose(sotto.app, text)
        diff(text, `${text} more`)
      }
    })
  })

  test('healthcheck --wait, for longer than it is told', async () => {
    const args = ['healthcheck', '--wait', '--timeout', '1s', '--listen', `127.0.0.1:${await freePort()}`]
    expect((await within(10_000, () => command(args))).code).toBe(1)
  })
})

/** Does the work, which may take so many milliseconds. */
async function within<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  expect(performance.now() - start).toBeLessThan(milliseconds)
  return result
}

/** Another program that has begun to read the database and has not come to an end. */
function readerOf(dataDir: string): Sqlite {
  const other = new Sqlite(join(dataDir, 'sotto.db'), { readonly: true })
  other.run('BEGIN')
  other.query('SELECT count(*) FROM secret').get()
  return other
}
