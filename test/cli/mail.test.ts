import { afterAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { enqueueMail } from '../../src/mail/outbox.ts'
import { addressHash, mayMailRecipient, recordRefusal } from '../../src/mail/refusals.ts'
import { sotto } from '../fixtures/command.ts'
import { authority, freePort, type Instance, startInstance, temporaryFolder } from '../fixtures/instance.ts'
import { deliveryTo, noticeTo } from '../fixtures/mail-people.ts'
import { startMailbox } from '../fixtures/mailbox.ts'
import { rowsOf } from '../fixtures/stored.ts'

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())

const newPath = () => join(folder.path, crypto.randomUUID())

function mail({ dataDir }: Pick<Instance, 'dataDir'>, args: readonly string[], env: Record<string, string> = {}) {
  const all = { SOTTO_DATA_DIR: dataDir, SOTTO_SMTP_CA: authority, ...env }
  return sotto(['mail', ...args], { env: all })
}

describe('mail list and mail show', () => {
  test('let the operator of an instance without a mail server hand over mails', async () => {
    await using instance = await startInstance({ 'data-dir': newPath() })
    const message = { ...noticeTo('ann'), kind: 'reset-password', facts: { link: '/reset/planted' } } as const
    const id = await instance.app.db.commit(() => enqueueMail(instance.app, { ...message, account: null }))
    const list = await mail(instance, ['list'])
    expect([list.code, list.stdout]).toEqual([0, expect.stringMatching(new RegExp(`^${id}  reset-password .*waiting`))])
    expect(list.stdout).toContain('ann@example.org')
    expect(list.stdout).not.toContain('planted')
    const show = await mail(instance, ['show', id], { SOTTO_BASE_URL: 'https://secrets.example.org' })
    expect([show.code, show.stdout]).toEqual([
      0,
      expect.stringContaining('\nhttps://secrets.example.org/reset/planted\n'),
    ])
    expect(show.stdout).toStartWith('To: ann@example.org\nSubject: ')
    expect(await rowsOf(instance.app, 'mail')).toMatchObject([{ tries: 0, outcome: null }])
  })

  test("do not show the operator the link of a member's secret (P03)", async () => {
    await using instance = await startInstance({ 'data-dir': newPath() })
    const message = deliveryTo('ann@example.org', '/secret/planted')
    const id = await instance.app.db.commit(() => enqueueMail(instance.app, message))
    const show = await mail(instance, ['show', id])
    expect([show.code, show.stdout]).toEqual([4, ''])
  })

  test('show nothing of a sent mail or an unknown id', async () => {
    await using box = await startMailbox()
    await using instance = await startInstance({ 'data-dir': newPath(), 'smtp-url': box.url })
    expect((await mail(instance, ['test', 'ann@example.org'], { SOTTO_SMTP_URL: box.url })).code).toBe(0)
    const [row] = await rowsOf(instance.app, 'mail')
    const sent = await mail(instance, ['show', row?.id ?? ''])
    expect([sent.code, sent.stdout, sent.stderr]).toEqual([
      3,
      '',
      'sotto: this mail was sent, and its text has been deleted\n',
    ])
    expect(await mail(instance, ['show', 'nothing'])).toMatchObject({ code: 3, stdout: '' })
    expect((await mail(instance, ['list'])).stdout).toContain('  sent ')
  })

  test('do not create a database', async () => {
    const dataDir = newPath()
    for (const args of [['list'], ['show', 'x'], ['test', 'ann@example.org'], ['allow', 'ann@example.org']])
      expect(await mail({ dataDir }, args)).toMatchObject({ code: 78, stdout: '' })
    expect(await Bun.file(join(dataDir, 'sotto.db')).exists()).toBe(false)
  })
})

