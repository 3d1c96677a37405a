import { describe, expect, test } from 'bun:test'
import type { App } from '../../src/app.ts'
import { query } from '../../src/database/query.ts'
import { startJobs } from '../../src/jobs/scheduler.ts'
import { canMail, deliverMail, mailIsStuck } from '../../src/mail/deliver.ts'
import { enqueueMail, unsubscribeKey } from '../../src/mail/outbox.ts'
import { claimedFor } from '../../src/mail/queue.ts'
import { openApp } from '../../src/open-app.ts'
import { purge } from '../../src/privacy/purge/purge.ts'
import { day, hour, minute, second } from '../fixtures/clock.ts'
import { failureOf } from '../fixtures/failure.ts'
import { authority, cheap, configWith, type Instance, startInstance } from '../fixtures/instance.ts'
import { addPerson, deliveryTo, noticeTo, post } from '../fixtures/mail-people.ts'
import { type Mailbox, startMailbox } from '../fixtures/mailbox.ts'
import { filesWith, rowsOf } from '../fixtures/stored.ts'

describe('the outbox', () => {
  test('holds a mail from the very commit of what it tells of, and none of a commit that was taken back', async () => {
    await using sotto = await startInstance()
    const { app } = sotto
    await app.db.commit(() => enqueueMail(app, deliveryTo('kept@example.org')))
    const failed = app.db.commit(() => {
      enqueueMail(app, deliveryTo('gone@example.org'))
      throw new Error('taken back')
    })
    expect(await failureOf(failed)).toBe('taken back')
    expect(rowsOf(app, 'mail').map(({ recipient }) => recipient)).toEqual(['kept@example.org'])
  })

  test('erases what a mail said in the moment it was sent', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    const [id] = await post(sotto.app, deliveryTo('ann@example.org', '/secret/planted'))
    expect(rowsOf(sotto.app, 'mail')[0]).toMatchObject({ id, outcome: null, body: expect.any(Uint8Array) })
    box.taken = () => expect(rowsOf(sotto.app, 'mail')[0]?.body).toEqual(expect.any(Uint8Array))
    await deliverMail(sotto.app)
    expect((await box.next()).links[0]).toBe(`${sotto.url}/secret/planted`)
    expect(rowsOf(sotto.app, 'mail')[0]).toMatchObject({
      body: null,
      outcome: 'sent',
      done_at: sotto.clock.now,
      next_try_at: null,
      tries: 1,
    })
  })

  test('holds no link and no word that stops mail where a thief of the file could read it: not waiting, not sent', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    const [id = ''] = await post(sotto.app, deliveryTo('ann@example.org', '/secret/planted-link'))
    const canaries = ['planted-link', unsubscribeKey(sotto.app, id)].map((word) => Buffer.from(word))
    const wrapped = Buffer.from(rowsOf(sotto.app, 'mail')[0]?.body ?? [])
    expect(filesWith(sotto.dataDir, Buffer.from('ann@example.org')).length).toBeGreaterThan(0)
    expect(filesWith(sotto.dataDir, wrapped).length).toBeGreaterThan(0)
    for (const canary of canaries) expect(filesWith(sotto.dataDir, canary)).toEqual([])
    await deliverMail(sotto.app)
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

  test('keeps every mail where no server is set, for as long as mail is kept', async () => {
    await using sotto = await startInstance()
    expect(canMail(sotto.app)).toBe(false)
    await post(sotto.app, deliveryTo('ann@example.org'))
    for (let time = 0; time < 29; time++) {
      sotto.clock.advance(day)
      await deliverMail(sotto.app)
    }
    expect(rowsOf(sotto.app, 'mail')).toMatchObject([{ tries: 0, outcome: null, body: expect.any(Uint8Array) }])
    expect(mailIsStuck(sotto.app)).toBe(false)
  })

  test('forgets who the last mail to somebody went to (P22)', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    const last = { kind: 'account-erased', purpose: 'account', account: null, facts: { at: sotto.clock.now } } as const
    await post(sotto.app, { ...last, to: 'ann@example.org' })
    await deliverMail(sotto.app)
    expect((await box.next()).to).toBe('ann@example.org')
    await purge(sotto.app, sotto.clock.now)
    expect(filesWith(sotto.dataDir, Buffer.from('ann@example.org'))).toEqual([])
    await box.down()
    await post(sotto.app, { ...last, to: 'ben@example.org' })
    sotto.clock.advance(day)
    await deliverMail(sotto.app)
    await purge(sotto.app, sotto.clock.now)
    expect(filesWith(sotto.dataDir, Buffer.from('ben@example.org'))).toEqual([])
  })
})

