import { describe, expect, test } from 'bun:test'
import { closeAccount } from '../../src/accounts/closing/close-account.ts'
import { unwrap } from '../../src/crypto/sealing.ts'
import { query } from '../../src/database/query.ts'
import { run } from '../../src/database/unit.ts'
import { en } from '../../src/i18n/en.ts'
import { formatLongDuration } from '../../src/i18n/text.ts'
import { deliverDueMail } from '../../src/mail/deliver.ts'
import { addressHash, recordRefusal } from '../../src/mail/refusals.ts'
import { answerDeadline, noticePeriod, registerRetention } from '../../src/privacy/inventory/periods.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { announceTransfer, isTransferAllowed, withdrawAnnouncement } from '../../src/privacy/registers/announcements.ts'
import { countOverdueComplaints } from '../../src/privacy/registers/complaint-reminders.ts'
import { answerMessage, listMessages } from '../../src/privacy/registers/complaints.ts'
import { sendReminders } from '../../src/privacy/registers/deadlines.ts'
import { changeGagOrder, listDisclosures, recordDisclosure } from '../../src/privacy/registers/disclosures.ts'
import {
  confirmLegalHold,
  isOnLegalHold,
  listLegalHolds,
  releaseLegalHold,
  setLegalHold,
} from '../../src/privacy/registers/legal-holds.ts'
import { day, hour, minute } from '../fixtures/clock.ts'
import { failureOf } from '../fixtures/failure.ts'
import { type Instance, startInstance } from '../fixtures/instance.ts'
import { startMailbox } from '../fixtures/mailbox.ts'
import { someone } from '../fixtures/someone.ts'
import { filesWith, rowsOf } from '../fixtures/stored.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const post = (sotto: Instance, path: string, fields: Record<string, string>, headers = {}) =>
  sotto.fetch(path, { method: 'POST', body: new URLSearchParams(fields).toString(), headers: { ...form, ...headers } })
const page = async (sotto: Instance, path: string, headers = {}) => (await sotto.fetch(path, { headers })).text()

/** Submits a message and returns the path of its page. */
async function submit(sotto: Instance, path: string, fields: Record<string, string>): Promise<string> {
  const response = await post(sotto, path, fields)
  expect(response.status).toBe(303)
  return new URL(response.headers.get('location') ?? '').pathname
}

async function mails({ app }: Instance) {
  return (await rowsOf(app, 'mail')).map(({ id, kind, recipient, body, purpose }) => ({
    kind,
    purpose,
    to: recipient,
    facts: body === null ? {} : (JSON.parse(unwrap('mail', id, app.root, body)) as Record<string, string>),
  }))
}

const kindsTo = async (sotto: Instance, to: string) =>
  (await mails(sotto)).filter((mail) => mail.to === to).map(({ kind }) => kind)

