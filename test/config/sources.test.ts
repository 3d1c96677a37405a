import { describe, expect, test } from 'bun:test'
import { workspace } from '../fixtures/workspace.ts'

const { folder, read, problems, problem, report, file } = workspace()
const day = 86_400_000
const keyText = Buffer.alloc(32, 7).toString('base64')

describe('a flag', () => {
  test('takes its value after a space or an equals sign', () => {
    expect(read({ args: ['--name', 'A', '--region=b'] }).config).toMatchObject({ name: 'A', region: 'b' })
    expect(read({ args: ['--name=a=b'] }).config.name).toBe('a=b')
  })

  test('needs no value if it is a boolean, even before another flag', () => {
    expect(read({ args: ['--allow-http', '--name', 'A'] }).config).toMatchObject({ allowHttp: true, name: 'A' })
    expect(read({ args: ['--name', 'A', '--allow-http'] }).config.allowHttp).toBe(true)
    expect(read({ args: ['--allow-http', 'no'] }).config.allowHttp).toBe(false)
  })

  test.each(['true', '1', 'yes', 'ON'])('reads %s as yes', (text) => {
    expect(read({ env: { SOTTO_ALLOW_HTTP: text } }).config.allowHttp).toBe(true)
  })

  test.each(['false', '0', 'no', 'Off'])('reads %s as no', (text) => {
    expect(read({ env: { SOTTO_ALLOW_HTTP: text } }).config.allowHttp).toBe(false)
  })

  test('without a value is a problem', () => {
    expect(problem({ args: ['--name'] })).toMatchObject({ where: '--name', received: 'nothing', expected: 'a value' })
    expect(problem({ args: ['--name', '--allow-http'] })).toMatchObject({ where: '--name', received: 'nothing' })
  })

  test('that is repeated is a problem, even with the same value', () => {
    expect(problem({ args: ['--name', 'A', '--name', 'A'] })).toMatchObject({ where: '--name', expected: 'it once' })
  })

  test.each(['hello', '--', '--=x', '-n'])('is the only valid argument: %s is a problem and is not shown', (text) => {
    expect(problem({ args: ['--name', 'A', text] })).toMatchObject({ where: 'argument 3', received: '(hidden)' })
  })
})

describe('an unknown name', () => {
  test('is reported with a suggestion, in flags, variables and the file', () => {
    expect(problem({ args: ['--tll-max', '3d'] })).toMatchObject({ hint: 'did you mean --ttl-max?' })
    expect(problem({ args: ['--ttl_max=3d'] })).toMatchObject({ hint: 'did you mean --ttl-max?' })
    expect(problem({ env: { SOTTO_TTL_DEFUALT: '3d' } })).toMatchObject({ hint: 'did you mean SOTTO_TTL_DEFAULT?' })
    const defaultFile = file('# mine\n\nttl-mxa = "3d"\n')
    expect(problem({ defaultFile })).toMatchObject({
      where: `${defaultFile}:3 ttl-mxa`,
      hint: 'did you mean ttl-max?',
    })
  })

  test('gets no suggestion if no option is similar', () => {
    expect(problem({ args: ['--frobnicate'] }).hint).toBeUndefined()
  })

  test.each(['constructor', '__proto__', 'toString'])(
    'is reported even if it is a property of every object: %s',
    (name) => {
      expect(problem({ args: [`--${name}`, 'x'] }).received).toBe('an unknown name')
      expect(problem({ defaultFile: file(`${name} = 1`) }).received).toBe('an unknown name')
    },
  )

  test('is reported without its value, which may belong to a misspelt secret', () => {
    const inputs = { args: ['--rot-key', keyText], env: { SOTTO_ROOTKEY: keyText } }
    expect(problems({ ...inputs, defaultFile: file(`root_key = "${keyText}"`) })).toHaveLength(3)
    expect(report(inputs)).not.toContain(keyText)
  })
})

describe('the file', () => {
  test('is TOML with numbers, booleans and arrays', () => {
    const defaultFile = file(`
      allow-http = true
      ttl-choices = ["1h", 7200, "1d"]
      secret-size = 5000
      burn-after-attempts = 3
      trusted-proxies = ["10.0.0.0/8", "::1"]
      peers = ["eu=https://eu.example.org/"]
    `)
    expect(read({ defaultFile }).config).toMatchObject({
      allowHttp: true,
      ttlChoices: [day / 24, day / 12, day],
      secretSize: 5000,
      burnAfterAttempts: 3,
      trustedProxies: ['10.0.0.0/8', '::1'],
      peers: [{ name: 'eu', url: 'https://eu.example.org' }],
    })
  })

  test('is reported with the line of an invalid value', () => {
    const defaultFile = file('name = "A"\n\n  "ttl-max" = "soon"\n')
    expect(problem({ defaultFile })).toMatchObject({ where: `${defaultFile}:3 ttl-max`, received: '"soon"' })
  })

  test('named by --config must exist', () => {
    expect(problem({ args: ['--config', 'gone.toml'] })).toMatchObject({ received: '"gone.toml"', hint: 'ENOENT' })
  })

  test('at the default path must be readable if it exists', () => {
    expect(problem({ defaultFile: folder })).toMatchObject({ where: folder, hint: 'EISDIR' })
  })

  test('that is not TOML is one problem with its line, is not quoted, and hides problems of missing options', () => {
    const defaultFile = file(`name = "A"\nroot-key = "${keyText}" oops\n`)
    const inputs = { defaultFile, args: ['--listen', ':8080'] }
    expect(problem(inputs)).toMatchObject({ where: `${defaultFile}:2`, received: 'invalid TOML' })
    expect(report(inputs)).not.toContain(keyText)
  })

  test('cannot set --config', () => {
    expect(problem({ defaultFile: file('config = "other.toml"') }).received).toBe('an unknown name')
  })
})