describe('where the mail server is down', () => {
  test('for an hour, nothing is lost and nothing is sent twice', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    await box.down()
    const wanted = Array.from({ length: 12 }, (_, index) => `person${index}@example.org`)
    for (const to of wanted) {
      await post(sotto.app, deliveryTo(to))
      await turns(sotto, 5 * minute)
    }
    expect(sotto.clock.now - (rowsOf(sotto.app, 'mail')[0]?.created_at ?? 0)).toBe(hour)
    expect(rowsOf(sotto.app, 'mail').every(({ body, outcome }) => body !== null && outcome === null)).toBe(true)
    await box.up()
    await turns(sotto, 16 * minute)
    expect(box.mails.map(({ to }) => to).sort()).toEqual([...wanted].sort())
    await turns(sotto, day, hour)
    expect(box.mails.length).toBe(wanted.length)
  })

  test('tries are put off longer and longer, and scattered', async () => {
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
      await deliverMail(sotto.app)
      const waits = rowsOf(sotto.app, 'mail').map(({ next_try_at }) => (next_try_at ?? 0) - sotto.clock.now)
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(least * second)
      expect(Math.max(...waits)).toBeLessThanOrEqual(most * second)
      expect(new Set(waits).size).toBeGreaterThan(1)
      sotto.clock.advance(most * second)
    }
  })

  test('a mail is given up after 48 hours: its text erased, an alarm, and a line that names nobody', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    await box.down()
    await post(sotto.app, deliveryTo('planted@example.org'))
    await turns(sotto, 47 * hour + 40 * minute, 5 * minute)
    expect(rowsOf(sotto.app, 'mail')).toMatchObject([{ outcome: null, body: expect.any(Uint8Array) }])
    await turns(sotto, 40 * minute, 5 * minute)
    expect(rowsOf(sotto.app, 'mail')).toMatchObject([{ outcome: 'given_up', body: null, next_try_at: null }])
    expect(mailIsStuck(sotto.app)).toBe(true)
    expect(eventsOf(sotto)).toEqual([
      { event: 'mail_server_failing', code: 'unreachable' },
      { event: 'mail_given_up', code: 'unreachable' },
    ])
    expect(sotto.lines.join()).not.toContain('planted')
  })

  test('a mail that waited long for a server to be set is not given up at the first failure', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    await post(sotto.app, deliveryTo('ann@example.org'))
    sotto.clock.advance(5 * day)
    await box.down()
    await turns(sotto, 5 * minute)
    await box.up()
    await turns(sotto, 10 * minute)
    expect(box.mails.length).toBe(1)
  })

  test('health says so after an hour, and is well again with the first mail that goes out', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url, 'purge-interval': '1h' })
    const health = async () => {
      await purge(sotto.app, sotto.clock.now)
      const answer = await sotto.fetch('/healthz')
      return [answer.status, ((await answer.json()) as { mail: string }).mail]
    }
    await box.down()
    await post(sotto.app, deliveryTo('ann@example.org'))
    await turns(sotto, 55 * minute)
    expect(await health()).toEqual([200, 'on'])
    sotto.clock.setBy(2 * hour)
    expect(await health()).toEqual([200, 'on'])
    sotto.clock.setBy(-2 * hour)
    await turns(sotto, 10 * minute)
    expect(await health()).toEqual([200, 'stuck'])
    await box.up()
    await turns(sotto, 16 * minute)
    expect(await health()).toEqual([200, 'on'])
    expect(eventsOf(sotto).map(({ event }) => event)).toEqual(['mail_server_failing', 'mail_server_well'])
  })
})

describe('where the server is well, and does not take this mail', () => {
  test('for good, it is given up at once, and the others go out', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    box.refuse = (to) => (to.startsWith('nobody') ? '550 no such user planted' : undefined)
    await post(sotto.app, deliveryTo('nobody@example.org'), deliveryTo('ann@example.org'))
    await deliverMail(sotto.app)
    expect(outcomes(sotto)).toEqual({ 'nobody@example.org': 'given_up', 'ann@example.org': 'sent' })
    expect(rowsOf(sotto.app, 'mail').every(({ body }) => body === null)).toBe(true)
    expect(eventsOf(sotto)).toEqual([{ event: 'mail_given_up', code: 'refused' }])
    expect(sotto.lines.join()).not.toMatch(/planted|example\.org/)
  })

  test('for now, it is tried again; and nobody can raise the alarm by an address that takes no mail', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    box.refuse = (to) => (to.startsWith('full') ? '452 mailbox full' : undefined)
    await post(sotto.app, deliveryTo('full@example.org'))
    await turns(sotto, 3 * hour, minute)
    expect(outcomes(sotto)).toEqual({ 'full@example.org': null })
    expect([mailIsStuck(sotto.app), eventsOf(sotto)]).toEqual([false, []])
    box.refuse = () => undefined
    await turns(sotto, 16 * minute, minute)
    expect(outcomes(sotto)).toEqual({ 'full@example.org': 'sent' })
    expect(box.mails.length).toBe(1)
  })
})

