import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { parseAddress } from '../../src/mail/addresses.ts'

describe('parseAddress', () => {
  test.each([
    ['ann@example.org', 'ann@example.org'],
    ['  ann@example.org ', 'ann@example.org'],
    ['Ann.Lee+sotto@Mail.Example.ORG', 'ann.lee+sotto@mail.example.org'],
    ["o'hara!#$%&*/=?^_`{|}~-@a-b.example", "o'hara!#$%&*/=?^_`{|}~-@a-b.example"],
    ['ann@xn--bcher-kva.example', 'ann@xn--bcher-kva.example'],
    [`${'a'.repeat(64)}@example.org`, `${'a'.repeat(64)}@example.org`],
    ['1@1.example', '1@1.example'],
  ])('accepts %j', (text, address) => {
    expect(parseAddress(text)).toBe(address)
  })

  test.each([
    '',
    ' ',
    '@',
    'ann',
    'ann@',
    '@example.org',
    'ann@localhost',
    'ann@@example.org',
    'ann@ben@example.org',
    'ann@example.org,ben@example.org',
    'ann@example.org;ben@example.org',
    'ann@example.org ben@example.org',
    'Ann <ann@example.org>',
    '<ann@example.org>',
    'ann@example.org>',
    '"ann"@example.org',
    '"ann@example.org x"@evil.example',
    'ann(comment)@example.org',
    'ann@(comment)example.org',
    'ann @example.org',
    'ann@ example.org',
    '.ann@example.org',
    'ann.@example.org',
    'an..n@example.org',
    'ann@.example.org',
    'ann@example.org.',
    'ann@example..org',
    'ann@-example.org',
    'ann@example-.org',
    'ann@example.o',
    'ann@example.123',
    'ann@127.0.0.1',
    'ann@[127.0.0.1]',
    'ann@[IPv6:::1]',
    'ann@exa_mple.org',
    'ann\\@example.org',
    'ann@example.org\n',
    'ann@example.org\r\nBcc: ben@example.org',
    '\nann@example.org',
    'ann\n@example.org',
    'ann@example.org\u2028',
    'ann\0@example.org',
    'ann\t@example.org',
    'ann\u00a0@example.org',
    'änn@example.org',
    'ann@bücher.example',
    'ann@exаmple.org',
    'ann@ex\u212aample.org',
    'an\u017f@example.org',
    'ann@example\uff0eorg',
    'ann\u200b@example.org',
    'mailto:ann@example.org',
    `${'a'.repeat(65)}@example.org`,
    `ann@${'a'.repeat(64)}.example.org`,
    `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(20)}`,
    `${'a.'.repeat(50_000)}@example.org`,
  ])('rejects %j', (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })

  test('returns one line of visible ASCII with one @, and returns it unchanged when parsed again', () => {
    const word = fc.string({ unit: fc.constantFrom(...'aZ9.-_+@ ,;<>"()\r\n\\ é') })
    fc.assert(
      fc.property(word, word, (before, after) => {
        const address = parseAddress(`${before}@${after}`)
        if (address === undefined) return
        expect(address).toMatch(/^[^\s@,;<>"()\\]+@[a-z0-9.-]+$/)
        expect(address).toMatch(/^[\x21-\x7e]+$/)
        expect(parseAddress(address)).toBe(address)
      }),
      { numRuns: 5000 },
    )
  })
})
