import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { optionRows, optionsHelp } from '../../src/config/help.ts'
import { type Config, options } from '../../src/config/options.ts'
import { configExitCode } from '../../src/config/problems.ts'
import { workspace } from '../fixtures/workspace.ts'

const { folder, read, configError, problems, problem, report, file } = workspace()
const day = 86_400_000

describe('the source of a value', () => {
  test('defaults to a configuration for this machine only', () => {
    const { config, valueSources } = read({})
    expect(config).toEqual({
      listen: { kind: 'tcp', host: '127.0.0.1', port: 8080 },
      baseUrl: 'http://127.0.0.1:8080',
      basePath: '',
      dataDir: join(folder, 'sotto-data'),
      name: 'Sotto',
      region: 'local',
      regionName: 'Local',
      peers: [],
      trustedProxies: [],
      allowHttp: false,
      ttlDefault: 7 * day,
      ttlChoices: [day / 24, day, 7 * day, 14 * day, 30 * day],
      ttlMax: 30 * day,
      secretSize: 100_000,
      create: 'anyone',
      burnAfterAttempts: 0,
      signUp: 'invitation',
      signUpDomains: [],
      minimumAge: 13,
      passwordSignIn: true,
      secondFactor: 'optional',
      sessionIdle: day / 2,
      sessionLimit: 7 * day,
      grace: 14 * day,
      oidcDomains: [],
      oidcGroupsClaim: 'groups',
      oidcOperators: [],
      smtpPlain: false,
      mailFrom: 'sotto@localhost',
      mailOptional: [],
      deliveries: 20,
      limitRequests: { count: 240, windowMs: 60_000 },
      limitCreates: { count: 1000, windowMs: day },
      limitAll: { count: 1000, windowMs: 1000 },
      freeSpace: 64_000_000,
      purgeInterval: 60_000,
      statistics: 'operator',
      logFormat: 'auto',
      logAddresses: 'truncated',
      logSize: 100_000_000,
      logRetention: 30 * day,
    } satisfies Config)
    expect(new Set(Object.values(valueSources))).toEqual(new Set(['default']))
  })

  test('a flag takes precedence over a variable, that over the file, that over the default', () => {
    const config = file('name = "file"\nregion = "file"\ncreate = "signed-in"\n')
    const env = { SOTTO_CONFIG: config, SOTTO_NAME: 'variable', SOTTO_REGION: 'variable' }
    const result = read({ args: ['--name', 'flag'], env })
    expect(result.config).toMatchObject({ name: 'flag', region: 'variable', create: 'signed-in', config })
    expect(result.valueSources).toMatchObject({
      name: 'flag',
      region: 'environment',
      create: 'file',
      config: 'environment',
    })
  })

  test('ignores an invalid value that is overridden', () => {
    expect(read({ args: ['--ttl-max', '9d'], env: { SOTTO_TTL_MAX: 'soon' } }).config.ttlMax).toBe(9 * day)
  })

  test('uses one name for flag, variable and key of every option', () => {
    for (const { name, flag, env, key } of optionRows()) {
      expect(env).toBe(`SOTTO_${name.toUpperCase().replaceAll('-', '_')}`)
      expect([`--${name}`, '']).toContain(flag)
      expect([name, '']).toContain(key)
    }
  })

  test('reads the default file unless --config is set', () => {
    const defaultFile = file('name = "Standard"')
    expect(read({ defaultFile }).config).toMatchObject({ name: 'Standard', config: defaultFile })
    expect(read({ defaultFile, args: ['--config', file('name = "Named"')] }).config.name).toBe('Named')
  })

  test('uses the state directory of systemd unless --data-dir is set', () => {
    expect(read({ env: { STATE_DIRECTORY: '/var/lib/sotto:/var/lib/more' } }).config.dataDir).toBe('/var/lib/sotto')
    expect(read({ args: ['--data-dir=here'], env: { STATE_DIRECTORY: '/x' } }).config.dataDir).toBe(
      join(folder, 'here'),
    )
  })

  test('ignores the variables that Kubernetes sets for a service called sotto', () => {
    const env = {
      SOTTO_PORT: 'tcp://10.0.0.1:80',
      SOTTO_SERVICE_HOST: '10.0.0.1',
      SOTTO_SERVICE_PORT_HTTP: '80',
      SOTTO_PORT_80_TCP_ADDR: '10.0.0.1',
    }
    expect(read({ env }).config.name).toBe('Sotto')
    expect(problems({ env: { SOTTO_PORT: '8080' } })).toHaveLength(1)
  })
})

