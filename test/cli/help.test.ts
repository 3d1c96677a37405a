import { describe, expect, test } from 'bun:test'
import { commands } from '../../src/cli/commands.ts'
import { flagsOf } from '../../src/cli/framework/help.ts'
import { sotto } from '../fixtures/command.ts'
import { temporaryFolder } from '../fixtures/instance.ts'

describe('help', () => {
  test('lists every command with its summary', async () => {
    for (const args of [['help'], ['--help'], ['-h']]) {
      const { code, stdout, stderr } = await sotto(args)
      expect([code, stderr]).toEqual([0, ''])
      for (const { name, sentence } of commands)
        expect(stdout).toMatch(new RegExp(`^  ${name} +${escaped(sentence)}$`, 'm'))
    }
  })

  for (const command of commands.filter(({ name }) => name !== 'help')) {
    test(`of ${command.name} lists its examples and flags, and is the same by either form`, async () => {
      const [byFlag, byCommand] = await Promise.all([
        sotto([...command.name.split(' '), '--help']),
        sotto(['help', ...command.name.split(' ')]),
      ])
      expect([byFlag.code, byFlag.stderr, byFlag.stdout]).toEqual([0, '', byCommand.stdout])
      for (const { name } of flagsOf(command)) expect(byFlag.stdout).toContain(`  --${name}`)
      for (const example of command.examples) expect(byFlag.stdout).toContain(`  ${example}\n`)
    })
  }

  test('of config lists its subcommands', async () => {
    const { code, stdout } = await sotto(['config', '--help'])
    expect([code, stdout]).toEqual([0, expect.stringContaining('config check')])
    expect((await sotto(['config'])).code).toBe(2)
  })

  test('uses only existing commands and flags in examples', () => {
    for (const { examples } of commands) {
      for (const example of examples) {
        const [, line = ''] = /\bsotto ([^|<>&]*)/.exec(example) ?? ['', 'serve']
        const command = commands.find(({ name }) => `${line} `.startsWith(`${name} `))
        expect([example, command?.name]).toEqual([example, expect.any(String)])
        const flags = command ? flagsOf(command).map(({ name }) => `--${name}`) : []
        for (const flag of line.match(/--[\w-]+/g) ?? [])
          expect([example, flags.includes(flag)]).toEqual([example, true])
      }
    }
  })
})

describe('an invalid command line', () => {
  test('gets a suggestion instead of the whole usage', async () => {
    const suggestions = {
      sned: 'did you mean send?',
      'config shwo': 'did you mean config show?',
      'healthcheck --wiat': 'did you mean --wait?',
      'purge --dryrun': 'did you mean --dry-run?',
    }
    for (const [input, suggestion] of Object.entries(suggestions)) {
      const { code, stdout, stderr } = await sotto(input.split(' '))
      expect([input, code, stdout, stderr]).toEqual([input, 2, '', expect.stringContaining(suggestion)])
      expect(stderr.trim().split('\n')).toHaveLength(1)
    }
  })

  test('gets the list of commands if none is similar', async () => {
    const { code, stderr } = await sotto(['abracadabra'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('expected one of: send, get')])
    expect(stderr).not.toContain('abracadabra')
  })
})

describe('completion', () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const isInstalled = Bun.which(shell) !== null
    test.skipIf(!isInstalled)(
      `for ${shell} is a valid script${isInstalled ? '' : ' (skipped: not installed)'}`,
      async () => {
        const { code, stdout } = await sotto(['completion', shell])
        expect(code).toBe(0)
        const check = Bun.spawn([shell, '-n'], { stdin: new TextEncoder().encode(stdout), stderr: 'pipe' })
        expect([await new Response(check.stderr).text(), await check.exited]).toEqual(['', 0])
      },
    )
  }

  test('for each shell contains every command and every flag', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { stdout } = await sotto(['completion', shell])
      for (const { name } of commands) expect(stdout).toContain(name.replace(/^\S+ /, ''))
      for (const { name } of commands.flatMap(flagsOf)) expect(stdout).toContain(name)
    }
    expect((await sotto(['completion', 'tcsh'])).code).toBe(2)
  })

  test.skipIf(Bun.which('bash') === null)('in bash completes commands, subcommands, flags and files', async () => {
    using folder = temporaryFolder()
    await Bun.write(`${folder.path}/key.pem`, '')
    const { stdout: script } = await sotto(['completion', 'bash'])
    const complete = async (...words: string[]) => {
      const quoted = words.map((word) => `'${word}'`).join(' ')
      const completionScript = `${script}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _sotto; echo "\${COMPREPLY[*]}"`
      const shell = Bun.spawn(['bash', '-c', completionScript], { cwd: folder.path, stderr: 'pipe' })
      return (await new Response(shell.stdout).text()).trim()
    }
    expect(await complete('sotto', 'se')).toBe('send serve session')
    expect(await complete('sotto', 'config', '')).toBe('check show init')
    expect(await complete('sotto', 'config', 'show', '--so')).toBe('--sources')
    expect(await complete('sotto', 'send', '--pass')).toBe('--passphrase --passphrase-file')
    expect(await complete('sotto', 'send', '--file', 'k')).toBe('key.pem')
    expect(await complete('sotto', 'completion', 'f')).toBe('fish')
    expect(await complete('sotto', 'restore', 'a')).toBe('accept')
    expect(await complete('sotto', 'restore', '--rep')).toBe('--replace')
    expect(await complete('sotto', 'restore', 'accept', '--mov')).toBe('--moved')
    expect(await complete('sotto', 'restore', 'backup.tar', '--mov')).toBe('')
  })
})

test('no flag takes a secret: passphrases and contents come from a file, a pipe or a prompt', () => {
  const valueFlags = commands
    .flatMap(({ flags }) => Object.entries(flags))
    .filter(([, { value }]) => value !== undefined)
  const names = [...new Set(valueFlags.map(([name]) => name))].sort()
  const harmless = ['classes', 'email', 'erasures', 'length', 'role', 'server', 'timeout', 'ttl', 'words']
  // The values for policy and registers are public or become so; the text of an order comes from a file.
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
