import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { flags, open, workspace } from '../fixtures/workspace.ts'

const { folder, read, problems, problem } = workspace()
const day = 86_400_000

describe('plain HTTP', () => {
  const reachable = ['0.0.0.0:80', ':80', '[::]:80', '192.168.0.1:80', 'sotto.example.org:80']

  test.each(reachable)('on %s is rejected, because other machines would send secrets over it (P30)', (listen) => {
    const rejected = problem({ args: flags({ listen, 'base-url': 'http://secrets.example.org' }) })
    expect(rejected).toMatchObject({ where: '--listen', received: JSON.stringify(listen) })
    expect(rejected.hint).toContain('allow-http')
  })

  test('behind a proxy requires both an https base-url and the proxy’s address (P30)', () => {
    expect(read({ args: flags({ ...open, listen: ':80' }) }).config.trustedProxies).toEqual(['10.0.0.0/8'])
    expect(problem({ args: flags({ ...open, listen: ':80', 'trusted-proxies': '' }) }).where).toBe('--listen')
    expect(problem({ args: flags({ ...open, listen: ':80', 'base-url': 'http://x.org' }) }).where).toBe('--listen')
  })

  test('is served to other machines only with allow-http, and not with a certificate', () => {
    const url = { listen: ':80', 'base-url': 'http://secrets.example.org' }
    expect(read({ args: [...flags(url), '--allow-http'] }).config.allowHttp).toBe(true)
    expect(read({ args: flags({ ...url, 'tls-cert': 'c', 'tls-key': 'k' }) }).config.tlsCert).toBe(join(folder, 'c'))
  })

  test.each(['127.9.9.9:80', '[::1]:80', 'localhost:80', 'unix:/run/s'])('is accepted on %s', (listen) => {
    expect(read({ args: flags({ listen, 'base-url': 'http://x.org' }) }).config.allowHttp).toBe(false)
  })

  test('is not reported again if base-url is invalid', () => {
    expect(problem({ args: flags({ ...open, listen: ':80', 'base-url': 'nonsense' }) }).where).toBe('--base-url')
  })

  test('is replaced by HTTPS only with both certificate and key', () => {
    expect(problem({ args: ['--tls-cert', 'c'] })).toMatchObject({ where: '--tls-cert', expected: 'tls-key as well' })
    expect(problem({ args: ['--tls-key', 'k'] })).toMatchObject({ where: '--tls-key', expected: 'tls-cert as well' })
  })
})

describe('lifetimes', () => {
  test('set by the operator must not exceed ttl-max', () => {
    expect(problem({ args: flags({ 'ttl-max': '7d', 'ttl-default': '8d' }) }).where).toBe('--ttl-default')
    expect(problem({ args: flags({ 'ttl-max': '7d', 'ttl-choices': '1d,8d' }) }).where).toBe('--ttl-choices')
    expect(problem({ args: flags({ 'ttl-default': '31d' }) }).expected).toBe('at most ttl-max, which is 30d')
  })

  test('by default are lowered to a lower ttl-max', () => {
    expect(read({ args: ['--ttl-max', '2d'] }).config).toMatchObject({
      ttlDefault: 2 * day,
      ttlChoices: [day / 24, day],
    })
    expect(read({ args: ['--ttl-max', '10m'] }).config).toMatchObject({ ttlDefault: 600_000, ttlChoices: [600_000] })
  })

  test.each(['59s', '366d', '1.5d', '-1d', 'soon', '7 d', '1M', ''])('are rejected as %s', (text) => {
    expect(problems({ args: [`--ttl-default=${text}`] })[0]?.where).toBe('--ttl-default')
    expect(problems({ args: [`--ttl-choices=${text}`] })[0]?.where).toBe('--ttl-choices')
  })
})

test('an OpenID provider requires a client id, and a client id requires a provider', () => {
  const issuer = 'https://login.example.org'
  expect(problem({ args: ['--oidc-issuer', issuer] })).toMatchObject({ where: '--oidc-issuer' })
  expect(problem({ args: ['--oidc-client-id', 'sotto'] })).toMatchObject({ where: '--oidc-client-id' })
  expect(read({ args: flags({ 'oidc-issuer': issuer, 'oidc-client-id': 'sotto' }) }).config.oidcIssuer).toBe(issuer)
})