describe('a complaint (P27)', () => {
  test('gets a number, a due date in 45 days, and a page for its sender', async () => {
    await using sotto = await startInstance({ contact: 'privacy@example.org' })
    expect(await page(sotto, '/complaint')).toContain('Privacy Concerns')
    const path = await submit(sotto, '/complaint', { body: 'You read my <b>mail</b>.', email: '' })
    const status = await page(sotto, path)
    for (const words of ['Complaint no. 1', 'has not answered it yet', '5 January 2027'])
      expect(status).toContain(words)
    expect(Date.UTC(2027, 0, 5, 12)).toBe(sotto.clock.now + answerDeadline)
    expect(status).not.toContain(`value="${path}"`)
    expect(await mails(sotto)).toMatchObject([
      { kind: 'operator-message', to: 'privacy@example.org', facts: { number: '1', link: '/operator/messages/1' } },
    ])
  })

  test('is not shown with another code or another number', async () => {
    await using sotto = await startInstance()
    const first = await submit(sotto, '/complaint', { body: 'one' })
    const second = await submit(sotto, '/complaint', { body: 'two' })
    expect(second).not.toBe(first)
    for (const wrong of [second.replace('/2/', '/1/'), '/messages/1/x', '/messages/0/x', '/messages/9/x'])
      expect([wrong, (await sotto.fetch(wrong)).status]).toEqual([wrong, 404])
    expect((await sotto.fetch(second)).status).toBe(200)
  })

  test('is stored encrypted, including its address', async () => {
    await using sotto = await startInstance()
    await submit(sotto, '/complaint', { body: 'a sentence that stands nowhere else', email: 'ann@example.org' })
    expect(await listMessages(sotto.app)).toMatchObject([
      { body: 'a sentence that stands nowhere else', hasAddress: true },
    ])
    for (const words of ['a sentence that stands', 'ann@example.org'])
      expect(filesWith(sotto.dataDir, new TextEncoder().encode(words))).toEqual([])
  })

  test('is answered once: the sender is mailed and can read the answer, and the address is erased', async () => {
    await using sotto = await startInstance()
    const eve = await someone(sotto, 'eve', 'operator')
    const path = await submit(sotto, '/complaint', { body: 'You read my mail.', email: 'ann@example.org' })
    expect(await kindsTo(sotto, eve.email)).toEqual(['operator-message'])
    expect(await page(sotto, '/operator/messages', eve.cookie)).toContain('Answer due by 5 January 2027')
    expect(await page(sotto, '/operator/messages/1', eve.cookie)).toContain('You read my mail.')
    const answered = await post(sotto, '/operator/messages/1', { answer: 'We do <not>.' }, eve.cookie)
    expect(answered.status).toBe(303)
    expect(await page(sotto, path)).toContain('We do &lt;not&gt;.')
    expect((await mails(sotto)).at(-1)).toMatchObject({
      kind: 'message-answered',
      to: 'ann@example.org',
      facts: { link: path },
    })
    expect(await rowsOf(sotto.app, 'message')).toMatchObject([{ address: null, sender_hash: null }])
    const again = await post(sotto, '/operator/messages/1', { answer: 'Or do we?' }, eve.cookie)
    expect([again.status, await again.text()]).toEqual([422, expect.stringContaining('already been answered')])
  })

  test('is visible only to operators', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    await submit(sotto, '/complaint', { body: 'x' })
    for (const path of ['/operator/messages', '/operator/messages/1', '/operator/holds', '/operator/disclosures']) {
      expect([path, (await sotto.fetch(path)).status]).toEqual([path, 303])
      expect([path, (await sotto.fetch(path, { headers: ann.cookie })).status]).toEqual([path, 403])
    }
    expect((await post(sotto, '/operator/messages/1', { answer: 'x' }, ann.cookie)).status).toBe(403)
    expect((await post(sotto, '/operator/messages/1', { answer: 'x' })).status).toBe(401)
    expect(await listMessages(sotto.app)).toMatchObject([{ answer: undefined }])
  })

  test('reminds the operator 15 days before, 5 days before and on the due date, and is then an alarm', async () => {
    await using sotto = await startInstance({ contact: 'privacy@example.org' })
    const { app, clock } = sotto
    await submit(sotto, '/complaint', { body: 'x' })
    const reminded = async (wait: number) => {
      clock.advance(wait)
      for (let time = 0; time < 3; time++) await sendReminders(app)
      return (await kindsTo(sotto, 'privacy@example.org')).filter((kind) => kind === 'complaint-due').length
    }
    expect(await reminded(30 * day - 1)).toBe(0)
    expect(await reminded(1)).toBe(1)
    expect(await reminded(10 * day - 1)).toBe(1)
    expect(await reminded(1)).toBe(2)
    expect(await reminded(5 * day - 1)).toBe(2)
    expect(await app.db.read(() => countOverdueComplaints(app))).toBe(0)
    expect(await reminded(1)).toBe(3)
    expect(await app.db.read(() => countOverdueComplaints(app))).toBe(1)
    expect(await page(sotto, '/transparency')).toMatch(/open for more than 45 days<\/th><td>1</)
    await answerMessage(app, 1, 'Sorry.')
    expect(await app.db.read(() => countOverdueComplaints(app))).toBe(0)
    expect(await reminded(100 * day)).toBe(3)
  })

  test('is kept until a year after the answer', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    await submit(sotto, '/complaint', { body: 'x' })
    clock.advance(3000 * day)
    await purge(app, clock.now)
    expect(await listMessages(app)).toHaveLength(1)
    await answerMessage(app, 1, 'At last.')
    clock.advance(registerRetention.complaint - 1)
    await purge(app, clock.now)
    expect(await listMessages(app)).toHaveLength(1)
    clock.advance(1)
    await purge(app, clock.now)
    expect(await listMessages(app)).toEqual([])
  })

  test('loses the address of its sender when that account is erased, and can still be answered (P22)', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    const path = await submit(sotto, '/complaint', { body: 'x', email: ann.email })
    expect(await rowsOf(sotto.app, 'message')).toMatchObject([{ sender_hash: expect.anything() }])
    await closeAccount(sotto.app, ann.id, { burnSecrets: false, eraseNow: true })
    expect(await rowsOf(sotto.app, 'message')).toMatchObject([{ address: null, sender_hash: null }])
    await answerMessage(sotto.app, 1, 'Here.')
    expect(await page(sotto, path)).toContain('Here.')
  })

  test('that is empty or has an invalid address is shown again with the input', async () => {
    await using sotto = await startInstance()
    const empty = await post(sotto, '/complaint', { body: '  ' })
    expect([empty.status, await empty.text()]).toEqual([400, expect.stringContaining('Error: Privacy Concerns')])
    const wrong = await post(sotto, '/complaint', { body: 'my "words" & <more>', email: 'nonsense' })
    const markup = await wrong.text()
    expect(wrong.status).toBe(400)
    expect(markup).toContain('my &quot;words&quot; &amp; &lt;more')
    expect(markup).toContain('value="nonsense"')
    expect(await listMessages(sotto.app)).toEqual([])
  })

  test('can be submitted five times an hour from one network with one address', async () => {
    await using sotto = await startInstance()
    for (let time = 0; time < 5; time++) await submit(sotto, '/complaint', { body: 'x', email: 'ann@example.org' })
    const sixth = await post(sotto, '/complaint', { body: 'x', email: 'ann@example.org' })
    expect([sixth.status, sixth.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)])
    expect(await listMessages(sotto.app)).toHaveLength(5)
  })
})

