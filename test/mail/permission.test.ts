import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { query } from '../../src/database/query.ts'
import { deliverMail } from '../../src/mail/deliver.ts'
import type { NewMail } from '../../src/mail/outbox.ts'
import { addressHash, allowMail, mayMailRecipient, refuseMail } from '../../src/mail/refusals.ts'
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

// There is no such letter yet; what matters is what it would be sent for.
const letterFor = (purpose: MailPurpose, kind: NewMail['kind'] = 'test'): NewMail =>
  ({ kind, purpose, to: 'ann@example.org', account: ann, facts: {} }) as NewMail

/** Whether a letter goes out now; what became of it is stored, and its text erased, either way. */
async function goesOut(letter: NewMail): Promise<boolean> {
  const before = box.mails.length
  const [id] = await post(sotto.app, letter)
  await deliverMail(sotto.app)
  const row = rowsOf(sotto.app, 'mail').find((row) => row.id === id)
  expect(row).toMatchObject({ body: null, next_try_at: null, done_at: sotto.clock.now })
  expect(row?.outcome).toBe(box.mails.length > before ? 'sent' : 'refused')
  return box.mails.length > before
}

function refuse(address: string, purpose: MailPurpose | 'all'): Promise<void> {
  const { app } = sotto
  return app.db.commit(() => refuseMail(app, addressHash(app, address), purpose))
}

describe('mail that nobody has to get (P12)', () => {
  test('goes to nobody who has not agreed, whoever ordered it', async () => {
    expect(await goesOut(letterFor('news'))).toBe(false)
    await say(sotto.app, ann, 'news', 'given')
    expect(await goesOut(letterFor('news'))).toBe(true)
  })

  test('goes out until that is taken back, and again when it is given again', async () => {
    for (const [answer, goes] of [
      ['given', true],
      ['withdrawn', false],
      ['given', true],
    ] as const) {
      await say(sotto.app, ann, 'news', answer)
      expect(await goesOut(letterFor('news'))).toBe(goes)
    }
  })

  test('asks at the moment of sending: what was agreed to when it was written counts no more', async () => {
    await say(sotto.app, ann, 'news', 'given')
    await post(sotto.app, letterFor('news'))
    await say(sotto.app, ann, 'news', 'withdrawn')
    const before = box.mails.length
    await deliverMail(sotto.app)
    expect(box.mails.length).toBe(before)
    expect(rowsOf(sotto.app, 'mail')).toMatchObject([{ outcome: 'refused', body: null }])
  })

  test('needs the consent to what the purpose is now, not to what it was (P08)', async () => {
    await say(sotto.app, ann, 'news', 'given', mailPurposes.news.version - 1)
    expect(await goesOut(letterFor('news'))).toBe(false)
  })

  test('is not taken for agreed because another purpose was, or by somebody else', async () => {
    const ben = await addPerson(sotto.app, 'ben')
    await say(sotto.app, ann, 'feedback', 'given')
    await say(sotto.app, ben, 'news', 'given')
    expect(await goesOut(letterFor('news'))).toBe(false)
  })

  test('does not go out where the operator switched its purpose off for the whole instance', async () => {
    await say(sotto.app, ann, 'feedback', 'given')
    expect(await goesOut(letterFor('feedback'))).toBe(false)
  })

  test('goes to accounts alone: to their own, confirmed address, while they are open', async () => {
    await say(sotto.app, ann, 'news', 'given')
    expect(await goesOut({ ...letterFor('news'), account: null })).toBe(false)
    expect(await goesOut({ ...letterFor('news'), to: 'other@example.org' })).toBe(false)
    const ben = await addPerson(sotto.app, 'ben', { confirmed: false })
    await say(sotto.app, ben, 'news', 'given')
    expect(await goesOut({ ...letterFor('news'), account: ben, to: 'ben@example.org' })).toBe(false)
    expect(await goesOut(letterFor('news'))).toBe(true)
    for (const column of ['closed_at', 'disabled_at'] as const) {
      await set(column, sotto.clock.now)
      expect(await goesOut(letterFor('news'))).toBe(false)
      expect(await goesOut(noticeTo('ann'))).toBe(true)
      await set(column, null)
    }
  })

  test('for a purpose that there is not, never goes out', async () => {
    expect(await goesOut(letterFor('marketing' as MailPurpose))).toBe(false)
    expect(await goesOut(letterFor('constructor' as MailPurpose))).toBe(false)
  })
})

