import { describe, expect, test } from 'bun:test'
import type { Config } from '../../src/config/options.ts'
import { flags, open, workspace } from '../fixtures/workspace.ts'

const { read, problem, report } = workspace()

describe('a listen address', () => {
  test.each([
    ['127.0.0.1:80', { kind: 'tcp', host: '127.0.0.1', port: 80 }],
    [':8080', { kind: 'tcp', host: '0.0.0.0', port: 8080 }],
    ['[::]:8080', { kind: 'tcp', host: '::', port: 8080 }],
    ['[0:0::1]:8080', { kind: 'tcp', host: '::1', port: 8080 }],
    ['Localhost:1', { kind: 'tcp', host: 'localhost', port: 1 }],
    ['unix:/run/sotto.sock', { kind: 'unix', path: '/run/sotto.sock', mode: 0o660 }],
    ['unix:/run/sotto.sock?mode=0600', { kind: 'unix', path: '/run/sotto.sock', mode: 0o600 }],
  ])('is parsed from %s', (text, listen) => {
    expect(read({ args: flags({ ...open, listen: text }) }).config.listen).toEqual(listen as Config['listen'])
  })

  test.each([
    '8080',
    '127.0.0.1',
    '127.0.0.1:65536',
    '1.2.3:80',
    '256.1.1.1:80',
    '::1:80',
    '[::g]:80',
    'http://127.0.0.1:80',
    'unix:sotto.sock',
    'unix:/s?mode=0999',
    'unix:/s?owner=me',
    `unix:/${'s'.repeat(107)}`,
  ])('is rejected as %s', (text) => {
    expect(problem({ args: flags({ ...open, listen: text }) })).toMatchObject({ where: '--listen' })
  })
})

describe('the base URL', () => {
  test.each([
    ['https://secrets.example.org', 'https://secrets.example.org', ''],
    ['HTTPS://Secrets.Example.ORG:443/', 'https://secrets.example.org', ''],
    ['https://example.org/sotto/', 'https://example.org/sotto', '/sotto'],
    ['http://example.org:81/a/b//', 'http://example.org:81/a/b', '/a/b'],
  ])('is normalised from %s', (text, baseUrl, basePath) => {
    expect(read({ args: flags({ 'base-url': text }) }).config).toMatchObject({ baseUrl, basePath })
  })

  test.each([
    'secrets.example.org',
    'ftp://x.org',
    'https://',
    'https://x.org/?a=1',
    'https://x.org/?',
    'https://x.org/#a',
    'https://me:pw@x.org/',
    'https://x.org//evil.org',
    'https://x.org/\\evil.org',
    'https://x.org/a;Domain=b',
    'https://x.org/a b',
    '',
  ])('is rejected as %s', (text) => {
    expect(problem({ args: [`--base-url=${text}`] }).where).toBe('--base-url')
  })

  test('is derived from a loopback address, with https if there is a certificate', () => {
    expect(read({ args: ['--listen', '[::1]:90'] }).config.baseUrl).toBe('http://[::1]:90')
    expect(read({ args: ['--listen', 'localhost:80'] }).config.baseUrl).toBe('http://localhost')
    expect(read({ args: ['--tls-cert', 'c', '--tls-key', 'k'] }).config.baseUrl).toBe('https://127.0.0.1:8080')
  })

  test('must be set for any other address', () => {
    for (const listen of ['unix:/run/s', ':80'])
      expect(problem({ args: ['--listen', listen, '--allow-http'] })).toMatchObject({
        where: '--base-url',
        received: 'nothing',
      })
  })

  test('does not reveal a password in a problem', () => {
    expect(report({ args: ['--base-url', 'https://me:pass/word@x.org'] })).not.toMatch(/me:|pass|word/)
  })
})
