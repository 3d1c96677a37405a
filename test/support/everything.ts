import { accountRow } from '../../src/accounts/account.ts'
import { issueCode } from '../../src/accounts/codes.ts'
import { recordConsent } from '../../src/accounts/consents.ts'
import { changeMine, listMine } from '../../src/accounts/mine.ts'
import { writeNote } from '../../src/accounts/notes.ts'
import { startSession } from '../../src/accounts/sessions.ts'
import { makeToken } from '../../src/accounts/tokens.ts'
import { nobody } from '../../src/actor.ts'
import { query } from '../../src/database/query.ts'
import type { Schema } from '../../src/database/schema.ts'
import { enqueueMail } from '../../src/mail/outbox.ts'
import { markOf, refuseMail } from '../../src/mail/refusals.ts'
import { viewAccount } from '../../src/privacy/access-log.ts'
import { recordDisclosure } from '../../src/privacy/disclosures.ts'
import { giveGrant } from '../../src/privacy/grants.ts'
import { sendMessage } from '../../src/privacy/messages.ts'
import { inventory } from '../../src/privacy/promises.ts'
import { digest, wrap } from '../../src/secrets/sealing.ts'
import { createSecret } from '../../src/secrets/secret.ts'
import { everyRow } from '../database/stored.ts'
import { day } from './clock.ts'
import type { Instance } from './instance.ts'

type Table = keyof Schema
type Rows = ReturnType<typeof everyRow>

/** Somebody about whom something is stored in every table that can say anything of anybody. */
export interface Everything {
  readonly id: string
  readonly name: string
  readonly email: string
  /** What their browser sends. */
  readonly cookie: { readonly cookie: string }
  /** What opens something, none of which is stored. */
  readonly keys: readonly string[]
  /** What they wrote themselves. */
  readonly note: string
  readonly rows: Rows
}

interface Who {
  readonly sotto: Instance
  readonly id: string
  readonly name: string
  readonly email: string
  readonly note: string
  /** Until when an order forbids to tell them of it. */
  readonly barredUntil: number
  readonly keys: string[]
}
type Seed = (who: Who) => Promise<unknown>

const nobodys = 'says nothing of anybody'
const already: Seed = async () => {}