describe('mail test', () => {
  test('sends one at once, past a server that runs, and keeps nothing of what it said', async () => {
    await using box = await startMailbox({ user: 'sotto', password: 'planted' })
    await using instance = await startInstance({ 'data-dir': newPath() })
    const done = await mail(instance, ['test', ' Ann@Example.org '], { SOTTO_SMTP_URL: box.url })
    expect([done.code, done.stdout, done.stderr]).toEqual([
      0,
      'sent: the server accepted the mail for ann@example.org\n',
      '',
    ])
    expect(await box.next()).toMatchObject({ to: 'ann@example.org', subject: 'Test mail' })
    expect(await rowsOf(instance.app, 'mail')).toMatchObject([{ outcome: 'sent', body: null, tries: 1 }])
  })

  test('says in its own words what is wrong, and leaves nothing to be sent later', async () => {
    await using box = await startMailbox({ user: 'sotto', password: 'planted' })
    await using instance = await startInstance({ 'data-dir': newPath() })
    box.refuse = (to) => (to.startsWith('full') ? '452 planted' : to.startsWith('unknown') ? '550 planted' : undefined)
    for (const [to, env, words] of [
      ['unknown@example.org', {}, 'rejected this mail or its recipient (reply 550)'],
      ['full@example.org', {}, 'rejected this mail temporarily; try again later (reply 452)'],
      [
        'ann@example.org',
        { SOTTO_SMTP_URL: box.url.replace('planted', 'wrong') },
        'user name and password in smtp-url',
      ],
      [
        'ann@example.org',
        { SOTTO_SMTP_URL: `smtp://localhost:${await freePort()}` },
        'cannot connect to the server in smtp-url',
      ],
      ['ann@example.org', { SOTTO_SMTP_CA: '/nonexistent' }, 'the file in smtp-ca cannot be read'],
    ] as const) {
      const { code, stdout, stderr } = await mail(instance, ['test', to], { SOTTO_SMTP_URL: box.url, ...env })
      expect([code, stdout]).toEqual([5, ''])
      expect(stderr).toContain(words)
      expect(stderr).not.toContain('planted')
    }
    expect((await rowsOf(instance.app, 'mail')).length).toBe(5)
    expect(
      (await rowsOf(instance.app, 'mail')).every(({ outcome, body }) => outcome === 'given_up' && body === null),
    ).toBe(true)
  })

  test('takes one plain address, needs a mail server, and respects a refusal until it is withdrawn', async () => {
    await using box = await startMailbox()
    await using instance = await startInstance({ 'data-dir': newPath() })
    const env = { SOTTO_SMTP_URL: box.url }
    for (const to of ['ann', 'a@example.org,b@example.org', 'Ann <ann@example.org>'])
      expect(await mail(instance, ['test', to], env)).toMatchObject({ code: 2, stdout: '' })
    expect(await mail(instance, ['test', 'ann@example.org'])).toMatchObject({ code: 78 })
    const { app } = instance
    await app.db.commit(() => recordRefusal(app, addressHash(app, 'ann@example.org'), 'all'))
    expect(await mail(instance, ['test', 'ann@example.org'], env)).toMatchObject({ code: 4 })
    expect(box.mails).toEqual([])
    const allowed = await mail(instance, ['allow', 'ann@example.org'])
    expect([allowed.stdout, await mayMailRecipient(app, 'ann@example.org')]).toEqual([
      'mail to this address is allowed again\n',
      true,
    ])
    expect((await mail(instance, ['allow', 'ann@example.org'])).stdout).toBe('this address had not unsubscribed\n')
    expect((await mail(instance, ['test', 'ann@example.org'], env)).code).toBe(0)
  })

  test('accepts its argument before and between the server options', async () => {
    const dataDir = ['--data-dir', newPath()]
    const [address, name] = ['ann@example.org', ['--name=Ours']]
    for (const args of [
      [address, ...dataDir],
      [...dataDir, address],
      [...name, address, ...dataDir],
    ])
      expect((await sotto(['mail', 'test', ...args])).stderr).toBe(
        'sotto: no database in --data-dir; check the option, or start the server first\n',
      )
    expect((await sotto(['mail', 'test', ...dataDir])).stderr).toContain('ADDRESS is missing')
    expect((await sotto(['mail', 'test', address, address])).stderr).toContain('too many arguments')
    expect((await sotto(['mail', 'list', address])).code).toBe(78)
  })
})

describe('mail preview', () => {
  test('prints a mail of this instance as text and as HTML', async () => {
    const env = { SOTTO_BASE_URL: 'https://secrets.example.org', SOTTO_NAME: 'Ours' }
    const text = await sotto(['mail', 'preview', 'secret-link'], { env })
    expect([text.code, text.stdout]).toEqual([
      0,
      expect.stringMatching(/^Subject: You have been sent a secret.*Ours.*https:\/\/secrets/s),
    ])
    const html = await sotto(['mail', 'preview', 'secret-link', '--html'], { env })
    expect([html.code, html.stdout]).toEqual([0, expect.stringMatching(/^<!doctype html><html/)])
  })

  test('lists the names of mails', async () => {
    const { code, stderr } = await sotto(['mail', 'preview', 'newsletter'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('account-erased')])
  })
})