describe('feedback (P33)', () => {
  test('reaches the operator, has no due date, and is kept for 90 days', async () => {
    await using sotto = await startInstance()
    const eve = await someone(sotto, 'eve', 'operator')
    const path = await submit(sotto, '/feedback', { body: 'Well done.' })
    expect(await page(sotto, path)).toContain('Feedback no. 1')
    expect(await kindsTo(sotto, eve.email)).toEqual(['operator-message'])
    expect(await page(sotto, '/operator/messages/1', eve.cookie)).toContain('Well done.')
    sotto.clock.advance(60 * day)
    await sendReminders(sotto.app)
    expect(await sotto.app.db.read(() => countOverdueComplaints(sotto.app))).toBe(0)
    sotto.clock.advance(registerRetention.feedback - 60 * day)
    await purge(sotto.app, sotto.clock.now)
    expect((await sotto.fetch(path)).status).toBe(404)
  })

  test('is announced to the operator by mail without its text', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url, contact: 'privacy@example.org' })
    await submit(sotto, '/feedback', { body: 'See http://evil.example for more.' })
    await deliverDueMail(sotto.app)
    const mail = await box.next()
    expect(mail.to).toBe('privacy@example.org')
    expect(mail.text).toContain('/operator/messages/1')
    expect(mail.raw).not.toContain('evil')
  })
})

