import { describe, expect, spyOn, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { en } from '../../src/i18n/en.ts'
import { appendEntry } from '../../src/privacy/purge/ledger.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import type { InProcessClient } from '../../src/privacy/verify/in-process-client.ts'
import type { Report } from '../../src/privacy/verify/verification.ts'
import { describeFinding, verify } from '../../src/privacy/verify/verify.ts'
import { inProcessClient } from '../../src/server/server.ts'
import { day, hour } from '../fixtures/clock.ts'
import { freePort, type Instance, startInstance } from '../fixtures/instance.ts'
import { changeSetting, tamper } from '../fixtures/stored.ts'

/** A promise broken on purpose, and the sentence that reports it. */
interface Mutation {
  readonly what: string
  readonly key: keyof typeof en
  readonly sentence: string
  readonly flags?: Record<string, string>
  tamper?(instance: Instance): unknown
  changeResponse?(response: Response, path: string): Response | Promise<Response>
}

const sql = (query: string) => (instance: Instance) => tamper(instance.app, query)
// A setting of the connection cannot be changed inside a transaction.
const setting = (assignment: string) => (instance: Instance) => changeSetting(instance.app, assignment)
const header = (name: string, value: string | null) => (response: Response) => {
  const headers = new Headers(response.headers)
  if (value === null) headers.delete(name)
  else headers.set(name, value)
  return new Response(response.body, { status: response.status, headers })
}

const mutations: readonly Mutation[] = [
  {
    what: 'a column that the inventory does not list (P04)',
    key: 'verify.unlistedColumn',
    sentence: 'The database has receipt.opened_by, which the inventory does not list.',
    tamper: sql('ALTER TABLE receipt ADD COLUMN opened_by TEXT'),
  },
  {
    what: 'a table that the inventory does not list (P04, P15)',
    key: 'verify.unlistedColumn',
    sentence: 'The database has visitor.address, which the inventory does not list.',
    tamper: sql('CREATE TABLE visitor (address TEXT)'),
  },
  {
    what: 'a listed column that is missing (P04)',
    key: 'verify.missingColumn',
    sentence: 'The inventory lists refusal.at, which the database does not have.',
    tamper: sql('ALTER TABLE refusal DROP COLUMN at'),
  },
  {
    what: 'a consent ledger that can be changed (P09)',
    key: 'verify.missingTrigger',
    sentence: 'The database no longer prevents changes to recorded consents: the trigger consent_unchanged is missing.',
    tamper: sql('DROP TRIGGER consent_unchanged'),
  },
  {
    what: 'a cookie that a page sets without being asked (P16)',
    key: 'verify.unrequestedCookie',
    sentence: '/generate sets the cookie visitor without being asked to.',
    changeResponse: (response, path) =>
      path === '/generate' ? header('set-cookie', 'visitor=1; Path=/')(response) : response,
  },
  {
    what: 'a cookie that is not in the inventory (P16)',
    key: 'verify.unlistedCookie',
    sentence: '/preferences/theme sets the cookie _ga, which the inventory does not list.',
    changeResponse: (response, path) =>
      path.startsWith('/preferences') ? header('set-cookie', '_ga=1')(response) : response,
  },
  {
    what: 'a cookie that scripts can read (P16)',
    key: 'verify.weakCookie',
    sentence: 'The cookie sotto_theme does not have the attribute HttpOnly.',
    changeResponse: (response) => {
      const cookie = response.headers.get('set-cookie')
      return cookie ? header('set-cookie', cookie.replace('; HttpOnly', ''))(response) : response
    },
  },
  {
    what: 'a cookie that is kept longer than promised (P16)',
    key: 'verify.weakCookie',
    sentence: 'The cookie sotto_theme does not have the attribute Max-Age=31536000.',
    changeResponse: (response) => {
      const cookie = response.headers.get('set-cookie')
      return cookie ? header('set-cookie', cookie.replace('31536000', '315360000'))(response) : response
    },
  },
  {
    what: 'a response without a security header (P30)',
    key: 'verify.missingHeader',
    sentence: '/ does not send the header content-security-policy.',
    changeResponse: header('content-security-policy', null),
  },
  {
    what: 'a content security policy that allows another origin (P15, P30)',
    key: 'verify.wrongHeader',
    sentence: 'The header content-security-policy of / does not have the required value.',
    changeResponse: header('content-security-policy', "default-src 'none'; script-src https:; frame-ancestors 'none'"),
  },
  {
    what: 'a transport security header that expires too soon (P30)',
    key: 'verify.wrongHeader',
    sentence: 'The header strict-transport-security of / does not have the required value.',
    flags: { 'base-url': 'https://secrets.example.org' },
    changeResponse: header('strict-transport-security', 'max-age=60'),
  },
  {
    what: 'a header that the inventory does not list (P04)',
    key: 'verify.unlistedHeader',
    sentence: '/ sends the header x-powered-by, which the inventory does not list.',
    changeResponse: header('x-powered-by', 'planted'),
  },
  {
    what: 'an unfilled placeholder (P31)',
    key: 'verify.placeholder',
    sentence: '/ shows the unfilled placeholder operator.',
    flags: { name: 'Secrets of {operator}' },
  },
  {
    what: 'a tracking pixel from another host (P14, P15)',
    key: 'verify.externalResource',
    sentence: '/ loads something from another host.',
    changeResponse: async (response) =>
      new Response(`${await response.text()}<img alt="" src="https://planted.example/1.gif">`, response),
  },
  {
    what: 'a purge that never ran (P25)',
    key: 'verify.purgeNever',
    sentence: 'The purge has never run.',
    tamper: async ({ app }) => {
      await tamper(app, 'DELETE FROM purge')
      await tamper(app, 'UPDATE instance SET last_entry_id = 0')
    },
  },
  {
    what: 'a purge that is late (P25)',
    key: 'verify.purgeLate',
    sentence: 'The purge last ran on 21 November 2026 at 12:00 UTC; it must run every 1 minute.',
    tamper: ({ clock }) => clock.advance(hour),
  },
  {
    what: 'a backup from before a migration that remains (P22)',
    key: 'verify.backupOverdue',
    sentence: 'The backup sotto.db.before-2.2026-11-13.tar should have been deleted by now.',
    tamper: ({ dataDir }) => writeFileSync(join(dataDir, 'sotto.db.before-2.2026-11-13.tar'), ''),
  },
  {
    what: 'an expired secret that remains although the purge ran (P24)',
    key: 'verify.overdue',
    sentence: 'Overdue under the rule “expired secrets”: 1. The oldest was due on 21 November 2026 at 13:00 UTC.',
    tamper: async (instance) => {
      await instance.posted('/secrets', { content: 'sésame', ttl: '1h' })
      instance.clock.advance(2 * hour - 1)
      const now = instance.clock.now
      const run = { rule: 'run', due_at: now, ran_at: now, removed: 0, oldest_due_at: null }
      await instance.app.db.commit(() => appendEntry(run))
    },
  },
  {
    what: 'a changed entry of the ledger (P25)',
    key: 'verify.ledgerAltered',
    sentence: 'Entry 1 of the purge ledger was changed after it was written.',
    tamper: sql('UPDATE purge SET removed = 1000 WHERE id = 1'),
  },
  {
    what: 'a ledger without its beginning (P25)',
    key: 'verify.ledgerCut',
    sentence: 'Entries before entry 2 are missing from the purge ledger.',
    tamper: async (instance) => {
      await purge(instance.app, instance.clock.now)
      await tamper(instance.app, 'DELETE FROM purge WHERE id = 1')
    },
  },
  {
    what: 'a ledger without its end (P25)',
    key: 'verify.ledgerCut',
    sentence: 'Entries before entry 2 are missing from the purge ledger.',
    tamper: async (instance) => {
      await purge(instance.app, instance.clock.now)
      await tamper(instance.app, 'DELETE FROM purge WHERE id = 2')
    },
  },
  {
    what: 'a database from another region (P17)',
    key: 'verify.region',
    sentence: 'The database belongs to region us, but this instance is configured for region local.',
    tamper: sql("UPDATE instance SET region = 'us'"),
  },
  {
    what: 'a database with another root key (P17)',
    key: 'verify.rootKey',
    sentence: 'The database belongs to root key 00000000, but this instance has root key',
    tamper: sql("UPDATE instance SET key_id = '00000000'"),
  },
  {
    what: 'a database without a stamp (P17)',
    key: 'verify.noStamp',
    sentence: 'The database has no region stamp.',
    tamper: sql('DELETE FROM instance'),
  },
  {
    what: 'a mail server that is not in the register (P19)',
    key: 'verify.unlistedHost',
    sentence: 'Data is sent to mail.planted.example, which is not in the register of processors.',
    flags: { 'smtp-url': 'smtp://mail.planted.example:587' },
  },
  {
    what: 'an identity provider that is not in the register (P19)',
    key: 'verify.unlistedHost',
    sentence: 'Data is sent to login.planted.example, which is not in the register of processors.',
    flags: { 'oidc-issuer': 'https://login.planted.example', 'oidc-client-id': 'x', 'oidc-client-secret': 'x' },
  },
  {
    what: 'secrets that cross a network unencrypted (P30)',
    key: 'verify.plainHttp',
    sentence: 'Data crosses the network unencrypted: http://secrets.example.org does not use TLS.',
    flags: { 'base-url': 'http://secrets.example.org' },
  },
  {
    what: 'a TLS proxy that is not configured (P30)',
    key: 'verify.noTls',
    sentence: 'Nothing provides TLS for https://secrets.example.org: neither a certificate nor a proxy is configured.',
    flags: { 'base-url': 'https://secrets.example.org', 'allow-http': 'true', listen: 'everywhere' },
  },
  {
    what: 'a database that does not overwrite deleted data (P24)',
    key: 'verify.databaseSetting',
    sentence: 'The database setting secure_delete is 0; it must be 1.',
    tamper: setting('secure_delete=OFF'),
  },
  {
    what: 'a database that confirms a write before it is on disk (P24)',
    key: 'verify.databaseSetting',
    sentence: 'The database setting synchronous is 1; it must be 2.',
    tamper: setting('synchronous=NORMAL'),
  },
]

describe('the verification reports', () => {
  test.each([...mutations])('$what', async ({ sentence, flags = {}, tamper, changeResponse }) => {
    await using instance = await startInstance(await withFreePort(flags))
    await purge(instance.app, instance.clock.now)
    await tamper?.(instance)
    const report = await verifyInstance(instance, changeResponse)
    expect(sentencesOf(report)).toContainEqual(expect.stringContaining(sentence))
    expect(report.isKept).toBe(false)
  })

  test('every kind of deviation that has a sentence', () => {
    const sentences = Object.keys(en).filter((key) => key.startsWith('verify.') && key !== 'verify.unknownHead')
    const covered = new Set<string>(mutations.map(({ key }) => key))
    // Restores and copies have their own tests in test/continuation.
    const ofRestores = ['copied', 'restored', 'unmarked', 'restoration', 'restorationUnknown'].map(
      (key) => `verify.${key}`,
    )
    // The clock has its own in test/clock.
    const ofTheClock = ['verify.clockFrozen', 'verify.clockDisagrees']
    expect(sentences.filter((key) => !covered.has(key))).toEqual(['verify.traces', ...ofRestores, ...ofTheClock])
  })
})

test('a file that could not be rewritten for a day is a warning, not a failure (P24)', async () => {
  await using instance = await startInstance()
  await purge(instance.app, instance.clock.now)
  await instance.posted('/secrets', { content: 'sésame' })
  const vacuum = spyOn(instance.app.db, 'vacuum').mockResolvedValue(false)
  for (const wait of [day, 1]) {
    instance.clock.advance(wait)
    await purge(instance.app, instance.clock.now)
    const sentences = sentencesOf(await verifyInstance(instance))
    expect(sentences).toEqual(
      wait === day ? [] : [expect.stringContaining('The database file was last rewritten on 21 Nov')],
    )
  }
  expect((await verifyInstance(instance)).isKept).toBe(true)
  vacuum.mockResolvedValue(true)
  await purge(instance.app, instance.clock.now)
  expect(sentencesOf(await verifyInstance(instance))).toEqual([])
})

async function verifyInstance({ app }: Instance, changeResponse?: Mutation['changeResponse']): Promise<Report> {
  const client = await inProcessClient(app)
  const changedClient: InProcessClient = {
    ...client,
    fetch: async (path, init) => {
      const response = await client.fetch(path, init)
      return changeResponse ? changeResponse(response, path) : response
    },
  }
  return verify(app, changedClient)
}

function sentencesOf({ checks }: Report): string[] {
  return checks.flatMap(({ findings }) => findings.map(describeFinding))
}

async function withFreePort(flags: Record<string, string>): Promise<Record<string, string>> {
  return flags['listen'] === 'everywhere' ? { ...flags, listen: `0.0.0.0:${await freePort()}` } : flags
}