describe('the report of problems', () => {
  const wrong = {
    args: ['--ttl-max', '9000d', '--nmae', 'x'],
    env: { SOTTO_CREATE: '', SOTTO_ROOT_KEY: 'abc' },
    defaultFile: file('region = 5\n'),
  }

  test('contains all problems at once, with exit code 78', () => {
    expect(problems(wrong).map(({ where }) => where)).toEqual([
      '--nmae',
      `${wrong.defaultFile}:1 region`,
      '--ttl-max',
      'SOTTO_CREATE',
      'SOTTO_ROOT_KEY',
    ])
    expect(configExitCode).toBe(78)
    expect(configError(wrong).exitCode).toBe(78)
  })

  test('has a line per problem: where, what was received, what was expected, an example', () => {
    const lines = report(wrong).split('\n')
    expect(lines).toHaveLength(5)
    expect(lines[2]).toBe('--ttl-max: got "9000d", expected a duration from 1m to 365d, e.g. 7d')
    expect(lines[3]).toEndWith(
      'got "", expected anyone or signed-in, e.g. anyone; unset the variable to use the default',
    )
  })

  test('is not part of the error message, which contains no value', () => {
    expect(configError(wrong).message).not.toContain('9000d')
  })

  test('shortens long values and escapes control characters', () => {
    const { received } = problem({ args: ['--region', `\u001b[2J${'x'.repeat(500)}`] })
    expect(received).toStartWith('"\\u001b[2J')
    expect(received.length).toBeLessThan(100)
  })
})

describe('the list of options', () => {
  test('has a sentence and a type for each option, and no flag for a secret', () => {
    const rows = optionRows()
    expect(rows.filter(({ secret }) => secret).map(({ flag, env }) => [flag, env])).toEqual([
      ['', 'SOTTO_OIDC_CLIENT_SECRET'],
      ['', 'SOTTO_SMTP_URL'],
      ['', 'SOTTO_ROOT_KEY'],
    ])
    for (const { type, default: defaultText, sentence } of rows) expect([type, defaultText, sentence]).not.toContain('')
  })

  test('lists every flag in --help, aligned', () => {
    const lines = optionsHelp().split('\n')
    expect(lines.map((line) => line.trim().split(' ')[0] as string)).toEqual(
      optionRows().flatMap(({ flag }) => (flag === '' ? [] : [flag])),
    )
    const [first = '', second = ''] = lines
    expect(first.indexOf('TOML file')).toBe(second.indexOf('address to listen on'))
  })
})

test.each([
  ['name', 'x'.repeat(61)],
  ['name', ''],
  ['name', 'a\nb'],
  ['contact', 'javascript:alert(1)'],
  ['contact', 'noone'],
  ['region', 'EU'],
  ['region', 'x'.repeat(33)],
  ['peers', 'https://eu.example.org'],
  ['peers', 'eu=ftp://eu.example.org'],
  ['trusted-proxies', '10.0.0.0/33'],
  ['trusted-proxies', '10.0.0.0/8,'],
  ['trusted-proxies', '::/129'],
  ['trusted-proxies', 'proxy'],
  ['allow-http', 'maybe'],
  ['secret-size', '0'],
  ['secret-size', '10001KB'],
  ['create', 'noone'],
  ['create', 'Anyone'],
  ['burn-after-attempts', '1001'],
  ['burn-after-attempts', '-1'],
  ['burn-after-attempts', '0x10'],
  ['purge-interval', '0'],
  ['purge-interval', '61m'],
  ['log-format', 'xml'],
  ['log-addresses', 'some'],
])('rejects %s set to %p', (name, text) => {
  expect(problem({ args: [`--${name}=${text}`] }).where).toBe(`--${name}`)
})

test('every example in a problem is a valid value', () => {
  for (const [name, { type, secret }] of Object.entries(options))
    if (!secret) expect(type.parse(type.example, folder), name).toBeDefined()
})
