import { describe, expect, test } from 'bun:test'
import type { App } from '../../src/app.ts'
import { query } from '../../src/database/query.ts'
import { run } from '../../src/database/unit.ts'
import { startJobs } from '../../src/jobs/scheduler.ts'
import { canSendMail, deliverDueMail, isMailStuck } from '../../src/mail/deliver.ts'
import { enqueueMail, unsubscribeKey } from '../../src/mail/outbox.ts'
import { claimDuration } from '../../src/mail/queue.ts'
import { openApp } from '../../src/open-app.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { day, hour, minute, second } from '../fixtures/clock.ts'
import { failureOf } from '../fixtures/failure.ts'
import { authority, cheap, configWith, type Instance, startInstance } from '../fixtures/instance.ts'
import { addPerson, deliveryTo, noticeTo, post } from '../fixtures/mail-people.ts'
import { type Mailbox, startMailbox } from '../fixtures/mailbox.ts'
import { filesWith, rowsOf } from '../fixtures/stored.ts'

describe('the outbox', () => {
  test('adds a mail in the commit of the event it reports, and none if that is rolled back', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    await app.db.commit(() => enqueueMail(app, deliveryTo('kept@example.org')))
    const failed = app.db.commit(function* () {
      yield* enqueueMail(app, deliveryTo('gone@example.org'))
      throw new Error('taken back')
    })
    expect(await failureOf(failed)).toBe('taken back')
    expect((await rowsOf(app, 'mail')).map(({ recipient }) => recipient)).toEqual(['kept@example.org'])
  })

  test('erases the content of a mail in the commit that marks it as sent', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    const [id] = await post(sotto.app, deliveryTo('ann@example.org', '/secret/planted'))
    expect((await rowsOf(sotto.app, 'mail'))[0]).toMatchObject({ id, outcome: null, body: expect.any(Uint8Array) })
    box.taken = async () => expect((await rowsOf(sotto.app, 'mail'))[0]?.body).toEqual(expect.any(Uint8Array))
    await deliverDueMail(sotto.app)
    expect((await box.next()).links[0]).toBe(`${sotto.url}/secret/planted`)
    expect((await rowsOf(sotto.app, 'mail'))[0]).toMatchObject({
      body: null,
      outcome: 'sent',
      done_at: sotto.clock.now,
      next_try_at: null,
      tries: 1,
    })
  })

  test('stores no usable link and no unsubscribe key in the database file, before and after sending', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    const [id = ''] = await post(sotto.app, deliveryTo('ann@example.org', '/secret/planted-link'))
    const canaries = ['planted-link', unsubscribeKey(sotto.app, id)].map((word) => Buffer.from(word))
    const wrapped = Buffer.from((await rowsOf(sotto.app, 'mail'))[0]?.body ?? [])
    expect(filesWith(sotto.dataDir, Buffer.from('ann@example.org')).length).toBeGreaterThan(0)
    expect(filesWith(sotto.dataDir, wrapped).length).toBeGreaterThan(0)
    for (const canary of canaries) expect(filesWith(sotto.dataDir, canary)).toEqual([])
    await deliverDueMail(sotto.app)
    const { text } = await box.next()
    for (const canary of canaries) {
      expect(text).toContain(canary.toString())
      expect(filesWith(sotto.dataDir, canary)).toEqual([])
    }
    await purge(sotto.app, sotto.clock.now)
    expect(filesWith(sotto.dataDir, wrapped)).toEqual([])
    expect(filesWith(sotto.dataDir, Buffer.from('ann@example.org')).length).toBeGreaterThan(0)
    sotto.clock.advance(30 * day)
    await purge(sotto.app, sotto.clock.now)
    expect(filesWith(sotto.dataDir, Buffer.from('ann@example.org'))).toEqual([])
  })

  test('keeps every mail for its retention period if no mail server is configured', async () => {
    await using sotto = await startInstance()
    expect(canSendMail(sotto.app)).toBe(false)
    await post(sotto.app, deliveryTo('ann@example.org'))
    for (let time = 0; time < 29; time++) {
      sotto.clock.advance(day)
      await deliverDueMail(sotto.app)
    }
    expect(await rowsOf(sotto.app, 'mail')).toMatchObject([{ tries: 0, outcome: null, body: expect.any(Uint8Array) }])
    expect(isMailStuck(sotto.app)).toBe(false)
  })

  test('replaces the address of the last mail to an erased account by its hash (P22)', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    const last = { kind: 'account-erased', purpose: 'account', account: null, facts: { at: sotto.clock.now } } as const
    await post(sotto.app, { ...last, to: 'ann@example.org' })
    await deliverDueMail(sotto.app)
    expect((await box.next()).to).toBe('ann@example.org')
    await purge(sotto.app, sotto.clock.now)
    expect(filesWith(sotto.dataDir, Buffer.from('ann@example.org'))).toEqual([])
    await box.down()
    await post(sotto.app, { ...last, to: 'ben@example.org' })
    sotto.clock.advance(day)
    await deliverDueMail(sotto.app)
    await purge(sotto.app, sotto.clock.now)
    expect(filesWith(sotto.dataDir, Buffer.from('ben@example.org'))).toEqual([])
  })
})