describe('a legal request (P28)', () => {
  const request = { requested: 'the days of sign-in', disclosed: 'three days', gagOrder: undefined }

  test('is notified at once to the people concerned, with a page of what was requested and disclosed', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    await someone(sotto, 'bob')
    await recordDisclosure(sotto.app, { ...request, accounts: [ann.id] })
    await sendReminders(sotto.app)
    await sendReminders(sotto.app)
    expect(await mails(sotto)).toMatchObject([{ kind: 'disclosure-notice', to: ann.email, purpose: 'account' }])
    const markup = await page(sotto, (await mails(sotto))[0]?.facts['link'] ?? '')
    for (const words of ['the days of sign-in', 'three days']) expect(markup).toContain(words)
    expect((await sotto.fetch('/disclosures/1/x')).status).toBe(404)
  })

  test('under a gag order is notified when the order ends, is extended or is lifted', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    const ann = await someone(sotto, 'ann')
    const gagOrder = { until: clock.now + 90 * day, law: 'a law' }
    const id = await recordDisclosure(app, { ...request, accounts: [ann.id], gagOrder })
    await changeGagOrder(app, id, { until: clock.now + 120 * day, law: 'another law' })
    clock.advance(120 * day - 1)
    await sendReminders(app)
    expect(await mails(sotto)).toEqual([])
    expect(await page(sotto, '/transparency')).toMatch(/Legal requests for data<\/th><td>0</)
    clock.advance(1)
    await sendReminders(app)
    expect(await kindsTo(sotto, ann.email)).toEqual(['disclosure-notice'])
    expect(await page(sotto, '/transparency')).toMatch(/Legal requests for data<\/th><td>1</)
    const other = await recordDisclosure(app, {
      ...request,
      accounts: [ann.id],
      gagOrder: { ...gagOrder, until: clock.now + day },
    })
    await changeGagOrder(app, other, undefined)
    await sendReminders(app)
    expect(await kindsTo(sotto, ann.email)).toHaveLength(2)
  })

  test('is notified after the account is erased, and otherwise to its current address', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    const [ann, bob] = [await someone(sotto, 'ann'), await someone(sotto, 'bob')]
    await recordDisclosure(app, {
      ...request,
      accounts: [ann.id, bob.id],
      gagOrder: { until: clock.now + 90 * day, law: 'a law' },
    })
    await closeAccount(app, ann.id, { burnSecrets: false, eraseNow: true })
    await app.db.commit(() =>
      run(query.updateTable('account').set({ email: 'new@example.org' }).where('id', '=', bob.id)),
    )
    clock.advance(90 * day)
    await sendReminders(app)
    const told = (await mails(sotto)).filter(({ kind }) => kind === 'disclosure-notice')
    expect(told.map(({ to }) => to).sort()).toEqual(['ann@example.org', 'new@example.org'])
  })

  test('is notified again until a mail server accepts the notice', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    const { app, clock } = sotto
    const ann = await someone(sotto, 'ann')
    box.refuse = () => '550 no such user'
    await recordDisclosure(app, { ...request, accounts: [ann.id] })
    await sendReminders(app)
    await deliverDueMail(app)
    expect(await rowsOf(app, 'mail')).toMatchObject([{ outcome: 'given_up' }])
    await sendReminders(app)
    expect(await listDisclosures(app)).toMatchObject([{ subjects: 1, notified: 0 }])
    box.refuse = () => undefined
    clock.advance(day + minute)
    await sendReminders(app)
    await deliverDueMail(app)
    expect((await box.next()).to).toBe(ann.email)
    await sendReminders(app)
    expect(await listDisclosures(app)).toMatchObject([{ subjects: 1, notified: 1 }])
    expect(await rowsOf(app, 'disclosure_subject')).toMatchObject([{ subject: null, address: null }])
  })

  test('is notified despite any opt-out, and is kept for two years after the last notice', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    const { app, clock } = sotto
    const ann = await someone(sotto, 'ann')
    await recordDisclosure(app, { ...request, accounts: [ann.id] })
    await sendReminders(app)
    await app.db.commit(() => recordRefusal(app, addressHash(app, ann.email), 'all'))
    await deliverDueMail(app)
    expect((await box.next()).subject).toBe('A legal request concerned your data')
    await sendReminders(app)
    clock.advance(registerRetention.register - hour)
    await purge(app, clock.now)
    expect(await listDisclosures(app)).toHaveLength(1)
    clock.advance(hour)
    await purge(app, clock.now)
    expect([await listDisclosures(app), await rowsOf(app, 'disclosure_subject')]).toEqual([[], []])
  })

  test('is stored encrypted', async () => {
    await using sotto = await startInstance()
    const ann = await someone(sotto, 'ann')
    const eve = await someone(sotto, 'eve', 'operator')
    await recordDisclosure(sotto.app, {
      ...request,
      accounts: [ann.id],
      gagOrder: { until: sotto.clock.now + day, law: 'a law' },
    })
    for (const words of ['the days of sign-in', 'three days', 'a law'])
      expect(filesWith(sotto.dataDir, new TextEncoder().encode(words))).toEqual([])
    const markup = await page(sotto, '/operator/disclosures', eve.cookie)
    for (const words of ['the days of sign-in', 'three days', 'prohibited until', 'Notified: 0 of 1'])
      expect(markup).toContain(words)
  })
})