describe('a mail is sent once,', () => {
  test('though two programs on one database send at the same time', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    using other = secondProgram(sotto, box)
    const wanted = Array.from({ length: 40 }, (_, index) => `person${index}@example.org`)
    await post(sotto.app, ...wanted.map((to) => deliveryTo(to)))
    await Promise.all([sotto.app, other, sotto.app, other].map(deliverMail))
    expect(box.mails.map(({ to }) => to).sort()).toEqual([...wanted].sort())
    expect(rowsOf(sotto.app, 'mail').every(({ tries, outcome }) => tries === 1 && outcome === 'sent')).toBe(true)
  })

  test('though another looks while it is on its way', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    using other = secondProgram(sotto, box)
    await post(sotto.app, deliveryTo('ann@example.org'))
    box.taken = () => deliverMail(other)
    await deliverMail(sotto.app)
    expect(box.mails.length).toBe(1)
  })

  test('or, where the program ends after the server took it and before that is noted, twice with one Message-ID', async () => {
    await using box = await startMailbox()
    await using sotto = await startInstance({ 'smtp-url': box.url })
    await post(sotto.app, deliveryTo('ann@example.org'))
    const other = secondProgram(sotto, box)
    box.taken = () => other[Symbol.dispose]()
    expect(await failureOf(deliverMail(other))).toBe('the database is closed')
    expect([box.mails.length, rowsOf(sotto.app, 'mail')[0]?.outcome]).toEqual([1, null])
    box.taken = () => {}
    sotto.clock.advance(claimedFor - 1)
    await deliverMail(sotto.app)
    expect(box.mails.length).toBe(1)
    sotto.clock.advance(1)
    await deliverMail(sotto.app)
    expect([box.mails.length, rowsOf(sotto.app, 'mail')[0]?.outcome]).toEqual([2, 'sent'])
    const [first, second] = box.mails
    expect(second?.headers).toMatchObject({
      'message-id': first?.headers['message-id'] ?? '',
      date: first?.headers['date'] ?? '',
    })
  })

  test('and one that was on its way when the program was asked to stop is noted as sent', async () => {
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
    expect(rowsOf(sotto.app, 'mail')[0]?.outcome).toBeNull()
    await jobs.finish()
    expect(rowsOf(sotto.app, 'mail')[0]?.outcome).toBe('sent')
  })
})

test('the job sends by itself, at once what waited and then what comes', async () => {
  await using box = await startMailbox()
  await using sotto = await startInstance({ 'smtp-url': box.url })
  await post(sotto.app, deliveryTo('ann@example.org'))
  using _jobs = startJobs(sotto.app)
  expect((await box.next()).to).toBe('ann@example.org')
  await post(sotto.app, deliveryTo('ben@example.org'))
  expect((await box.next(8000)).to).toBe('ben@example.org')
}, 20_000)

test('a mail goes with the account that it belongs to', async () => {
  await using sotto = await startInstance()
  await addPerson(sotto.app, 'ann')
  await post(sotto.app, noticeTo('ann'))
  expect(rowsOf(sotto.app, 'mail').length).toBe(1)
  await sotto.app.db.commit(() => sotto.app.db.run(query.deleteFrom('account')))
  expect(rowsOf(sotto.app, 'mail')).toEqual([])
})

/** The clock goes on by `span`, and the job runs every `step` of it. */
async function turns({ app, clock }: Instance, span: number, step: number = 30 * second): Promise<void> {
  for (let passed = 0; passed < span; passed += step) {
    await deliverMail(app)
    clock.advance(step)
  }
}

function outcomes({ app }: Instance): Record<string, string | null> {
  return Object.fromEntries(rowsOf(app, 'mail').map(({ recipient, outcome }) => [recipient, outcome]))
}

function eventsOf({ lines }: Instance): { event: string; code?: string }[] {
  const events = lines.map((line) => JSON.parse(line)).filter(({ event }) => event.startsWith('mail_'))
  return events.map(({ time: _, ...event }) => event)
}

/** Another program on the same database, by the same clock. */
function secondProgram({ dataDir, clock }: Instance, box: Mailbox): App {
  const config = configWith({ 'data-dir': dataDir, 'smtp-url': box.url, 'smtp-ca': authority })
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
  return openApp(config, { argon2: cheap, ...clock.readings, random, write: () => {} })
}