describe('while the mail server is down', () => {
  test('loses nothing and sends nothing twice', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    await box.down()
    const wanted = Array.from({ length: 12 }, (_, index) => `person${index}@example.org`)
    for (const to of wanted) {
      await post(sotto.app, deliveryTo(to))
      await deliverFor(sotto, 5 * minute)
    }
    expect(sotto.clock.now - ((await rowsOf(sotto.app, 'mail'))[0]?.created_at ?? 0)).toBe(hour)
    expect((await rowsOf(sotto.app, 'mail')).every(({ body, outcome }) => body !== null && outcome === null)).toBe(true)
    await box.up()
    await deliverFor(sotto, 16 * minute)
    expect(box.mails.map(({ to }) => to).sort()).toEqual([...wanted].sort())
    await deliverFor(sotto, day, hour)
    expect(box.mails.length).toBe(wanted.length)
  })

  test('retries with increasing delays and jitter', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    await box.down()
    await post(sotto.app, ...Array.from({ length: 5 }, (_, index) => deliveryTo(`person${index}@example.org`)))
    for (const [least, most] of [
      [15, 45],
      [30, 90],
      [60, 180],
      [120, 360],
      [240, 720],
      [300, 900],
      [300, 900],
    ] as const) {
      await deliverDueMail(sotto.app)
      const waits = (await rowsOf(sotto.app, 'mail')).map(({ next_try_at }) => (next_try_at ?? 0) - sotto.clock.now)
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(least * second)
      expect(Math.max(...waits)).toBeLessThanOrEqual(most * second)
      expect(new Set(waits).size).toBeGreaterThan(1)
      sotto.clock.advance(most * second)
    }
  })

  test('gives up a mail after 48 hours: erases its content, raises an alarm and logs a line without names', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    await box.down()
    await post(sotto.app, deliveryTo('planted@example.org'))
    await deliverFor(sotto, 47 * hour + 40 * minute, 5 * minute)
    expect(await rowsOf(sotto.app, 'mail')).toMatchObject([{ outcome: null, body: expect.any(Uint8Array) }])
    await deliverFor(sotto, 40 * minute, 5 * minute)
    expect(await rowsOf(sotto.app, 'mail')).toMatchObject([{ outcome: 'given_up', body: null, next_try_at: null }])
    expect(isMailStuck(sotto.app)).toBe(true)
    expect(eventsOf(sotto)).toEqual([
      { event: 'mail_server_failing', code: 'unreachable' },
      { event: 'mail_given_up', code: 'unreachable' },
    ])
    expect(sotto.lines.join()).not.toContain('planted')
  })

  test('does not give up an old mail at its first failure', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    await post(sotto.app, deliveryTo('ann@example.org'))
    sotto.clock.advance(5 * day)
    await box.down()
    await deliverFor(sotto, 5 * minute)
    await box.up()
    await deliverFor(sotto, 10 * minute)
    expect(box.mails.length).toBe(1)
  })

  test('reports the failure in health after an hour, and recovers with the next accepted mail', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url, 'purge-interval': '1h' })
    const health = async () => {
      await purge(sotto.app, sotto.clock.now)
      const answer = await sotto.fetch('/healthz')
      return [answer.status, ((await answer.json()) as { mail: string }).mail]
    }
    await box.down()
    await post(sotto.app, deliveryTo('ann@example.org'))
    await deliverFor(sotto, 55 * minute)
    expect(await health()).toEqual([200, 'on'])
    sotto.clock.setBy(2 * hour)
    expect(await health()).toEqual([200, 'on'])
    sotto.clock.setBy(-2 * hour)
    await deliverFor(sotto, 10 * minute)
    expect(await health()).toEqual([200, 'stuck'])
    await box.up()
    await deliverFor(sotto, 16 * minute)
    expect(await health()).toEqual([200, 'on'])
    expect(eventsOf(sotto).map(({ event }) => event)).toEqual(['mail_server_failing', 'mail_server_recovered'])
  })
})

describe('if the server rejects a single mail', () => {
  test('gives it up at once after a permanent rejection, and sends the others', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    box.refuse = (to) => (to.startsWith('unknown') ? '550 no such user planted' : undefined)
    await post(sotto.app, deliveryTo('unknown@example.org'), deliveryTo('ann@example.org'))
    await deliverDueMail(sotto.app)
    expect(await outcomes(sotto)).toEqual({ 'unknown@example.org': 'given_up', 'ann@example.org': 'sent' })
    expect((await rowsOf(sotto.app, 'mail')).every(({ body }) => body === null)).toBe(true)
    expect(eventsOf(sotto)).toEqual([{ event: 'mail_given_up', code: 'refused' }])
    expect(sotto.lines.join()).not.toMatch(/planted|example\.org/)
  })

  test('retries it after a temporary rejection, without raising the alarm', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    box.refuse = (to) => (to.startsWith('full') ? '452 mailbox full' : undefined)
    await post(sotto.app, deliveryTo('full@example.org'))
    await deliverFor(sotto, 3 * hour, minute)
    expect(await outcomes(sotto)).toEqual({ 'full@example.org': null })
    expect([isMailStuck(sotto.app), eventsOf(sotto)]).toEqual([false, []])
    box.refuse = () => undefined
    await deliverFor(sotto, 16 * minute, minute)
    expect(await outcomes(sotto)).toEqual({ 'full@example.org': 'sent' })
    expect(box.mails.length).toBe(1)
  })
})

