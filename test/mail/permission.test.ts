import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { query } from '../../src/database/query.ts'
import { run } from '../../src/database/unit.ts'
import { deliverDueMail } from '../../src/mail/deliver.ts'
import type { NewMail } from '../../src/mail/outbox.ts'
import { addressHash, allowMail, mayMailRecipient, recordRefusal } from '../../src/mail/refusals.ts'
import { type MailPurpose, mailPurposes } from '../../src/privacy/inventory/mail-purposes.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { addPerson, deliveryTo, noticeTo, post, say } from '../fixtures/mail-people.ts'
import { type Mailbox, startMailbox } from '../fixtures/mailbox.ts'
import { rowsOf } from '../fixtures/stored.ts'

let box: Mailbox
let sotto: Instance
let ann: string
beforeAll(async () => {
  box = await startMailbox()
})
afterAll(() => box[Symbol.asyncDispose]())
beforeEach(async () => {
  await sotto?.[Symbol.asyncDispose]()
  sotto = await startInstance({ 'smtp-url': box.url, 'mail-optional': 'news' })
  ann = await addPerson(sotto.app, 'ann')
})
afterAll(() => sotto[Symbol.asyncDispose]())

// Only the purpose matters; the kind is that of a test mail.
const mailFor = (purpose: MailPurpose, kind: NewMail['kind'] = 'test'): NewMail =>
  ({ kind, purpose, to: 'ann@example.org', account: ann, facts: {} }) as NewMail

/** Delivers a mail and returns whether it was sent; checks that the outcome is stored and the content erased. */
async function isSent(mail: NewMail): Promise<boolean> {
  const before = box.mails.length
  const [id] = await post(sotto.app, mail)
  await deliverDueMail(sotto.app)
  const row = (await rowsOf(sotto.app, 'mail')).find((row) => row.id === id)
  expect(row).toMatchObject({ body: null, next_try_at: null, done_at: sotto.clock.now })
  expect(row?.outcome).toBe(box.mails.length > before ? 'sent' : 'refused')
  return box.mails.length > before
}

function optOut(address: string, purpose: MailPurpose | 'all'): Promise<void> {
  const { app } = sotto
  return app.db.commit(() => recordRefusal(app, addressHash(app, address), purpose))
}

describe('non-essential mail (P12)', () => {
  test('is not sent without consent', async () => {
    expect(await isSent(mailFor('news'))).toBe(false)
    await say(sotto.app, ann, 'news', 'given')
    expect(await isSent(mailFor('news'))).toBe(true)
  })

  test('is sent until the consent is withdrawn, and again after it is given again', async () => {
    for (const [answer, goes] of [
      ['given', true],
      ['withdrawn', false],
      ['given', true],
    ] as const) {
      await say(sotto.app, ann, 'news', answer)
      expect(await isSent(mailFor('news'))).toBe(goes)
    }
  })

  test('depends on the consent at the time of sending, not of enqueueing', async () => {
    await say(sotto.app, ann, 'news', 'given')
    await post(sotto.app, mailFor('news'))
    await say(sotto.app, ann, 'news', 'withdrawn')
    const before = box.mails.length
    await deliverDueMail(sotto.app)
    expect(box.mails.length).toBe(before)
    expect(await rowsOf(sotto.app, 'mail')).toMatchObject([{ outcome: 'refused', body: null }])
  })

  test('needs consent to the current version of the purpose (P08)', async () => {
    await say(sotto.app, ann, 'news', 'given', mailPurposes.news.version - 1)
    expect(await isSent(mailFor('news'))).toBe(false)
  })

  test('is not covered by consent to another purpose or of another person', async () => {
    const ben = await addPerson(sotto.app, 'ben')
    await say(sotto.app, ann, 'feedback', 'given')
    await say(sotto.app, ben, 'news', 'given')
    expect(await isSent(mailFor('news'))).toBe(false)
  })

  test('is not sent if the operator disabled its purpose for the instance', async () => {
    await say(sotto.app, ann, 'feedback', 'given')
    expect(await isSent(mailFor('feedback'))).toBe(false)
  })

  test('is sent only to the confirmed address of an active account', async () => {
    await say(sotto.app, ann, 'news', 'given')
    expect(await isSent({ ...mailFor('news'), account: null })).toBe(false)
    expect(await isSent({ ...mailFor('news'), to: 'other@example.org' })).toBe(false)
    const ben = await addPerson(sotto.app, 'ben', { confirmed: false })
    await say(sotto.app, ben, 'news', 'given')
    expect(await isSent({ ...mailFor('news'), account: ben, to: 'ben@example.org' })).toBe(false)
    expect(await isSent(mailFor('news'))).toBe(true)
    for (const column of ['closed_at', 'disabled_at'] as const) {
      await set(column, sotto.clock.now)
      expect(await isSent(mailFor('news'))).toBe(false)
      expect(await isSent(noticeTo('ann'))).toBe(true)
      await set(column, null)
    }
  })

  test('is not sent for an unknown purpose', async () => {
    expect(await isSent(mailFor('marketing' as MailPurpose))).toBe(false)
    expect(await isSent(mailFor('constructor' as MailPurpose))).toBe(false)
  })
})

