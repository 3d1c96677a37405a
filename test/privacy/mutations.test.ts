import { describe, expect, spyOn, test } from 'bun:test'
import { en } from '../../src/i18n/en.ts'
import { appendEntry } from '../../src/privacy/purge/ledger.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import type { InProcessClient } from '../../src/privacy/verify/in-process-client.ts'
import type { Report } from '../../src/privacy/verify/verification.ts'
import { describeFinding, verify } from '../../src/privacy/verify/verify.ts'
import { inProcessClient } from '../../src/server/server.ts'
import { day, hour } from '../fixtures/clock.ts'
import { freePort, type Instance, startInstance } from '../fixtures/instance.ts'
import { tamper } from '../fixtures/stored.ts'

/** A promise broken on purpose, and what is said of it. */
interface Mutation {
  readonly what: string
  readonly key: keyof typeof en
  readonly says: string
  readonly flags?: Record<string, string>
  breaks?(instance: Instance): unknown
  answers?(answer: Response, path: string): Response | Promise<Response>
}

const sql = (statement: string) => (instance: Instance) => tamper(instance.app, statement)
const header = (name: string, value: string | null) => (answer: Response) => {
  const headers = new Headers(answer.headers)
  if (value === null) headers.delete(name)
  else headers.set(name, value)
  return new Response(answer.body, { status: answer.status, headers })
}