describe('sending a mail once', () => {
  test('sends it once if two processes deliver at the same time', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    await using other = await secondProcess(sotto, box)
    const wanted = Array.from({ length: 40 }, (_, index) => `person${index}@example.org`)
    await post(sotto.app, ...wanted.map((to) => deliveryTo(to)))
    await Promise.all([sotto.app, other, sotto.app, other].map(deliverDueMail))
    expect(box.mails.map(({ to }) => to).sort()).toEqual([...wanted].sort())
    expect((await rowsOf(sotto.app, 'mail')).every(({ tries, outcome }) => tries === 1 && outcome === 'sent')).toBe(
      true,
    )
  })

  test('sends it once if another process looks while it is being sent', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    await using other = await secondProcess(sotto, box)
    await post(sotto.app, deliveryTo('ann@example.org'))
    box.taken = () => deliverDueMail(other)
    await deliverDueMail(sotto.app)
    expect(box.mails.length).toBe(1)
  })

  test('sends it twice with the same Message-ID if the process ends before recording that the server accepted it', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    await post(sotto.app, deliveryTo('ann@example.org'))
    const other = await secondProcess(sotto, box)
    box.taken = () => other[Symbol.asyncDispose]()
    expect(await failureOf(deliverDueMail(other))).toBe('the database is closed')
    expect([box.mails.length, (await rowsOf(sotto.app, 'mail'))[0]?.outcome]).toEqual([1, null])
    box.taken = () => {}
    sotto.clock.advance(claimDuration - 1)
    await deliverDueMail(sotto.app)
    expect(box.mails.length).toBe(1)
    sotto.clock.advance(1)
    await deliverDueMail(sotto.app)
    expect([box.mails.length, (await rowsOf(sotto.app, 'mail'))[0]?.outcome]).toEqual([2, 'sent'])
    const [first, second] = box.mails
    expect(second?.headers).toMatchObject({
      'message-id': first?.headers['message-id'] ?? '',
      date: first?.headers['date'] ?? '',
    })
  })

  test('records a mail that is being sent when the process is asked to stop', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    await post(sotto.app, deliveryTo('ann@example.org'))
    const arrived = Promise.withResolvers<void>()
    box.taken = async () => {
      arrived.resolve()
      await Bun.sleep(200)
    }
    using jobs = startJobs(sotto.app)
    await arrived.promise
    expect((await rowsOf(sotto.app, 'mail'))[0]?.outcome).toBeNull()
    await jobs.finish()
    expect((await rowsOf(sotto.app, 'mail'))[0]?.outcome).toBe('sent')
  })
})

test('the job sends waiting mail at once and new mail as it arrives', async () => {
  await using box = await startMailbox()
  await using sotto = await startInstance({ 'smtp-url': box.url })
  await post(sotto.app, deliveryTo('ann@example.org'))
  using _jobs = startJobs(sotto.app)
  expect((await box.next()).to).toBe('ann@example.org')
  await post(sotto.app, deliveryTo('ben@example.org'))
  expect((await box.next(8000)).to).toBe('ben@example.org')
}, 20_000)

test('deletes a mail together with its account', async () => {
  await using sotto = await startInstance()
  await addPerson(sotto.app, 'ann')
  await post(sotto.app, noticeTo('ann'))
  expect((await rowsOf(sotto.app, 'mail')).length).toBe(1)
  await sotto.app.db.commit(() => run(query.deleteFrom('account')))
  expect(await rowsOf(sotto.app, 'mail')).toEqual([])
})

/** Delivers due mail every `step` milliseconds while the clock advances by `span`. */
async function deliverFor({ app, clock }: Instance, span: number, step: number = 30 * second): Promise<void> {
  for (let passed = 0; passed < span; passed += step) {
    await deliverDueMail(app)
    clock.advance(step)
  }
}

async function outcomes({ app }: Instance): Promise<Record<string, string | null>> {
  return Object.fromEntries((await rowsOf(app, 'mail')).map(({ recipient, outcome }) => [recipient, outcome]))
}

function eventsOf({ lines }: Instance): { event: string; code?: string }[] {
  const events = lines.map((line) => JSON.parse(line)).filter(({ event }) => event.startsWith('mail_'))
  return events.map(({ time: _, ...event }) => event)
}

/** Opens another process's app on the same database, with the same clock. */
function secondProcess({ dataDir, clock }: Instance, box: Mailbox): Promise<App> {
  const config = configWith({ 'data-dir': dataDir, 'smtp-url': box.url, 'smtp-ca': authority })
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
  return openApp(config, { argon2: cheap, ...clock.readings, random, write: () => {} })
}
