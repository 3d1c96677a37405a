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
const because = noTerminal ? ` (skipped: ${noTerminal})` : ''

function linkOn(screen: string): string {
  return /http\S+\/secret\/[a-z0-9]{31}(#[\w-]{43})?/.exec(screen)?.[0] ?? ''
}

async function linkTo(content: string, ...flags: string[]): Promise<string> {
  return (await sotto(['send', ...server, ...flags], { stdin: content })).stdout.trim()
}

describe(`on a terminal${because}`, () => {
  onTerminal('send asks for the secret and does not show it; Enter is no content', async () => {
    const { code, screen } = await atTerminal(['send', ...server], [['secret', 'correct horse\r']])
    expect([code, screen.includes('correct horse')]).toEqual([0, false])
    expect(screen).toContain('receipt http')
    expect((await sotto(['get', linkOn(screen)])).stdout).toBe('correct horse')
  })

  onTerminal('a paste keeps its line ends, and what is deleted is not sent', async () => {
    const paste = '\x1b[200~one\rtwo\r\x1b[201~'
    const { screen } = await atTerminal(['send', ...server], [['secret', `wrong\x15${paste}thré\x7fee\x1b[D\r`]])
    expect((await sotto(['get', linkOn(screen)])).stdout).toBe('one\ntwo\nthree')
  })

  onTerminal('nothing typed is refused, and Ctrl-C shares nothing', async () => {
    expect((await atTerminal(['send', ...server], [['secret', '\r']])).code).toBe(2)
    const stopped = await atTerminal(['send', ...server], [['secret', 'abc\x03']])
    expect([stopped.code, linkOn(stopped.screen)]).toEqual([1, ''])
  })

  onTerminal('send asks twice for a passphrase, and get once', async () => {
    const talk = [
      ['secret', 'x\r'],
      ['passphrase', 'sésame\r'],
      ['once more', 'sésame\r'],
    ] as const
    const sent = await atTerminal(['send', ...server, '--passphrase'], talk)
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
    const talk = [
      ['secret', 'x\r'],
      ['passphrase', 'one\r'],
      ['once more', 'two\r'],
    ] as const
    const { code, screen } = await atTerminal(['send', ...server, '--passphrase'], talk)
    expect([code, linkOn(screen)]).toEqual([2, ''])
  })

  onTerminal('what is typed ahead answers the next question', async () => {
    const { code } = await atTerminal(['send', ...server, '--passphrase'], [['secret', 'x\rsame\rsame\r']])
    expect(code).toBe(0)
  })

  onTerminal('get asks before it opens; no leaves the secret there, yes opens it with a newline after it', async () => {
    const link = await linkTo('correct horse')
    const no = await atTerminal(['get', link], [['[y/N]', 'n\r']])
    expect([no.code, no.screen.includes('correct horse')]).toEqual([1, false])
    const yes = await atTerminal(['get', link], [['[y/N]', 'y\r']])
    expect([yes.code, yes.screen.endsWith('correct horse\r\n')]).toEqual([0, true])
  })

  onTerminal('get adds no newline to a file, nor a second one to a terminal', async () => {
    const path = join(folder.path, 'verbatim')
    await atTerminal(['get', '--yes', await linkTo('a\n')], [], `> ${path}`)
    expect(await Bun.file(path).text()).toBe('a\n')
    expect((await atTerminal(['get', '--yes', await linkTo('a\n')], [])).screen).toBe('a\r\n')
  })

  onTerminal('get shows control characters as pictures, so that a secret cannot drive the terminal', async () => {
    const { screen } = await atTerminal(['get', '--yes', await linkTo('a\x1b]0;owned\x07b\tc')], [])
    expect(screen).toContain('a␛]0;owned␇b')
    expect(screen).not.toContain('\x1b]0;')
  })

  onTerminal('send draws a QR code if asked to', async () => {
    const { screen } = await atTerminal(['send', ...server, '--qr'], [['secret', 'x\r']])
    expect(screen).toMatch(/[▀▄█]{5}/)
    const without = await atTerminal(['send', ...server], [['secret', 'x\r']])
    expect(without.screen).not.toMatch(/[▀▄█]{5}/)
  })
})
