import { describe, expect, test } from 'bun:test'
import { commands } from '../../src/cli/commands.ts'
import { flagsOf } from '../../src/cli/framework/help.ts'
import { sotto } from '../fixtures/command.ts'
import { temporaryFolder } from '../fixtures/instance.ts'

describe('help', () => {
  test('names every command with its sentence', async () => {
    for (const args of [['help'], ['--help'], ['-h']]) {
      const { code, stdout, stderr } = await sotto(args)
      expect([code, stderr]).toEqual([0, ''])
      for (const { name, sentence } of commands)
        expect(stdout).toMatch(new RegExp(`^  ${name} +${escaped(sentence)}$`, 'm'))
    }
  })

  for (const command of commands.filter(({ name }) => name !== 'help')) {
    test(`of ${command.name} has its examples and its flags, and fits a terminal`, async () => {
      const [asked, helped] = await Promise.all([
        sotto([...command.name.split(' '), '--help']),
        sotto(['help', ...command.name.split(' ')]),
      ])
      expect([asked.code, asked.stderr, asked.stdout]).toEqual([0, '', helped.stdout])
      for (const { name } of flagsOf(command)) expect(asked.stdout).toContain(`  --${name}`)
      for (const example of command.examples) expect(asked.stdout).toContain(`  ${example}\n`)
    })
  }

  test('of config names what belongs to it', async () => {
    const { code, stdout } = await sotto(['config', '--help'])
    expect([code, stdout]).toEqual([0, expect.stringContaining('config check')])
    expect((await sotto(['config'])).code).toBe(2)
  })

  test('no example names a flag that its command does not take, nor a command that there is not', () => {
    for (const { examples } of commands) {
      for (const example of examples) {
        const [, typed = ''] = /\bsotto ([^|<>&]*)/.exec(example) ?? ['', 'serve']
        const command = commands.find(({ name }) => `${typed} `.startsWith(`${name} `))
        expect([example, command?.name]).toEqual([example, expect.any(String)])
        const known = command ? flagsOf(command).map(({ name }) => `--${name}`) : []
        for (const flag of typed.match(/--[\w-]+/g) ?? [])
          expect([example, known.includes(flag)]).toEqual([example, true])
      }
    }
  })
})

describe('a command line that is not understood', () => {
  test('gets what was meant, and not the whole usage', async () => {
    const meant = {
      sned: 'did you mean send?',
      'config shwo': 'did you mean config show?',
      'healthcheck --wiat': 'did you mean --wait?',
      'purge --dryrun': 'did you mean --dry-run?',
    }
    for (const [typed, says] of Object.entries(meant)) {
      const { code, stdout, stderr } = await sotto(typed.split(' '))
      expect([typed, code, stdout, stderr]).toEqual([typed, 2, '', expect.stringContaining(says)])
      expect(stderr.trim().split('\n')).toHaveLength(1)
    }
  })

  test('gets the list where nothing is near', async () => {
    const { code, stderr } = await sotto(['abracadabra'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('try one of: send, get')])
    expect(stderr).not.toContain('abracadabra')
  })
})

describe('completion', () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const isHere = Bun.which(shell) !== null
    test.skipIf(!isHere)(
      `for ${shell} is a script that ${shell} reads${isHere ? '' : ' (skipped: it is not here)'}`,
      async () => {
        const { code, stdout } = await sotto(['completion', shell])
        expect(code).toBe(0)
        const check = Bun.spawn([shell, '-n'], { stdin: new TextEncoder().encode(stdout), stderr: 'pipe' })
        expect([await new Response(check.stderr).text(), await check.exited]).toEqual(['', 0])
      },
    )
  }

  test('for each shell names every command and every flag', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { stdout } = await sotto(['completion', shell])
      for (const { name } of commands) expect(stdout).toContain(name.replace(/^\S+ /, ''))
      for (const { name } of commands.flatMap(flagsOf)) expect(stdout).toContain(name)
    }
    expect((await sotto(['completion', 'tcsh'])).code).toBe(2)
  })

  test.skipIf(Bun.which('bash') === null)('in bash completes commands, second words, flags and files', async () => {
    using folder = temporaryFolder()
    await Bun.write(`${folder.path}/key.pem`, '')
    const { stdout: script } = await sotto(['completion', 'bash'])
    const complete = async (...typed: string[]) => {
      const words = typed.map((word) => `'${word}'`).join(' ')
      const asked = `${script}\nCOMP_WORDS=(${words}); COMP_CWORD=${typed.length - 1}; _sotto; echo "\${COMPREPLY[*]}"`
      const shell = Bun.spawn(['bash', '-c', asked], { cwd: folder.path, stderr: 'pipe' })
      return (await new Response(shell.stdout).text()).trim()
    }
    expect(await complete('sotto', 'se')).toBe('send serve session')
    expect(await complete('sotto', 'config', '')).toBe('check show init')
    expect(await complete('sotto', 'config', 'show', '--so')).toBe('--sources')
    expect(await complete('sotto', 'send', '--pass')).toBe('--passphrase --passphrase-file')
    expect(await complete('sotto', 'send', '--file', 'k')).toBe('key.pem')
    expect(await complete('sotto', 'completion', 'f')).toBe('fish')
  })
})

test('no flag takes a secret: a passphrase or a content comes from a file, a pipe or a prompt', () => {
  const taking = commands.flatMap(({ flags }) => Object.entries(flags)).filter(([, { value }]) => value !== undefined)
  const names = [...new Set(taking.map(([name]) => name))].sort()
  const harmless = ['classes', 'email', 'length', 'role', 'server', 'timeout', 'ttl', 'words']
  // What the statement's and the registers' commands take is public, or becomes so; what an order says comes from files.
  const open = ['accounts', 'agreement', 'author', 'barred-by', 'barred-until', 'by', 'country', 'data', 'effective']
  const registers = [
    ...open,
    'host',
    'on',
    'order',
    'purpose',
    'review',
    'since',
    'to',
    'asked-file',
    'given-file',
    'head',
  ]
  expect(names).toEqual([...harmless, ...registers, 'file', 'out', 'passphrase-file'].sort())
})

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
