import { afterAll, describe, expect, test } from 'bun:test'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { sotto } from '../../fixtures/command.ts'
import { bytesOf, freePort, startInstance, temporaryFolder } from '../../fixtures/instance.ts'

const instance = await startInstance()
const folder = temporaryFolder()
const env = { SOTTO_URL: instance.url }
afterAll(async () => {
  folder[Symbol.dispose]()
  await instance[Symbol.asyncDispose]()
})

async function send(stdin: string | Uint8Array, ...flags: string[]): Promise<string> {
  const { code, stdout, stderr } = await sotto(['send', ...flags], { stdin, env })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout.trimEnd()
}

function fileWith(content: string | Uint8Array): string {
  const path = join(folder.path, crypto.randomUUID())
  writeFileSync(path, content)
  return path
}

const contents = {
  'no newline at the end': 'correct horse',
  'a newline at the end': 'correct horse\n',
  'newlines only': '\n\n',
  'line ends of Windows': 'one\r\ntwo\r\n',
  'a zero byte': 'a\0b',
  'a byte order mark': '\ufeffa',
  'letters of many bytes': 'sésame, открой, 開けゴマ 🔑',
  'exactly 100,000 bytes': 'x'.repeat(100_000),
}

for (const [description, content] of Object.entries(contents)) {
  for (const flags of [[], ['--server-sealed']]) {
    test(`${description} is returned byte for byte ${flags.join('')}`, async () => {
      const result = await sotto(['get', await send(content, ...flags)])
      expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' })
      expect(Buffer.from(result.bytes).equals(bytesOf(content))).toBe(true)
    })
  }
}

test('any UTF-8 text survives send and get', async () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 300 })
  await fc.assert(
    fc.asyncProperty(text, fc.boolean(), async (content, isServerSealed) => {
      const result = await sotto(['get', '-'], {
        stdin: await send(content, ...(isServerSealed ? ['--server-sealed'] : [])),
      })
      expect(result.code).toBe(0)
      expect(Buffer.from(result.bytes).equals(bytesOf(content))).toBe(true)
    }),
    { numRuns: 12 },
  )
}, 120_000)