describe('a legal hold (P23)', () => {
  test('prevents the erasure of an account while it is in force', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    const [eve, ann] = [await someone(sotto, 'eve', 'operator'), await someone(sotto, 'ann')]
    const isThere = async () => (await rowsOf(app, 'account')).some(({ id }) => id === ann.id)
    const id = await setLegalHold(app, eve.actor, { account: ann.id, reference: 'court', reviewAt: review(sotto) })
    await closeAccount(app, ann.id, { burnSecrets: true, eraseNow: true })
    await purge(app, clock.now)
    expect(await isThere()).toBe(true)
    expect((await sotto.fetch('/account', { headers: ann.cookie })).status).toBe(303)
    await releaseLegalHold(app, id)
    await purge(app, clock.now)
    expect(await isThere()).toBe(false)
  })

  const review = (sotto: Instance) => sotto.clock.now + 90 * day

  test('takes effect at once if there is only one operator, until it is released', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    const [eve, ann, bob] = [
      await someone(sotto, 'eve', 'operator'),
      await someone(sotto, 'ann'),
      await someone(sotto, 'bob'),
    ]
    const id = await setLegalHold(app, eve.actor, {
      account: ann.id,
      reference: 'court, 4 Js 12/27',
      reviewAt: review(sotto),
    })
    expect([
      await app.db.read(() => isOnLegalHold(app, ann.id)),
      await app.db.read(() => isOnLegalHold(app, bob.id)),
    ]).toEqual([true, false])
    expect(await page(sotto, '/transparency')).toMatch(/currently in force<\/th><td>1</)
    await releaseLegalHold(app, id)
    expect(await app.db.read(() => isOnLegalHold(app, ann.id))).toBe(false)
    expect(await rowsOf(app, 'legal_hold')).toMatchObject([{ subject: null, set_by: null }])
  })

  test('needs confirmation by another operator if there are two', async () => {
    await using sotto = await startInstance()
    const [eve, bob] = [await someone(sotto, 'eve', 'operator'), await someone(sotto, 'bob', 'operator')]
    const ann = await someone(sotto, 'ann')
    const fields = { account: 'ann', reference: 'court, 4 Js 12/27', review: '2027-02-28' }
    expect((await post(sotto, '/operator/holds', fields, eve.cookie)).status).toBe(303)
    const [hold] = await listLegalHolds(sotto.app, eve.actor)
    expect(hold).toMatchObject({ state: 'waiting', subject: 'ann', canConfirm: false })
    expect(await sotto.app.db.read(() => isOnLegalHold(sotto.app, ann.id))).toBe(false)
    const own = await post(sotto, `/operator/holds/${hold?.id}/confirm`, {}, eve.cookie)
    expect([own.status, await own.text()]).toEqual([403, expect.stringContaining('another operator')])
    expect((await post(sotto, `/operator/holds/${hold?.id}/confirm`, {}, ann.cookie)).status).toBe(403)
    expect(await sotto.app.db.read(() => isOnLegalHold(sotto.app, ann.id))).toBe(false)
    expect(await page(sotto, '/operator/holds', bob.cookie)).toContain('Confirm this hold')
    expect((await post(sotto, `/operator/holds/${hold?.id}/confirm`, {}, bob.cookie)).status).toBe(303)
    expect(await sotto.app.db.read(() => isOnLegalHold(sotto.app, ann.id))).toBe(true)
    expect((await post(sotto, `/operator/holds/${hold?.id}/release`, {}, eve.cookie)).status).toBe(303)
    expect(await sotto.app.db.read(() => isOnLegalHold(sotto.app, ann.id))).toBe(false)
  })

  test('needs a review within a year, reminds of it 14 days before, and ends on that day', async () => {
    await using sotto = await startInstance({ contact: 'privacy@example.org' })
    const { app, clock } = sotto
    const [eve, ann] = [await someone(sotto, 'eve', 'operator'), await someone(sotto, 'ann')]
    const hold = { account: ann.id, reference: 'court' }
    for (const reviewAt of [clock.now, clock.now + 366 * day])
      expect(await failureOf(setLegalHold(app, eve.actor, { ...hold, reviewAt }))).toBe('field_invalid')
    await setLegalHold(app, eve.actor, { ...hold, reviewAt: review(sotto) })
    clock.advance(76 * day - 1)
    await sendReminders(app)
    expect(await kindsTo(sotto, 'privacy@example.org')).toEqual([])
    clock.advance(1)
    await sendReminders(app)
    await sendReminders(app)
    expect(await kindsTo(sotto, 'privacy@example.org')).toEqual(['hold-review'])
    clock.advance(14 * day - 1)
    expect(await app.db.read(() => isOnLegalHold(app, ann.id))).toBe(true)
    clock.advance(1)
    expect(await app.db.read(() => isOnLegalHold(app, ann.id))).toBe(false)
    await sendReminders(app)
    expect(await rowsOf(app, 'legal_hold')).toMatchObject([{ subject: null }])
    clock.advance(registerRetention.register)
    await purge(app, clock.now)
    expect(await rowsOf(app, 'legal_hold')).toEqual([])
  })

  test('is deleted if it is not confirmed, and cannot be confirmed after its release', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    const [eve, bob, ann] = [
      await someone(sotto, 'eve', 'operator'),
      await someone(sotto, 'bob', 'operator'),
      await someone(sotto, 'ann'),
    ]
    const hold = { account: ann.id, reference: 'court', reviewAt: review(sotto) }
    const id = await setLegalHold(app, eve.actor, hold)
    await releaseLegalHold(app, id)
    expect(await failureOf(confirmLegalHold(app, bob.actor, id))).toBe('not_found')
    await setLegalHold(app, eve.actor, hold)
    clock.advance(30 * day)
    await purge(app, clock.now)
    expect((await listLegalHolds(app, eve.actor)).filter(({ state }) => state === 'waiting')).toEqual([])
  })
})