describe('a notice that a secret was opened', () => {
  const opened = (): NewMail => ({ ...letterFor('opened', 'secret-opened'), facts: { at: sotto.clock.now } }) as NewMail

  test('needs the consent that is given with the wish for it, and goes out no more when that is taken back', async () => {
    expect(await goesOut(opened())).toBe(false)
    await say(sotto.app, ann, 'opened', 'given')
    expect(await goesOut(opened())).toBe(true)
    await say(sotto.app, ann, 'opened', 'withdrawn')
    expect(await goesOut(opened())).toBe(false)
  })

  test('does not go out once it was refused, until it is wanted again', async () => {
    await refuse('ann@example.org', 'opened')
    expect(await goesOut(opened())).toBe(false)
    sotto.clock.advance(1)
    await say(sotto.app, ann, 'opened', 'given')
    expect(await goesOut(opened())).toBe(true)
    sotto.clock.advance(1)
    await refuse('ann@example.org', 'opened')
    expect(await goesOut(opened())).toBe(false)
    await sotto.app.db.commit(() => allowMail(sotto.app, 'ann@example.org', 'opened'))
    expect(await goesOut(opened())).toBe(true)
  })
})

describe('a link for somebody', () => {
  test('is mailed unless its recipient refused links, or all mail', async () => {
    for (const purpose of ['delivery', 'all'] as const) {
      const to = `${purpose}@example.com`
      expect([mayMailRecipient(sotto.app, to), await goesOut(deliveryTo(to))]).toEqual([true, true])
      await refuse(to, purpose)
      expect([mayMailRecipient(sotto.app, to), await goesOut(deliveryTo(to))]).toEqual([false, false])
    }
  })

  test('is not stopped by what another address refused, or by another kind of mail', async () => {
    await refuse('ben@example.com', 'all')
    await refuse('cleo@example.com', 'account')
    expect([mayMailRecipient(sotto.app, 'cleo@example.com'), await goesOut(deliveryTo('cleo@example.com'))]).toEqual([
      true,
      true,
    ])
  })
})

describe('a notice about an account', () => {
  test('goes to its own address whatever was refused: it is how its owner notices somebody else in it', async () => {
    await refuse('ann@example.org', 'all')
    await refuse('ann@example.org', 'account')
    expect(await goesOut(noticeTo('ann'))).toBe(true)
  })

  test('and to the address that was its own until now', async () => {
    await refuse('old@example.org', 'all')
    expect(await goesOut({ ...letterFor('account', 'email-changed'), to: 'old@example.org' })).toBe(true)
    const erased = { kind: 'account-erased', purpose: 'account', account: null, facts: { at: 0 } } as const
    expect(await goesOut({ ...erased, to: 'old@example.org' })).toBe(true)
  })

  test('but to no other that wants no mail: not an invitation, not what a stranger asked for with it', async () => {
    const invitation = { kind: 'invitation', purpose: 'account', account: null, facts: { link: '/x' } } as const
    await addPerson(sotto.app, 'ben', { confirmed: false })
    expect(await goesOut({ ...invitation, to: 'ben@example.org' })).toBe(true)
    await refuse('ben@example.org', 'all')
    expect(await goesOut({ ...invitation, to: 'ben@example.org' })).toBe(false)
    expect(await goesOut(noticeTo('ben'))).toBe(false)
    expect(
      await goesOut({ ...letterFor('account', 'confirm-new-email'), to: 'ben@example.org', facts: { link: '/x' } }),
    ).toBe(false)
  })
})

test('a refusal says to nobody whose it is: no address is stored, and the mark needs the root key', async () => {
  await refuse('planted@example.com', 'all')
  const [row] = rowsOf(sotto.app, 'refusal')
  expect(row).toMatchObject({ purpose: 'all', at: sotto.clock.now })
  expect(Buffer.from(row?.mark ?? []).toString('latin1')).not.toContain('planted')
  await using other = await startInstance()
  expect(addressHash(other.app, 'planted@example.com')).not.toEqual(addressHash(sotto.app, 'planted@example.com'))
})

function set(column: 'closed_at' | 'disabled_at', at: number | null) {
  const { app } = sotto
  return app.db.commit(() =>
    app.db.run(
      query
        .updateTable('account')
        .set({ [column]: at })
        .where('id', '=', ann),
    ),
  )
}
