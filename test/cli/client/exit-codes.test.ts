import { afterAll, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sotto } from '../../fixtures/command.ts'
import { startInstance, temporaryFolder } from '../../fixtures/instance.ts'

const instance = await startInstance()
const folder = temporaryFolder()
const env = { SOTTO_URL: instance.url }
const noServer = { SOTTO_URL: 'http://127.0.0.1:1' }
afterAll(async () => {
  folder[Symbol.dispose]()
  await instance[Symbol.asyncDispose]()
})

function fileWith(content: string | Uint8Array): string {
  const path = join(folder.path, crypto.randomUUID())
  writeFileSync(path, content)
  return path
}

const unknownLink = `${instance.url}/secret/${'a'.repeat(31)}`

/** Invalid invocations by description, with a part of the expected message. */
const usage: Record<string, { args: string[]; stdin?: string | Uint8Array; message: string }> = {
  'an empty content': { args: ['send'], message: 'empty' },
  'an empty file': { args: ['send', '--file', '/dev/null'], message: 'empty' },
  'a content that is not UTF-8': { args: ['send'], stdin: Uint8Array.of(0xff, 0xfe), message: 'not valid UTF-8' },
  'half a letter at the end': { args: ['send'], stdin: Uint8Array.of(0x61, 0xc3), message: 'not valid UTF-8' },
  'a content larger than the instance takes': {
    args: ['send', '--server-sealed'],
    stdin: 'x'.repeat(100_001),
    message: 'the limit is 100,000 bytes',
  },
  'a padded content larger than the instance takes': {
    args: ['send'],
    stdin: 'x'.repeat(100_352),
    message: 'too large',
  },
  'a content larger than any instance takes': {
    args: ['send'],
    stdin: 'x'.repeat(10_000_001),
    message: 'no instance accepts more',
  },
  'a file that is not there': { args: ['send', '--file', '/nonexistent'], message: 'ENOENT' },
  'a ttl out of range': { args: ['send', '--ttl', '1s'], stdin: 'x', message: 'from 1m to 30d' },
  'a ttl that is none': { args: ['send', '--ttl', 'soon'], stdin: 'x', message: 'a duration such as 90s' },
  'an empty passphrase': { args: ['send', '--passphrase-file', '/dev/null'], stdin: 'x', message: 'empty' },
  'no link': { args: ['get'], message: 'LINK is missing' },
  'a link of another kind': { args: ['get', 'https://example.org/'], message: 'not a Sotto link' },
  'a link with a user in it': { args: ['get', unknownLink.replace('//', '//me:pw@')], message: 'not a Sotto link' },
  'a server that is no address': { args: ['send', '--server', 'example.org'], stdin: 'x', message: '--server' },
  'a length out of range': { args: ['generate', '--length', '7'], message: '8 to 256' },
  'a class that there is not': { args: ['generate', '--classes', 'runes'], message: 'lowercase' },
  'words and a length': { args: ['generate', '--words', '4', '--length', '9'], message: 'either' },
  'a flag twice': { args: ['send', '--ttl', '1h', '--ttl', '1h'], message: 'twice' },
  'a flag without its value': { args: ['send', '--file', '--json'], message: 'needs a value' },
  'a flag with a value that it does not take': { args: ['send', '--json=yes'], message: 'takes no value' },
  'a misspelt flag': { args: ['send', '--tll', '1h'], message: 'did you mean --ttl?' },
  'a misspelt command': { args: ['sned'], message: 'did you mean send?' },
  'a word too many': { args: ['send', 'hunter2'], message: 'too many arguments' },
}

for (const [problem, { args, stdin, message }] of Object.entries(usage)) {
  test(`2: ${problem}`, async () => {
    const { code, stdout, stderr } = await sotto(args, { env, ...(stdin !== undefined && { stdin }) })
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)])
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
}

test('1: a response that does not come from Sotto', async () => {
  await using other = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: () => new Response('<h1>hello\u001b[2J</h1>'),
  })
  const result = await sotto(['send', '--server', other.url.origin], { stdin: 'x' })
  expect(result).toMatchObject({ code: 1, stdout: '' })
  expect(result.stderr).toBe(`sotto: ${other.url.origin} does not answer like a Sotto instance\n`)
})

test('1: a redirect is not followed, so that nothing is sent there', async () => {
  let requests = 0
  await using elsewhere = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response(String(++requests)) })
  await using here = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: () => Response.redirect(elsewhere.url.href, 307),
  })
  expect((await sotto(['send', '--server', here.url.origin], { stdin: 'x' })).code).toBe(1)
  expect(requests).toBe(0)
})

test('3: an opened secret and one that never existed give the same output', async () => {
  const { stdout } = await sotto(['send'], { stdin: 'x', env })
  expect((await sotto(['get', stdout.trim()])).code).toBe(0)
  const [gone, never] = await Promise.all([sotto(['get', stdout.trim()]), sotto(['get', unknownLink])])
  expect(gone).toMatchObject({ code: 3, stdout: '' })
  expect(gone).toEqual(never)
  expect((await sotto(['status', unknownLink.replace('/secret/', '/receipt/')])).code).toBe(3)
})

test('4: an instance that requires sign-in', async () => {
  await using closed = await startInstance({ create: 'signed-in' })
  expect((await sotto(['send', '--server', closed.url], { stdin: 'x' })).code).toBe(4)
})

test('5: an unreachable server, for every client command', async () => {
  const link = unknownLink.replace(instance.url, 'http://127.0.0.1:1')
  const receipt = link.replace('/secret/', '/receipt/')
  for (const args of [['send'], ['get', link], ['status', link], ['burn', receipt], ['generate']]) {
    const result = await sotto(args, { stdin: 'x', env: noServer })
    expect(result).toMatchObject({ code: 5, stdout: '' })
    expect(result.stderr).toBe('sotto: cannot reach http://127.0.0.1:1: connection refused\n')
  }
})

test('6: too many requests', async () => {
  await using narrow = await startInstance({ 'limit-requests': '1/1m' })
  const sendOne = () => sotto(['send', '--server', narrow.url], { stdin: 'x' })
  expect((await sendOne()).code).toBe(0)
  expect(await sendOne()).toMatchObject({ code: 6, stdout: '', stderr: expect.stringContaining('seconds') })
})

test('78: an invalid configuration', async () => {
  const client = await sotto(['send'], { stdin: 'x', env: { SOTTO_URL: 'example.org' } })
  expect(client).toMatchObject({ code: 78, stderr: expect.stringContaining('SOTTO_URL') })
  for (const args of [
    ['serve', '--ttl-max', 'soon'],
    ['--ttl-max', 'soon'],
    ['config', 'check', '--ttl-max', 'soon'],
  ])
    expect(await sotto(args)).toMatchObject({ code: 78, stdout: '', stderr: expect.stringContaining('--ttl-max') })
})

test('no argument is quoted on stderr', async () => {
  const file = fileWith('geheim')
  const invocations = [
    ['send', 'geheim'],
    ['geheim'],
    ['send', '--passphrase=geheim'],
    ['send', '--passphrase', 'geheim'],
    ['get', 'geheim'],
    ['get', `${unknownLink}#geheim`],
    ['get', '--passphrase-file', file, unknownLink],
    ['generate', '--length', 'geheim'],
    ['send', '--passphrase-file', file, '--ttl', 'geheim'],
  ]
  for (const args of invocations) {
    const { code, stdout, stderr } = await sotto(args, { stdin: 'geheim', env })
    expect([args.join(' '), code !== 0, stdout, stderr.includes('geheim')]).toEqual([args.join(' '), true, '', false])
  }
})
