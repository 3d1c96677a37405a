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

describe('sends a mail', () => {
  test.each([
    ['over STARTTLS', {}],
    ['over implicit TLS', { implicit: true }],
    ['with a user name and password', { user: 'sotto', password: 'p:a/s s@wörd%' }],
    ['with a user name and password over implicit TLS', { implicit: true, user: 'sotto', password: 'x' }],
  ])('%s', async (_, kind) => {
    await using box = await startMailbox(kind)
    expect(await send(box.url)).toEqual({ outcome: 'accepted' })
    expect(await box.next()).toMatchObject({ to: 'ann@example.org', subject: 'planted-subject' })
    expect(box.secured).toEqual([true])
  })

  test('without TLS only if the operator allows it, and with TLS anyway if the server supports it', async () => {
    const allowed = { 'smtp-ca': authority, 'smtp-plain': 'true' }
    await using plain = await startMailbox({ plain: true })
    expect(await send(plain.url)).toMatchObject({ outcome: 'without tls' })
    expect([plain.mails, plain.secured]).toEqual([[], []])
    expect(await send(plain.url, allowed)).toEqual({ outcome: 'accepted' })
    expect(plain.secured).toEqual([false])
    await using able = await startMailbox()
    expect(await send(able.url, allowed)).toEqual({ outcome: 'accepted' })
    expect(able.secured).toEqual([true])
  })
})

describe('sends no mail and reports why', () => {
  test.each([
    ['STARTTLS', {}],
    ['implicit TLS', { implicit: true }],
  ])('if the certificate is not trusted (%s)', async (_, kind) => {
    await using box = await startMailbox({ ...kind, user: 'sotto', password: 'planted-password' })
    for (const flags of [{}, { 'smtp-plain': 'true' }]) {
      expect(await send(box.url, flags)).toMatchObject({ outcome: 'untrusted' })
      expect([box.mails, box.passwords]).toEqual([[], []])
    }
  })

  test('if the certificate is for another name', async () => {
    await using box = await startMailbox()
    expect(await send(box.url.replace('localhost', '127.0.0.1'))).toEqual({ outcome: 'accepted' })
    expect(await send(box.url.replace('localhost', '127.1'))).toMatchObject({ outcome: 'untrusted' })
  })

  test('if the CA file cannot be read', async () => {
    await using box = await startMailbox()
    expect(await send(box.url, { 'smtp-ca': '/nonexistent/ca.pem' })).toMatchObject({ outcome: 'authority unreadable' })
  })

  test('if the password is wrong or missing', async () => {
    await using box = await startMailbox({ user: 'sotto', password: 'right' })
    expect(await send(box.url.replace('right', 'wrong'))).toEqual({ outcome: 'sign-in refused', code: 535 })
    expect(await send(plainly(box))).toMatchObject({ outcome: 'sign-in refused' })
  })

  test('if the server is unreachable or unknown', async () => {
    expect(await send(`smtp://localhost:${await freePort()}`)).toMatchObject({ outcome: 'unreachable' })
    expect(await send('smtp://nothing.invalid:25')).toMatchObject({ outcome: 'unreachable' })
  })

  test('if the peer speaks another protocol and hangs up', async () => {
    using other = Bun.listen({
      hostname: '127.0.0.1',
      port: 0,
      socket: { data: () => {}, open: (socket) => void socket.end('HTTP/1.1 400\r\n\r\n') },
    })
    expect(await send(`smtp://127.0.0.1:${other.port}`)).toMatchObject({ outcome: 'unreachable' })
  })

  test.each([
    ['550 no such user', 'refused', 550],
    ['554 5.7.1 relay denied', 'refused', 554],
    ['452 full', 'deferred', 452],
    ['421 going down', 'unreachable', 421],
  ])('if the server replies "%s" to the recipient: %s', async (reply, outcome, code) => {
    await using box = await startMailbox()
    box.refuse = () => reply
    expect(await send(box.url)).toEqual({ outcome, code } as never)
  })

  test('if the server rejects the sender, which is a server fault', async () => {
    await using box = await startMailbox()
    box.refuseSender = '553 not yours'
    expect(await send(box.url)).toEqual({ outcome: 'sender refused', code: 553 })
    box.refuseSender = undefined
    expect(await send(box.url)).toEqual({ outcome: 'accepted' })
  })
})
