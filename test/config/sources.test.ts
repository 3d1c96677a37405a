import { describe, expect, test } from 'bun:test'
import { workspace } from '../fixtures/workspace.ts'

const { folder, read, faults, fault, report, file } = workspace()
const day = 86_400_000
const keyText = Buffer.alloc(32, 7).toString('base64')

describe('a flag', () => {
  test('takes its value after a space or an equals sign', () => {
    expect(read({ args: ['--name', 'A', '--region=b'] }).config).toMatchObject({ name: 'A', region: 'b' })
    expect(read({ args: ['--name=a=b'] }).config.name).toBe('a=b')
  })

  test('may stand alone if it is a boolean, even before another flag', () => {
    expect(read({ args: ['--allow-http', '--name', 'A'] }).config).toMatchObject({ allowHttp: true, name: 'A' })
    expect(read({ args: ['--name', 'A', '--allow-http'] }).config.allowHttp).toBe(true)
    expect(read({ args: ['--allow-http', 'no'] }).config.allowHttp).toBe(false)
  })

  test.each(['true', '1', 'yes', 'ON'])('reads %s as yes', (word) => {
    expect(read({ env: { SOTTO_ALLOW_HTTP: word } }).config.allowHttp).toBe(true)
  })

  test.each(['false', '0', 'no', 'Off'])('reads %s as no', (word) => {
    expect(read({ env: { SOTTO_ALLOW_HTTP: word } }).config.allowHttp).toBe(false)
  })

  test('without its value is a fault', () => {
    expect(fault({ args: ['--name'] })).toMatchObject({ where: '--name', read: 'nothing', expected: 'a value' })
    expect(fault({ args: ['--name', '--allow-http'] })).toMatchObject({ where: '--name', read: 'nothing' })
  })

  test('that is repeated is a fault, even with the same value', () => {
    expect(fault({ args: ['--name', 'A', '--name', 'A'] })).toMatchObject({ where: '--name', expected: 'it once' })
  })

  test.each(['hello', '--', '--=x', '-n'])('is the only thing understood: %s is a fault that is not shown', (word) => {
    expect(fault({ args: ['--name', 'A', word] })).toMatchObject({ where: 'argument 3', read: '(hidden)' })
  })
})

describe('a name that is no option', () => {
  test('is a fault with what was probably meant, in flags, variables and the file', () => {
    expect(fault({ args: ['--tll-max', '3d'] })).toMatchObject({ hint: 'did you mean --ttl-max?' })
    expect(fault({ args: ['--ttl_max=3d'] })).toMatchObject({ hint: 'did you mean --ttl-max?' })
    expect(fault({ env: { SOTTO_TTL_DEFUALT: '3d' } })).toMatchObject({ hint: 'did you mean SOTTO_TTL_DEFAULT?' })
    const defaultFile = file('# mine\n\nttl-mxa = "3d"\n')
    expect(fault({ defaultFile })).toMatchObject({
      where: `${defaultFile}:3 ttl-mxa`,
      hint: 'did you mean ttl-max?',
    })
  })

  test('gets no guess if nothing is near', () => {
    expect(fault({ args: ['--frobnicate'] }).hint).toBeUndefined()
  })

  test.each(['constructor', '__proto__', 'toString'])('is a fault even if JavaScript knows it: %s', (name) => {
    expect(fault({ args: [`--${name}`, 'x'] }).received).toBe('an unknown name')
    expect(fault({ defaultFile: file(`${name} = 1`) }).received).toBe('an unknown name')
  })

  test('does not show what was written beside it, which may be a misspelt secret', () => {
    const sources = { args: ['--rot-key', keyText], env: { SOTTO_ROOTKEY: keyText } }
    expect(faults({ ...sources, defaultFile: file(`root_key = "${keyText}"`) })).toHaveLength(3)
    expect(report(sources)).not.toContain(keyText)
  })
})

describe('the file', () => {
  test('is TOML with its own numbers, booleans and arrays', () => {
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

  test('is named with the line of a bad value', () => {
    const defaultFile = file('name = "A"\n\n  "ttl-max" = "soon"\n')
    expect(fault({ defaultFile })).toMatchObject({ where: `${defaultFile}:3 ttl-max`, read: '"soon"' })
  })

  test('that is named must be there', () => {
    expect(fault({ args: ['--config', 'gone.toml'] })).toMatchObject({ read: '"gone.toml"', hint: 'ENOENT' })
  })

  test('at its standard place must be readable if it is there', () => {
    expect(fault({ defaultFile: folder })).toMatchObject({ where: folder, hint: 'EISDIR' })
  })

  test('that is no TOML is one fault with its line, shows nothing of itself, and blames nobody for what it lacks', () => {
    const defaultFile = file(`name = "A"\nroot-key = "${keyText}" oops\n`)
    const sources = { defaultFile, args: ['--listen', ':8080'] }
    expect(fault(sources)).toMatchObject({ where: `${defaultFile}:2`, read: 'no TOML' })
    expect(report(sources)).not.toContain(keyText)
  })

  test('cannot name another file', () => {
    expect(fault({ defaultFile: file('config = "other.toml"') }).received).toBe('an unknown name')
  })
})
