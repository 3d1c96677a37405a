import { describe, expect, test } from 'bun:test'
import { openSmtp } from '../../src/mail/smtp.ts'
import { authority, configWith, freePort } from '../fixtures/instance.ts'
import { type Mailbox, startMailbox } from '../fixtures/mailbox.ts'

const mail = {
  from: 'sotto@example.org',
  to: 'ann@example.org',
  subject: 'planted-subject',
  text: 'planted-text',
}

async function send(url: string, flags: Record<string, string> = { 'smtp-ca': authority }) {
  const smtp = await openSmtp(configWith({ 'smtp-url': url, ...flags }), 'secrets.example.org')
  return smtp.send(mail)
}

const plainly = (box: Mailbox) => box.url.replace(/\/\/.*@/, '//')

describe('a mail goes', () => {
  test.each([
    ['by STARTTLS', {}],
    ['by TLS from the first byte', { implicit: true }],
    ['with a user name and a password', { user: 'sotto', password: 'p:a/s s@wörd%' }],
    ['with both from the first byte', { implicit: true, user: 'sotto', password: 'x' }],
  ])('%s', async (_, kind) => {
    await using box = await startMailbox(kind)
    expect(await send(box.url)).toEqual({ said: 'taken' })
    expect(await box.next()).toMatchObject({ to: 'ann@example.org', subject: 'planted-subject' })
    expect(box.secured).toEqual([true])
  })

  test('without TLS only where the operator said so, and with it all the same where the server has it', async () => {
    const allowed = { 'smtp-ca': authority, 'smtp-plain': 'true' }
    await using plain = await startMailbox({ plain: true })
    expect(await send(plain.url)).toMatchObject({ said: 'without tls' })
    expect([plain.mails, plain.secured]).toEqual([[], []])
    expect(await send(plain.url, allowed)).toEqual({ said: 'taken' })
    expect(plain.secured).toEqual([false])
    await using able = await startMailbox()
    expect(await send(able.url, allowed)).toEqual({ said: 'taken' })
    expect(able.secured).toEqual([true])
  })
})

describe('no mail goes, and it is said why, where', () => {
  test.each([
    ['STARTTLS', {}],
    ['TLS from the first byte', { implicit: true }],
  ])('nobody vouches for the server (%s)', async (_, kind) => {
    await using box = await startMailbox({ ...kind, user: 'sotto', password: 'planted-password' })
    for (const flags of [{}, { 'smtp-plain': 'true' }]) {
      expect(await send(box.url, flags)).toMatchObject({ said: 'untrusted' })
      expect([box.mails, box.passwords]).toEqual([[], []])
    }
  })

  test('the certificate is for another name', async () => {
    await using box = await startMailbox()
    expect(await send(box.url.replace('localhost', '127.0.0.1'))).toEqual({ said: 'taken' })
    expect(await send(box.url.replace('localhost', '127.1'))).toMatchObject({ said: 'untrusted' })
  })

  test('the file that vouches cannot be read', async () => {
    await using box = await startMailbox()
    expect(await send(box.url, { 'smtp-ca': '/nonexistent/ca.pem' })).toMatchObject({ said: 'authority unreadable' })
  })

  test('the password is wrong, or there is none', async () => {
    await using box = await startMailbox({ user: 'sotto', password: 'right' })
    expect(await send(box.url.replace('right', 'wrong'))).toEqual({ said: 'sign-in refused', code: 535 })
    expect(await send(plainly(box))).toMatchObject({ said: 'sign-in refused' })
  })

  test('nobody is there, or nobody answers', async () => {
    expect(await send(`smtp://localhost:${await freePort()}`)).toMatchObject({ said: 'unreachable' })
    expect(await send('smtp://nothing.invalid:25')).toMatchObject({ said: 'unreachable' })
  })

  test('somebody else is there, who hangs up', async () => {
    using other = Bun.listen({
      hostname: '127.0.0.1',
      port: 0,
      socket: { data: () => {}, open: (socket) => void socket.end('HTTP/1.1 400\r\n\r\n') },
    })
    expect(await send(`smtp://127.0.0.1:${other.port}`)).toMatchObject({ said: 'unreachable' })
  })

  test.each([
    ['550 no such user', 'refused', 550],
    ['554 5.7.1 relay denied', 'refused', 554],
    ['452 full', 'not now', 452],
    ['421 going down', 'unreachable', 421],
  ])('the recipient gets "%s": %s', async (answer, said, code) => {
    await using box = await startMailbox()
    box.refuse = () => answer
    expect(await send(box.url)).toEqual({ said, code } as never)
  })

  test('the server takes nothing from this sender: that is not the fault of the mail', async () => {
    await using box = await startMailbox()
    box.refuseSender = '553 not yours'
    expect(await send(box.url)).toEqual({ said: 'sender refused', code: 553 })
    box.refuseSender = undefined
    expect(await send(box.url)).toEqual({ said: 'taken' })
  })
})