describe('send', () => {
  test('prints only the link, which has a fragment', async () => {
    const { stdout } = await sotto(['send'], { stdin: 'x', env })
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/secret\/[a-z0-9]{31}#[\w-]{43}\n$/)
  })

  test('seals on the server with --server-sealed, which the status shows', async () => {
    const plain = await send('x', '--server-sealed')
    expect(plain).not.toContain('#')
    expect((await sotto(['status', plain])).stdout).toMatch(/end to end +no/)
    expect((await sotto(['status', await send('x')])).stdout).toMatch(/end to end +yes/)
  })

  test('sends a file unchanged', async () => {
    const content = 'one\r\n\0two\n\n'
    const link = await send('', '--file', fileWith(content))
    expect((await sotto(['get', link])).stdout).toBe(content)
  })

  test('prints an object with --json', async () => {
    const shared = JSON.parse(await send('x', '--json', '--ttl', '1h'))
    expect(Object.keys(shared)).toEqual(['link', 'receipt', 'expires_at', 'end_to_end'])
    expect(Date.parse(shared.expires_at)).toBe(instance.clock.now + 3_600_000)
    expect((await sotto(['get', shared.link])).stdout).toBe('x')
  })

  test('prints the receipt to stderr without a terminal only with --receipt', async () => {
    const { stdout, stderr } = await sotto(['send', '--receipt', '--qr'], { stdin: 'x', env })
    expect(stderr).toMatch(/^receipt http:\S+\/receipt\/[a-z0-9]{31}\n$/)
    expect(stdout.trim().split('\n')).toHaveLength(1)
  })

  test('prefers --server to SOTTO_URL, and supports an instance below a path', async () => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}/below`
    await using _below = await startInstance({ listen: `127.0.0.1:${port}`, 'base-url': url })
    const { stdout } = await sotto(['send', '--server', `${url}/`], { stdin: 'x', env })
    expect(stdout).toStartWith(`${url}/secret/`)
    expect((await sotto(['status', stdout.trim()])).code).toBe(0)
    expect((await sotto(['get', stdout.trim()])).stdout).toBe('x')
  })
})

describe('get', () => {
  test('opens a link once', async () => {
    const link = await send('x')
    expect((await sotto(['get', link])).code).toBe(0)
    expect(await sotto(['get', link])).toMatchObject({ code: 3, stdout: '' })
  })

  test('uses the server of the link unless another is set', async () => {
    const link = await send('x')
    expect((await sotto(['get', link], { env: { SOTTO_URL: 'http://127.0.0.1:1' } })).code).toBe(5)
    const elsewhere = link.replace(instance.url, 'http://127.0.0.1:1')
    expect((await sotto(['get', elsewhere, '--server', instance.url])).stdout).toBe('x')
    const repeated = await sotto(['get', elsewhere, '--server', instance.url])
    expect([repeated.code, repeated.stderr.includes('the link belongs to http://127.0.0.1:1\n')]).toEqual([3, true])
  })

  test('writes a new file that only its owner can read, and no existing one', async () => {
    const path = join(folder.path, 'out')
    expect(await sotto(['get', '--out', path, await send('one\n')])).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(await Bun.file(path).text()).toBe('one\n')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const link = await send('two')
    expect(await sotto(['get', '--out', path, link])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('already'),
    })
    expect(await Bun.file(path).text()).toBe('one\n')
    expect((await sotto(['get', link])).stdout).toBe('two')
  })

  test('leaves no file if nothing was opened', async () => {
    const link = await send('x')
    await sotto(['get', link])
    const path = join(folder.path, 'nothing')
    expect((await sotto(['get', '--out', path, link])).code).toBe(3)
    expect(await Bun.file(path).exists()).toBe(false)
  })

  test('reports a truncated fragment without opening the secret', async () => {
    const link = await send('x')
    const truncated = await sotto(['get', link.slice(0, -3)])
    expect(truncated).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('incomplete') })
    expect((await sotto(['get', link])).stdout).toBe('x')
  })
})

describe('a passphrase', () => {
  test('is read from a file, without its final line ending', async () => {
    const link = await send('x', '--passphrase-file', fileWith('sésame\n'))
    expect((await sotto(['status', link])).stdout).toMatch(/passphrase +yes/)
    expect((await sotto(['get', link, '--passphrase-file', fileWith('sésame\r\n')])).stdout).toBe('x')
  })

  test('that is wrong or missing is rejected with 4, and the secret is kept', async () => {
    const link = await send('x', '--passphrase-file', fileWith('right'))
    const wrong = await sotto(['get', link, '--passphrase-file', fileWith('mistaken')])
    expect(wrong.stderr).not.toContain('mistaken')
    expect(wrong).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('has not been opened') })
    expect((await sotto(['get', link])).code).toBe(4)
    expect((await sotto(['get', link, '--passphrase-file', fileWith('right')])).stdout).toBe('x')
  })

  test('is not prompted for without a terminal', async () => {
    const sent = await sotto(['send', '--passphrase'], { stdin: 'x', env })
    expect(sent).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--passphrase-file') })
  })
})

describe('a receipt', () => {
  test('shows the state of its secret', async () => {
    const { link, receipt } = JSON.parse(await send('x', '--json'))
    expect((await sotto(['status', receipt])).stdout).toMatch(/^state +new\n/)
    await sotto(['get', link])
    expect(JSON.parse((await sotto(['status', '--json', receipt])).stdout)).toMatchObject({
      state: 'revealed',
      revealed_at: expect.any(String),
    })
  })

  test('burns an unopened secret, repeatedly', async () => {
    const { link, receipt } = JSON.parse(await send('x', '--json'))
    expect((await sotto(['status', link])).code).toBe(0)
    expect((await sotto(['burn', receipt])).stdout).toMatch(/^state +burned\n/)
    expect((await sotto(['burn', receipt])).code).toBe(0)
    expect((await sotto(['get', link])).code).toBe(3)
  })

  test('that is too late to burn exits with 3', async () => {
    const { link, receipt } = JSON.parse(await send('x', '--json'))
    await sotto(['get', link])
    expect(await sotto(['burn', receipt])).toMatchObject({ code: 3, stdout: expect.stringContaining('revealed') })
  })

  test('does not open a secret, and a link does not burn one', async () => {
    const { link, receipt } = JSON.parse(await send('x', '--json'))
    expect((await sotto(['get', receipt])).code).toBe(2)
    expect((await sotto(['burn', link])).code).toBe(2)
    expect((await sotto(['get', link])).stdout).toBe('x')
  })
})

describe('generate', () => {
  test('prints the value and a link that opens it', async () => {
    const { stdout, stderr } = await sotto(['generate', '--length', '32', '--classes', 'lowercase,digits'], { env })
    const [value = '', link = '', ...rest] = stdout.split('\n')
    expect([value, rest, stderr]).toEqual([expect.stringMatching(/^[a-z2-9]{32}$/), [''], ''])
    expect((await sotto(['get', link])).stdout).toBe(value)
  })

  test('generates words, and prints an object with --json', async () => {
    const { stdout } = await sotto(['generate', '--words', '4', '--json'], { env })
    const { value, bits, link } = JSON.parse(stdout)
    expect([value.split('-').length >= 4, bits]).toEqual([true, 51])
    expect((await sotto(['get', link])).stdout).toBe(value)
  })

  test('needs no server for --only-value', async () => {
    const alone = await sotto(['generate', '--only-value'], { env: { SOTTO_URL: 'http://127.0.0.1:1' } })
    expect(alone).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\S{20}\n$/) })
  })
})