/** A row for somebody in every table. A new table does not compile without, so that nobody forgets to erase it. */
const seeds: { readonly [T in Table]: Seed | typeof nobodys } = {
  instance: nobodys,
  purge: nobodys,
  statistic: nobodys,
  statement: nobodys,
  processor: nobodys,
  announcement: nobodys,
  account: ({ sotto: { app }, id, name, email }) => {
    const now = app.now()
    const totp_secret = wrap('totp', id, app.root, `totp secret of ${name}`, app.random)
    const personal = { real_name: `${name} Kingfisher`, picture: app.random(64), password: `hash of ${name}` }
    const moments = { age_stated_at: now, created_at: now, confirmed_at: now, totp_since: now }
    const open = { disabled_at: null, closed_at: null, erase_due_at: null }
    const row = { id, user_name: name, email, role: 'member', totp_secret, totp_step: 1 } as const
    return commit(app, () =>
      app.db.run(query.insertInto('account').values({ ...row, ...personal, ...moments, ...open })),
    )
  },
  session: async ({ sotto: { app }, id, name, keys }) => {
    keys.push(await startSession(app, { id, role: 'member' }, `browser of ${name}`, true))
    const far = { expires_at: app.now() + 300 * day, ends_at: app.now() + 300 * day }
    await commit(app, () => app.db.run(query.updateTable('session').set(far).where('account_id', '=', id)))
  },
  code: ({ sotto: { app }, id, name, email, keys }) =>
    commit(app, () => {
      const ttl = 300 * day
      keys.push(issueCode(app, { purpose: 'change-email', account: id, email: `new-${name}@example.net`, ttl }))
      keys.push(issueCode(app, { purpose: 'confirm', email, data: `sign-up of ${name}`, ttl }))
    }),
  recovery_code: ({ sotto: { app }, id, name, keys }) => {
    keys.push(`recovery code of ${name}`)
    const row = { lookup: digest('recovery', `recovery code of ${name}`), account_id: id, created_at: app.now() }
    return commit(app, () => app.db.run(query.insertInto('recovery_code').values(row)))
  },
  passkey: ({ sotto: { app }, id, name }) => {
    const facts = { name: `key of ${name}`, public_key: app.random(77), counter: 3, transports: 'usb' }
    const row = { id: `passkey-${name}`, account_id: id, ...facts, created_at: app.now(), used_on: null }
    return commit(app, () => app.db.run(query.insertInto('passkey').values(row)))
  },
  identity: ({ sotto: { app }, id, name }) => {
    const row = { issuer: `https://${name}.example`, subject: `subject-${name}`, account_id: id, created_at: app.now() }
    return commit(app, () => app.db.run(query.insertInto('identity').values(row)))
  },
  token: async ({ sotto: { app }, id, name, keys }) => {
    const actor = { ...nobody('192.0.2.1'), account: id, role: 'member' } as const
    keys.push((await makeToken(app, actor, { name: `script of ${name}`, scopes: ['create'], days: 300 })).token)
  },
  consent: ({ sotto: { app }, id, name }) =>
    commit(app, () => {
      recordConsent(app, id, 'statement', 'given', `asked ${name}`)
      recordConsent(app, id, 'opened', 'given', `asked ${name}`)
    }),
  support_grant: ({ sotto: { app }, id }) =>
    giveGrant(app, { ...nobody('192.0.2.1'), account: id, role: 'member' }, 72),
  access_log: ({ sotto: { app }, id }) => viewAccount(app, id, { account: null, way: 'terminal' }),
  secret: async ({ sotto: { app }, id, name, keys, note }) => {
    const actor = { ...nobody('192.0.2.1'), account: id, role: 'member' } as const
    const wish = { content: { text: `content of ${name}` }, passphrase: undefined, ttl: 300 * day, notify: true }
    const { key, receiptKey } = await createSecret(app, actor, wish, `repeat of ${name}`)
    keys.push(key, receiptKey)
    const mine = listMine(app, id).secrets[0]?.id ?? ''
    await changeMine(app, id, mine, (row) => writeNote(app, id, row, note))
  },
  receipt: already,
  owned: already,
  repeat: already,
  mail: ({ sotto: { app }, id, name, email, keys }) => {
    keys.push(`/link/of/${name}`)
    const recipient = { to: `friend-of-${name}@example.com`, account: id }
    const facts = { link: `/link/of/${name}`, from: name, expiresAt: 1 }
    return commit(app, () => {
      enqueueMail(app, { kind: 'secret-link', purpose: 'delivery', ...recipient, facts })
      enqueueMail(app, { kind: 'password-changed', purpose: 'account', to: email, account: id, facts: {} })
      enqueueMail(app, { kind: 'already-registered', purpose: 'account', to: email, account: null, facts: {} })
    })
  },
  refusal: ({ sotto: { app }, email }) =>
    commit(app, () => {
      refuseMail(app, markOf(app, email), 'news')
      refuseMail(app, markOf(app, email), 'all')
    }),
  message: ({ sotto: { app }, name, email }) =>
    sendMessage(app, nobody(`network of ${name}`), { kind: 'complaint', body: `worry of ${name}`, address: email }),
  disclosure: ({ sotto: { app }, id, name, barredUntil }) => {
    const bar = { until: barredUntil, by: `court of ${name}` }
    return recordDisclosure(app, { asked: `asked about ${name}`, given: `given of ${name}`, accounts: [id], bar })
  },
  concerned: already,
  hold: ({ sotto: { app }, id, name }) => {
    const now = app.now()
    const hold = app.random(4).toHex()
    const reference = wrap('hold', hold, app.root, `order about ${name}`, app.random)
    const times = { set_at: now, review_at: now + 10 * day, forget_at: now + 300 * day }
    const open = { confirmed_at: now, reminded_at: null, released_at: null }
    const row = { id: hold, subject: id, set_by: id, reference, ...times, ...open }
    return commit(app, () => app.db.run(query.insertInto('hold').values(row)))
  },
}

/** Stores something about somebody in every table. `barredUntil` is when they may be told of an order. */
export async function everythingOf(sotto: Instance, name: string, barredUntil: number): Promise<Everything> {
  const before = everyRow(sotto.app)
  const keys: string[] = []
  const person = { id: sotto.app.random(16).toHex(), name, email: `${name}@example.org`, note: `note of ${name}` }
  for (const table of ['account', ...Object.keys(inventory)] as Table[]) {
    const seed = seeds[table]
    if (seed !== nobodys && !(table === 'account' && isThere(sotto, person.id)))
      await seed({ ...person, sotto, barredUntil, keys })
  }
  const rows = newRows(before, everyRow(sotto.app))
  const [session = ''] = keys.filter((key) => key.length === 43)
  return { ...person, keys, rows, cookie: { cookie: `sotto_session=${session}` } }
}

/** The tables in which something can be said about somebody. */
export const tablesOfPeople = (Object.keys(inventory) as Table[]).filter((table) => seeds[table] !== nobodys)

function newRows(before: Rows, after: Rows): Rows {
  const written = (row: unknown) => JSON.stringify(row, (_, value) => asHex(value))
  return Object.fromEntries(
    Object.entries(after).map(([table, rows]) => {
      const known = new Set((before[table as Table] as unknown[]).map(written))
      return [table, (rows as unknown[]).filter((row) => !known.has(written(row)))]
    }),
  ) as never
}

function asHex(value: unknown): unknown {
  return value instanceof Uint8Array ? value.toHex() : value
}

function isThere({ app }: Instance, id: string): boolean {
  try {
    return accountRow(app, id).id === id
  } catch {
    return false
  }
}

function commit<T>(app: Instance['app'], work: () => T): Promise<T> {
  return app.db.commit(work)
}