const mutations: readonly Mutation[] = [
  {
    what: 'a column that nobody promised (P04)',
    key: 'verify.unlistedColumn',
    says: 'The database has receipt.opened_by, which the inventory does not list.',
    breaks: sql('ALTER TABLE receipt ADD COLUMN opened_by TEXT'),
  },
  {
    what: 'a table that nobody promised (P04, P15)',
    key: 'verify.unlistedColumn',
    says: 'The database has visitor.address, which the inventory does not list.',
    breaks: sql('CREATE TABLE visitor (address TEXT)'),
  },
  {
    what: 'a column that is promised and not there (P04)',
    key: 'verify.missingColumn',
    says: 'The inventory lists refusal.at, which the database does not have.',
    breaks: sql('ALTER TABLE refusal DROP COLUMN at'),
  },
  {
    what: 'a ledger of consents that can be changed (P09)',
    key: 'verify.missingTrigger',
    says: 'The database no longer prevents changes to recorded consents: the trigger consent_unchanged is missing.',
    breaks: sql('DROP TRIGGER consent_unchanged'),
  },
  {
    what: 'a cookie that a page sets by being looked at (P16)',
    key: 'verify.unrequestedCookie',
    says: '/generate sets the cookie visitor without being asked to.',
    answers: (answer, path) => (path === '/generate' ? header('set-cookie', 'visitor=1; Path=/')(answer) : answer),
  },
  {
    what: 'a cookie that is not in the inventory (P16)',
    key: 'verify.unlistedCookie',
    says: '/preferences/theme sets the cookie _ga, which the inventory does not list.',
    answers: (answer, path) => (path.startsWith('/preferences') ? header('set-cookie', '_ga=1')(answer) : answer),
  },
  {
    what: 'a cookie that scripts may read (P16)',
    key: 'verify.weakCookie',
    says: 'The cookie sotto_theme does not have the attribute HttpOnly.',
    answers: (answer) => {
      const cookie = answer.headers.get('set-cookie')
      return cookie ? header('set-cookie', cookie.replace('; HttpOnly', ''))(answer) : answer
    },
  },
  {
    what: 'a cookie that stays longer than promised (P16)',
    key: 'verify.weakCookie',
    says: 'The cookie sotto_theme does not have the attribute Max-Age=31536000.',
    answers: (answer) => {
      const cookie = answer.headers.get('set-cookie')
      return cookie ? header('set-cookie', cookie.replace('31536000', '315360000'))(answer) : answer
    },
  },
  {
    what: 'an answer without a header that protects it (P30)',
    key: 'verify.missingHeader',
    says: '/ does not send the header content-security-policy.',
    answers: header('content-security-policy', null),
  },
  {
    what: 'a policy that lets another origin in (P15, P30)',
    key: 'verify.wrongHeader',
    says: 'The header content-security-policy of / does not have the required value.',
    answers: header('content-security-policy', "default-src 'none'; script-src https:; frame-ancestors 'none'"),
  },
  {
    what: 'TLS that browsers are not told to insist on (P30)',
    key: 'verify.wrongHeader',
    says: 'The header strict-transport-security of / does not have the required value.',
    flags: { 'base-url': 'https://secrets.example.org' },
    answers: header('strict-transport-security', 'max-age=60'),
  },
  {
    what: 'a header that the inventory does not name (P04)',
    key: 'verify.unlistedHeader',
    says: '/ sends the header x-powered-by, which the inventory does not list.',
    answers: header('x-powered-by', 'planted'),
  },
  {
    what: 'a placeholder that nobody filled in (P31)',
    key: 'verify.placeholder',
    says: '/ shows the unfilled placeholder operator.',
    flags: { name: 'Secrets of {operator}' },
  },
  {
    what: 'a pixel of somebody else (P14, P15)',
    key: 'verify.externalResource',
    says: '/ loads something from another host.',
    answers: async (answer) =>
      new Response(`${await answer.text()}<img alt="" src="https://planted.example/1.gif">`, answer),
  },
  {
    what: 'a purge that never ran (P25)',
    key: 'verify.purgeNever',
    says: 'The purge has never run.',
    breaks: ({ app }) => {
      tamper(app, 'DELETE FROM purge')
      tamper(app, 'DELETE FROM sqlite_sequence')
    },
  },
  {
    what: 'a purge that is late (P25)',
    key: 'verify.purgeLate',
    says: 'The purge last ran on 21 November 2026 at 12:00 UTC; it must run every 1 minute.',
    breaks: ({ clock }) => clock.advance(hour),
  },
  {
    what: 'a secret that expired and is still there, though the purge says it ran (P24)',
    key: 'verify.overdue',
    says: 'Overdue under the rule “expired secrets”: 1. The oldest was due on 21 November 2026 at 13:00 UTC.',
    breaks: async (instance) => {
      await instance.posted('/secrets', { content: 'sésame', ttl: '1h' })
      instance.clock.advance(2 * hour - 1)
      const now = instance.clock.now
      const run = { rule: 'run', due_at: now, ran_at: now, removed: 0, oldest_due_at: null }
      await instance.app.db.commit(() => appendEntry(instance.app, run))
    },
  },
  {
    what: 'an entry of the ledger that was changed (P25)',
    key: 'verify.ledgerAltered',
    says: 'Entry 1 of the purge ledger was changed after it was written.',
    breaks: sql('UPDATE purge SET removed = 1000 WHERE id = 1'),
  },
  {
    what: 'a ledger that was cut at its beginning (P25)',
    key: 'verify.ledgerCut',
    says: 'Entries before entry 2 are missing from the purge ledger.',
    breaks: async (instance) => {
      await purge(instance.app, instance.clock.now)
      tamper(instance.app, 'DELETE FROM purge WHERE id = 1')
    },
  },
  {
    what: 'a ledger that was cut at its end (P25)',
    key: 'verify.ledgerCut',
    says: 'Entries before entry 2 are missing from the purge ledger.',
    breaks: async (instance) => {
      await purge(instance.app, instance.clock.now)
      tamper(instance.app, 'DELETE FROM purge WHERE id = 2')
    },
  },
  {
    what: 'a database of another region (P17)',
    key: 'verify.region',
    says: 'The database belongs to region us, but this instance is configured for region local.',
    breaks: sql("UPDATE instance SET region = 'us'"),
  },
  {
    what: 'a database of another root key (P17)',
    key: 'verify.rootKey',
    says: 'The database belongs to root key 00000000, but this instance has root key',
    breaks: sql("UPDATE instance SET key_id = '00000000'"),
  },
  {
    what: 'a database without a stamp (P17)',
    key: 'verify.noStamp',
    says: 'The database has no region stamp.',
    breaks: sql('DELETE FROM instance'),
  },
  {
    what: 'a mail server that is not in the register (P19)',
    key: 'verify.unlistedHost',
    says: 'Data is sent to mail.planted.example, which is not in the register of processors.',
    flags: { 'smtp-url': 'smtp://mail.planted.example:587' },
  },
  {
    what: 'a provider of sign-in that is not in the register (P19)',
    key: 'verify.unlistedHost',
    says: 'Data is sent to login.planted.example, which is not in the register of processors.',
    flags: { 'oidc-issuer': 'https://login.planted.example', 'oidc-client-id': 'x', 'oidc-client-secret': 'x' },
  },
  {
    what: 'secrets that cross a network in the open (P30)',
    key: 'verify.plainHttp',
    says: 'Data crosses the network unencrypted: http://secrets.example.org does not use TLS.',
    flags: { 'base-url': 'http://secrets.example.org' },
  },
  {
    what: 'a proxy that was not declared (P30)',
    key: 'verify.noTls',
    says: 'Nothing provides TLS for https://secrets.example.org: neither a certificate nor a proxy is configured.',
    flags: { 'base-url': 'https://secrets.example.org', 'allow-http': 'true', listen: 'everywhere' },
  },
  {
    what: 'a database that keeps what it deletes (P24)',
    key: 'verify.databaseSetting',
    says: 'The database setting secure_delete is 0; it must be 1.',
    breaks: sql('PRAGMA secure_delete=OFF'),
  },
  {
    what: 'a database that says it is done before it is (P24)',
    key: 'verify.databaseSetting',
    says: 'The database setting synchronous is 1; it must be 2.',
    breaks: sql('PRAGMA synchronous=NORMAL'),
  },
]