describe('a notice that a secret was opened', () => {
  const opened = (): NewMail => ({ ...mailFor('opened', 'secret-opened'), facts: { at: sotto.clock.now } }) as NewMail

  test('needs the consent given when it was requested, and is not sent after that is withdrawn', async () => {
    expect(await isSent(opened())).toBe(false)
    await say(sotto.app, ann, 'opened', 'given')
    expect(await isSent(opened())).toBe(true)
    await say(sotto.app, ann, 'opened', 'withdrawn')
    expect(await isSent(opened())).toBe(false)
  })

  test('is not sent after an opt-out until it is requested again', async () => {
    await optOut('ann@example.org', 'opened')
    expect(await isSent(opened())).toBe(false)
    sotto.clock.advance(1)
    await say(sotto.app, ann, 'opened', 'given')
    expect(await isSent(opened())).toBe(true)
    sotto.clock.advance(1)
    await optOut('ann@example.org', 'opened')
    expect(await isSent(opened())).toBe(false)
    await allowMail(sotto.app, 'ann@example.org', 'opened')
    expect(await isSent(opened())).toBe(true)
  })
})

describe('a link to a secret', () => {
  test('is mailed unless the recipient opted out of links or of all mail', async () => {
    for (const purpose of ['delivery', 'all'] as const) {
      const to = `${purpose}@example.com`
      expect([await mayMailRecipient(sotto.app, to), await isSent(deliveryTo(to))]).toEqual([true, true])
      await optOut(to, purpose)
      expect([await mayMailRecipient(sotto.app, to), await isSent(deliveryTo(to))]).toEqual([false, false])
    }
  })

  test('is not stopped by opt-outs of other addresses or from other mail', async () => {
    await optOut('ben@example.com', 'all')
    await optOut('cleo@example.com', 'account')
    expect([
      await mayMailRecipient(sotto.app, 'cleo@example.com'),
      await isSent(deliveryTo('cleo@example.com')),
    ]).toEqual([true, true])
  })
})

describe('a notice about an account', () => {
  test('is sent to the address of the account despite any opt-out, so that the owner notices an intruder', async () => {
    await optOut('ann@example.org', 'all')
    await optOut('ann@example.org', 'account')
    expect(await isSent(noticeTo('ann'))).toBe(true)
  })

  test('is also sent to the address that was replaced', async () => {
    await optOut('old@example.org', 'all')
    expect(await isSent({ ...mailFor('account', 'email-changed'), to: 'old@example.org' })).toBe(true)
    const erased = { kind: 'account-erased', purpose: 'account', account: null, facts: { at: 0 } } as const
    expect(await isSent({ ...erased, to: 'old@example.org' })).toBe(true)
  })

  test('is not sent to other addresses that opted out, such as an invitation or a request by a stranger', async () => {
    const invitation = { kind: 'invitation', purpose: 'account', account: null, facts: { link: '/x' } } as const
    await addPerson(sotto.app, 'ben', { confirmed: false })
    expect(await isSent({ ...invitation, to: 'ben@example.org' })).toBe(true)
    await optOut('ben@example.org', 'all')
    expect(await isSent({ ...invitation, to: 'ben@example.org' })).toBe(false)
    expect(await isSent(noticeTo('ben'))).toBe(false)
    expect(
      await isSent({ ...mailFor('account', 'confirm-new-email'), to: 'ben@example.org', facts: { link: '/x' } }),
    ).toBe(false)
  })
})

test('a refusal stores only a hash of the address that needs the root key', async () => {
  await optOut('planted@example.com', 'all')
  const [row] = await rowsOf(sotto.app, 'refusal')
  expect(row).toMatchObject({ purpose: 'all', at: sotto.clock.now })
  expect(Buffer.from(row?.address_hash ?? []).toString('latin1')).not.toContain('planted')
  await using other = await startInstance()
  expect(addressHash(other.app, 'planted@example.com')).not.toEqual(addressHash(sotto.app, 'planted@example.com'))
})

function set(column: 'closed_at' | 'disabled_at', at: number | null) {
  const { app } = sotto
  return app.db.commit(() =>
    run(
      query
        .updateTable('account')
        .set({ [column]: at })
        .where('id', '=', ann),
    ),
  )
}
