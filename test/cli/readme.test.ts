import { describe, expect, test } from 'bun:test'
import { enqueueMail } from '../../src/mail/outbox.ts'
import { authority, type Instance, startInstance } from '../fixtures/instance.ts'
import { noticeTo } from '../fixtures/mail-people.ts'
import { startMailbox } from '../fixtures/mailbox.ts'
import { sessionsIn, sessionWith, typed } from '../fixtures/printed.ts'
import { someone } from '../fixtures/someone.ts'
import { rowsOf } from '../fixtures/stored.ts'

// The environment of a command that runs while the server of the instance is running.
const environmentOf = ({ dataDir, url }: Instance) => ({ SOTTO_DATA_DIR: dataDir, SOTTO_LISTEN: new URL(url).host })

test('the terminal session of the README works as printed', async () => {
  await using instance = await startInstance()
  const session = sessionWith('README.md', 'sotto send').replace('http://127.0.0.1:8080', instance.url)
  const lines = await typed(session)
  expect(lines[0]).toMatch(/^state +new$/)
  expect(lines.at(-3)).toBe('correct horse')
  expect(lines.at(-2)).toHaveLength(24)
  expect(lines.at(-1)).toMatch(/\/secret\/[a-z0-9]{31}#[\w-]{43}$/)
})

describe.each(['README.md', 'docs/accounts.md'])('the examples for accounts in %s work as printed:', (file) => {
  test('a link for a new account, and an invitation', async () => {
    await using instance = await startInstance()
    await someone(instance, 'ann')
    const [link, ...rest] = await typed(sessionWith(file, 'sotto user create'), environmentOf(instance))
    expect(link).toStartWith(`${instance.url}/sign-up/with/`)
    expect((await instance.fetch(new URL(link ?? '').pathname)).status).toBe(200)
    expect(await rowsOf(instance.app, 'mail')).toMatchObject([{ kind: 'invitation', recipient: 'ada@example.org' }])
    expect(rest).toEqual(file === 'README.md' ? [] : [expect.stringContaining('ann@example.org\tmember')])
  })

  test('three lines configure mail', async () => {
    await using box = await startMailbox({ user: 'sotto', password: 'password' })
    await using instance = await startInstance()
    const printed = sessionWith(file, 'sotto mail test')
    const session = printed.replace('smtp://sotto:password@mail.example.org:587', box.url)
    expect(session).not.toBe(printed)
    const output = await typed(session, { ...environmentOf(instance), SOTTO_SMTP_CA: authority })
    expect(output).toEqual(['sent: the server accepted the mail for you@example.org'])
    expect(await box.next()).toMatchObject({ to: 'you@example.org', from: 'sotto@example.org' })
  })
})

describe('the examples in docs/accounts.md work as printed:', () => {
  const file = 'docs/accounts.md'

  test('a mail can be handed over', async () => {
    await using instance = await startInstance()
    const message = { ...noticeTo('ann'), account: null }
    await instance.app.db.commit(() => enqueueMail(instance.app, message))
    expect((await typed(sessionWith(file, 'sotto mail show'), environmentOf(instance)))[0]).toBe('To: ann@example.org')
  })

  test('the options of single sign-on are valid', async () => {
    await using instance = await startInstance()
    const session = `${sessionWith(file, 'sotto config check')}\nsotto config show`
    const output = (await typed(session, { SOTTO_DATA_DIR: instance.dataDir })).join('\n')
    expect(output).toMatch(/^oidc-issuer.*https:\/\/login\.example\.org\/realms\/staff/m)
    expect(output).toMatch(/^oidc-operators.*sotto-operators/m)
    expect(output).not.toContain('what-the-provider-gave')
  })

  test('a token creates and lists secrets, works as a Basic password, and creates a narrower token', async () => {
    await using instance = await startInstance()
    const token = await (await someone(instance, 'ada')).token('create', 'status', 'account')
    const session = sessionWith(file, 'TOKEN=')
      .replace('http://127.0.0.1:8080', instance.url)
      .replace('sotto_your-token', token)
    const [link = '', list = '', same, made = ''] = await typed(session)
    expect(link).toMatch(/\/secret\/[a-z0-9]{31}$/)
    expect(JSON.parse(list).secrets).toMatchObject([{ state: 'new' }])
    expect(same).toBe(list)
    expect(JSON.parse(made)).toMatchObject({
      name: 'backup',
      scopes: ['create'],
      token: expect.stringMatching(/^sotto_/),
    })
  })

  test('there are five examples', () => {
    expect(sessionsIn(file)).toHaveLength(5)
  })
})
