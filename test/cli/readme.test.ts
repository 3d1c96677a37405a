import { describe, expect, test } from 'bun:test'
import { enqueueMail } from '../../src/mail/outbox.ts'
import { authority, type Instance, startInstance } from '../fixtures/instance.ts'
import { noticeTo } from '../fixtures/mail-people.ts'
import { startMailbox } from '../fixtures/mailbox.ts'
import { sessionsIn, sessionWith, typed } from '../fixtures/printed.ts'
import { someone } from '../fixtures/someone.ts'
import { rowsOf } from '../fixtures/stored.ts'

// As on the machine of the instance, beside its server.
const beside = ({ dataDir, url }: Instance) => ({ SOTTO_DATA_DIR: dataDir, SOTTO_LISTEN: new URL(url).host })

test('the terminal session of the README goes as it is printed', async () => {
  await using instance = await startInstance()
  const session = sessionWith('README.md', 'sotto send').replace('http://127.0.0.1:8080', instance.url)
  const lines = await typed(session)
  expect(lines[0]).toMatch(/^state +new$/)
  expect(lines.at(-3)).toBe('correct horse')
  expect(lines.at(-2)).toHaveLength(24)
  expect(lines.at(-1)).toMatch(/\/secret\/[a-z0-9]{31}#[\w-]{43}$/)
})

describe.each(['README.md', 'docs/accounts.md'])('what %s prints about accounts goes as it is printed:', (file) => {
  test('a link for a new account, and an invitation', async () => {
    await using instance = await startInstance()
    await someone(instance, 'ann')
    const [link, ...rest] = await typed(sessionWith(file, 'sotto user create'), beside(instance))
    expect(link).toStartWith(`${instance.url}/sign-up/with/`)
    expect((await instance.fetch(new URL(link ?? '').pathname)).status).toBe(200)
    expect(rowsOf(instance.app, 'mail')).toMatchObject([{ kind: 'invitation', recipient: 'ada@example.org' }])
    expect(rest).toEqual(file === 'README.md' ? [] : [expect.stringContaining('ann@example.org\tmember')])
  })

  test('three lines make it send mail', async () => {
    await using box = await startMailbox({ user: 'sotto', password: 'password' })
    await using instance = await startInstance()
    const printed = sessionWith(file, 'sotto mail test')
    const session = printed.replace('smtp://sotto:password@mail.example.org:587', box.url)
    expect(session).not.toBe(printed)
    const said = await typed(session, { ...beside(instance), SOTTO_SMTP_CA: authority })
    expect(said).toEqual(['sent: the server took it for you@example.org'])
    expect(await box.next()).toMatchObject({ to: 'you@example.org', from: 'sotto@example.org' })
  })
})

describe('what docs/accounts.md prints goes as it is printed:', () => {
  const file = 'docs/accounts.md'

  test('a mail is handed over', async () => {
    await using instance = await startInstance()
    const letter = { ...noticeTo('ann'), account: null }
    await instance.app.db.commit(() => enqueueMail(instance.app, letter))
    expect((await typed(sessionWith(file, 'sotto mail show'), beside(instance)))[0]).toBe('To: ann@example.org')
  })

  test('the options of single sign-on are a configuration', async () => {
    await using instance = await startInstance()
    const session = `${sessionWith(file, 'sotto config check')}\nsotto config show`
    const said = (await typed(session, { SOTTO_DATA_DIR: instance.dataDir })).join('\n')
    expect(said).toMatch(/^oidc-issuer.*https:\/\/login\.example\.org\/realms\/staff/m)
    expect(said).toMatch(/^oidc-operators.*sotto-operators/m)
    expect(said).not.toContain('what-the-provider-gave')
  })

  test('a token shares, lists, is a password of Basic, and makes a smaller one', async () => {
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

  test('there is no other', () => {
    expect(sessionsIn(file)).toHaveLength(5)
  })
})
