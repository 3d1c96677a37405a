import { afterAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { sotto } from '../../fixtures/command.ts'
import { startInstance, temporaryFolder } from '../../fixtures/instance.ts'
import { atTerminal, noTerminal } from '../../fixtures/terminal.ts'

const instance = await startInstance()
const folder = temporaryFolder()
const server = ['--server', instance.url]
afterAll(async () => {
  folder[Symbol.dispose]()
  await instance[Symbol.asyncDispose]()
})

const onTerminal = test.skipIf(noTerminal !== undefined)
const skipReason = noTerminal ? ` (skipped: ${noTerminal})` : ''

function linkOn(screen: string): string {
  return /http\S+\/secret\/[a-z0-9]{31}(#[\w-]{43})?/.exec(screen)?.[0] ?? ''
}

async function linkTo(content: string, ...flags: string[]): Promise<string> {
  return (await sotto(['send', ...server, ...flags], { stdin: content })).stdout.trim()
}

describe(`on a terminal${skipReason}`, () => {
  onTerminal('send prompts for the secret without echo; Enter is not part of the content', async () => {
    const { code, screen } = await atTerminal(['send', ...server], [['secret', 'correct horse\r']])
    expect([code, screen.includes('correct horse')]).toEqual([0, false])
    expect(screen).toContain('receipt http')
    expect((await sotto(['get', linkOn(screen)])).stdout).toBe('correct horse')
  })

  onTerminal('a paste keeps its line endings, and deleted characters are not sent', async () => {
    const paste = '\x1b[200~one\rtwo\r\x1b[201~'
    const { screen } = await atTerminal(['send', ...server], [['secret', `wrong\x15${paste}thré\x7fee\x1b[D\r`]])
    expect((await sotto(['get', linkOn(screen)])).stdout).toBe('one\ntwo\nthree')
  })

  onTerminal('an empty input is rejected, and Ctrl-C shares nothing', async () => {
    expect((await atTerminal(['send', ...server], [['secret', '\r']])).code).toBe(2)
    const stopped = await atTerminal(['send', ...server], [['secret', 'abc\x03']])
    expect([stopped.code, linkOn(stopped.screen)]).toEqual([1, ''])
  })

  onTerminal('send prompts twice for a passphrase, and get once', async () => {
    const dialogue = [
      ['secret', 'x\r'],
      ['passphrase', 'sésame\r'],
      ['repeat the passphrase', 'sésame\r'],
    ] as const
    const sent = await atTerminal(['send', ...server, '--passphrase'], dialogue)
    expect(sent.screen).not.toContain('sésame')
    const got = await atTerminal(
      ['get', '--yes', linkOn(sent.screen)],
      [['passphrase', 'sésame\r']],
      `> ${join(folder.path, 'out')}`,
    )
    expect([got.code, got.screen.includes('sésame')]).toEqual([0, false])
    expect(await Bun.file(join(folder.path, 'out')).text()).toBe('x')
  })

  onTerminal('two passphrases that differ share nothing', async () => {
    const dialogue = [
      ['secret', 'x\r'],
      ['passphrase', 'one\r'],
      ['repeat the passphrase', 'two\r'],
    ] as const
    const { code, screen } = await atTerminal(['send', ...server, '--passphrase'], dialogue)
    expect([code, linkOn(screen)]).toEqual([2, ''])
  })

  onTerminal('input ahead of a prompt answers it', async () => {
    const { code } = await atTerminal(['send', ...server, '--passphrase'], [['secret', 'x\rsame\rsame\r']])
    expect(code).toBe(0)
  })

  onTerminal('get asks for confirmation: no keeps the secret, yes opens it and adds a newline', async () => {
    const link = await linkTo('correct horse')
    const no = await atTerminal(['get', link], [['[y/N]', 'n\r']])
    expect([no.code, no.screen.includes('correct horse')]).toEqual([1, false])
    const yes = await atTerminal(['get', link], [['[y/N]', 'y\r']])
    expect([yes.code, yes.screen.endsWith('correct horse\r\n')]).toEqual([0, true])
  })

  onTerminal('get adds no newline to a file, and no second one on a terminal', async () => {
    const path = join(folder.path, 'verbatim')
    await atTerminal(['get', '--yes', await linkTo('a\n')], [], `> ${path}`)
    expect(await Bun.file(path).text()).toBe('a\n')
    expect((await atTerminal(['get', '--yes', await linkTo('a\n')], [])).screen).toBe('a\r\n')
  })

  onTerminal('get replaces control characters, so that a secret cannot control the terminal', async () => {
    const { screen } = await atTerminal(['get', '--yes', await linkTo('a\x1b]0;owned\x07b\tc')], [])
    expect(screen).toContain('a␛]0;owned␇b')
    expect(screen).not.toContain('\x1b]0;')
  })

  onTerminal('send draws a QR code with --qr', async () => {
    const { screen } = await atTerminal(['send', ...server, '--qr'], [['secret', 'x\r']])
    expect(screen).toMatch(/[▀▄█]{5}/)
    const without = await atTerminal(['send', ...server], [['secret', 'x\r']])
    expect(without.screen).not.toMatch(/[▀▄█]{5}/)
  })
})