describe('a promise that is broken on purpose is found out:', () => {
  test.each([...mutations])('$what', async ({ says, flags = {}, breaks, answers }) => {
    await using instance = await startInstance(await reachable(flags))
    await purge(instance.app, instance.clock.now)
    await breaks?.(instance)
    const report = await look(instance, answers)
    expect(sentencesOf(report)).toContainEqual(expect.stringContaining(says))
    expect(report.isKept).toBe(false)
  })

  test('each of the sentences that there are', () => {
    const sentences = Object.keys(en).filter((key) => key.startsWith('verify.') && key !== 'verify.unknownHead')
    const covered = new Set<string>(mutations.map(({ key }) => key))
    expect(sentences.filter((key) => !covered.has(key))).toEqual(['verify.traces'])
  })
})

test('a file that could not be written anew for a day is an alarm, though nothing is broken yet (P24)', async () => {
  await using instance = await startInstance()
  await purge(instance.app, instance.clock.now)
  await instance.posted('/secrets', { content: 'sésame' })
  const rewrite = spyOn(instance.app.db, 'vacuum').mockReturnValue(false)
  for (const wait of [day, 1]) {
    instance.clock.advance(wait)
    await purge(instance.app, instance.clock.now)
    const sentences = sentencesOf(await look(instance))
    expect(sentences).toEqual(
      wait === day ? [] : [expect.stringContaining('The database file was last rewritten on 21 Nov')],
    )
  }
  expect((await look(instance)).isKept).toBe(true)
  rewrite.mockReturnValue(true)
  await purge(instance.app, instance.clock.now)
  expect(sentencesOf(await look(instance))).toEqual([])
})

async function look({ app }: Instance, answers?: Mutation['answers']): Promise<Report> {
  const client = await inProcessClient(app)
  const changed: InProcessClient = {
    ...client,
    fetch: async (path, init) => {
      const answer = await client.fetch(path, init)
      return answers ? answers(answer, path) : answer
    },
  }
  return verify(app, changed)
}

function sentencesOf({ checks }: Report): string[] {
  return checks.flatMap(({ findings }) => findings.map(describeFinding))
}

async function reachable(flags: Record<string, string>): Promise<Record<string, string>> {
  return flags['listen'] === 'everywhere' ? { ...flags, listen: `0.0.0.0:${await freePort()}` } : flags
}
