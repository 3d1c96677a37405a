import type { App } from '../../src/app.ts'
import { query } from '../../src/database/query.ts'
import { enqueueMail, type Letter } from '../../src/mail/outbox.ts'
import type { MailPurpose } from '../../src/privacy/promises.ts'

/** Somebody with an account of this name, whose address is confirmed unless it is said otherwise. */
export async function addPerson(app: App, name: string, facts: { confirmed?: boolean } = {}): Promise<string> {
  const now = app.now()
  const row = {
    id: `id-of-${name}`,
    user_name: name,
    email: `${name}@example.org`,
    role: 'member',
    age_stated_at: now,
    created_at: now,
    confirmed_at: facts.confirmed === false ? null : now,
  } as const
  await app.db.commit(() =>
    app.db.run(
      query.insertInto('account').values({
        ...row,
        password: null,
        real_name: null,
        picture: null,
        totp_secret: null,
        totp_step: null,
        totp_since: null,
        disabled_at: null,
        closed_at: null,
        erase_due_at: null,
      }),
    ),
  )
  return row.id
}

/** What somebody says about a purpose. */
export async function say(
  app: App,
  account: string,
  purpose: MailPurpose,
  answer: 'given' | 'withdrawn',
  version = 1,
): Promise<void> {
  const word = { account_id: account, purpose, version, wording: 'words', answer, way: 'page', at: app.now() }
  await app.db.commit(() => app.db.run(query.insertInto('consent').values(word)))
}

/** Puts letters into the outbox; their ids. */
export function post(app: App, ...letters: readonly Letter[]): Promise<string[]> {
  return app.db.commit(() => letters.map((letter) => enqueueMail(app, letter)))
}

/** A letter to somebody without an account. */
export function deliveryTo(to: string, link = '/secret/abc'): Letter<'secret-link'> {
  const facts = { link, from: 'ann', expiresAt: Date.UTC(2026, 11, 1, 12) }
  return { kind: 'secret-link', purpose: 'delivery', to, account: null, facts }
}

/** A notice to an account, at the address of its name. */
export function noticeTo(name: string): Letter<'password-changed'> {
  return {
    kind: 'password-changed',
    purpose: 'account',
    to: `${name}@example.org`,
    account: `id-of-${name}`,
    facts: {},
  }
}