describe('a merger or a sale (P29)', () => {
  test('is announced 30 days before on the home page, in the transparency report and once by mail to every account', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    const ann = await someone(sotto, 'ann')
    expect(
      await failureOf(announceTransfer(app, { kind: 'sale', receiver: 'X', transferAt: clock.now + noticePeriod - 1 })),
    ).toBe('notice_too_short')
    await announceTransfer(app, { kind: 'sale', receiver: 'Example & Sons', transferAt: undefined })
    await Promise.all([sendReminders(app), sendReminders(app)])
    expect(await kindsTo(sotto, ann.email)).toEqual(['transfer-notice'])
    expect(await page(sotto, '/')).toContain('will be transferred to Example &amp; Sons on 21 December 2026')
    expect(await page(sotto, '/transparency')).toContain('is being sold to Example &amp; Sons')
    clock.advance(30 * day - 1)
    expect(await isTransferAllowed(app)).toBe(false)
    clock.advance(1)
    expect(await isTransferAllowed(app)).toBe(true)
  })

  test('does not allow a transfer if it was not announced or was withdrawn', async () => {
    await using sotto = await startInstance()
    const { app, clock } = sotto
    expect(await isTransferAllowed(app)).toBe(false)
    const id = await announceTransfer(app, { kind: 'merger', receiver: 'Example', transferAt: undefined })
    await sendReminders(app)
    await withdrawAnnouncement(app, id)
    expect(await page(sotto, '/')).not.toContain('will be transferred to')
    expect(await page(sotto, '/transparency')).toContain('withdrawn')
    clock.advance(60 * day)
    expect(await isTransferAllowed(app)).toBe(false)
  })
})

test('texts that name a duration match the one in the inventory', () => {
  expect(formatLongDuration(answerDeadline)).toBe('45 days')
  for (const key of [
    'complaint.lead',
    'operator.messagesLead',
    'transparency.overdue',
    'mail.complaint-due.note',
  ] as const)
    expect(en[key]).toContain('45')
  expect(registerRetention).toEqual({ complaint: 365 * day, feedback: 90 * day, register: 2 * 365 * day })
  expect(en['privacy.retention.message']).toContain('Complaints: 1 year after the answer; feedback: 90 days')
  expect(en['privacy.retention.register']).toContain('2 years')
})
