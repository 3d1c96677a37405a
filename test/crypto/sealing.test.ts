import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  createFragment,
  deriveFragmentKeys,
  fromBase64Url,
  openWithFragment,
  sealedLength,
  sealWithFragment,
  toBase64Url,
} from '../../src/crypto/end-to-end.ts'
import { pad, paddedLength, unpad } from '../../src/crypto/padding.ts'
import {
  type KeyMaterial,
  matchesCommitment,
  open,
  type SealBinding,
  type Sealed,
  seal,
  toRootKey,
  unwrap,
  wrap,
} from '../../src/crypto/sealing.ts'
import { failureOf } from '../fixtures/failure.ts'

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const anyContent = fc.uint8Array({ maxLength: 2000 })
const anyKey = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789'),
  minLength: 31,
  maxLength: 31,
})
const anyRoot = bytes(32).map(toRootKey)
const anyOpeners: fc.Arbitrary<KeyMaterial> = fc.record({
  key: anyKey,
  root: anyRoot,
  passphrase: fc.option(
    bytes(32).filter((one) => one.some((byte) => byte !== 0)),
    { nil: undefined },
  ),
})
const anyBound: fc.Arbitrary<SealBinding> = fc.record({
  region: fc.stringMatching(/^[a-z0-9-]{1,32}$/),
  expiresAt: fc.nat(),
  endToEnd: fc.boolean(),
})

describe('a sealed content', () => {
  test('opens for arbitrary bytes', () => {
    fc.assert(
      fc.property(anyOpeners, anyBound, anyContent, (openers, bound, content) => {
        const sealed = seal(openers, bound, content, random)
        expect(matchesCommitment(openers, sealed)).toBe(true)
        expect(open(openers, bound, sealed)).toStrictEqual(Buffer.from(content))
      }),
    )
  })

  test('does not open with another key, root key or passphrase, and fails before decrypting', () => {
    fc.assert(
      fc.property(anyOpeners, anyOpeners, anyBound, anyContent, (openers, others, bound, content) => {
        const sealed = seal(openers, bound, content, random)
        for (const name of ['key', 'root', 'passphrase'] as const) {
          const wrong = { ...openers, [name]: others[name] }
          if (Bun.deepEquals(wrong, openers)) continue
          expect(matchesCommitment(wrong, sealed)).toBe(false)
          expect(() => open(wrong, bound, sealed)).toThrow('commitment')
        }
      }),
    )
  })

  test('does not open in another region, with another expiry, or as the other mode', () => {
    fc.assert(
      fc.property(anyOpeners, anyBound, anyBound, anyContent, (openers, bound, other, content) => {
        const sealed = seal(openers, bound, content, random)
        for (const name of ['region', 'expiresAt', 'endToEnd'] as const) {
          if (bound[name] === other[name]) continue
          expect(() => open(openers, { ...bound, [name]: other[name] }, sealed)).toThrow()
        }
        expect(() => open(openers, { ...bound, expiresAt: bound.expiresAt + 1 }, sealed)).toThrow()
      }),
    )
  })

  test('does not open if any bit of salt, commitment or content was flipped', () => {
    const openers = { key: 'k'.repeat(31), root: toRootKey(random(32)), passphrase: undefined }
    const bound = { region: 'eu', expiresAt: 1, endToEnd: false }
    const sealed = seal(openers, bound, new TextEncoder().encode('sésame'), random)
    let tried = 0
    for (const name of ['salt', 'commitment', 'sealed'] as const) {
      for (let bit = 0; bit < sealed[name].length * 8; bit += 1, tried += 1) {
        expect(() => open(openers, bound, { ...sealed, [name]: flipped(sealed[name], bit) })).toThrow()
      }
    }
    expect(tried).toBe((16 + 32 + 12 + 256 + 16) * 8)
  })

  test('does not open if it was truncated or extended', () => {
    fc.assert(
      fc.property(anyOpeners, anyBound, anyContent, fc.nat(), (openers, bound, content, cut) => {
        const all = seal(openers, bound, content, random)
        const shorter = { ...all, sealed: all.sealed.subarray(0, cut % all.sealed.length) }
        expect(() => open(openers, bound, shorter)).toThrow()
        expect(() => open(openers, bound, { ...all, sealed: Buffer.concat([all.sealed, random(1)]) })).toThrow()
      }),
    )
  })

  test('does not open with parts of another content, even with the same keys', () => {
    fc.assert(
      fc.property(anyOpeners, anyBound, anyContent, (openers, bound, content) => {
        const [one, two] = [seal(openers, bound, content, random), seal(openers, bound, content, random)]
        const mixtures: Sealed[] = [
          { ...one, sealed: two.sealed },
          { ...one, salt: two.salt },
          { ...one, commitment: two.commitment },
        ]
        for (const mixture of mixtures) expect(() => open(openers, bound, mixture)).toThrow()
      }),
    )
  })

  test('is different each time, even for the same content', () => {
    const openers = { key: 'k'.repeat(31), root: toRootKey(random(32)), passphrase: undefined }
    const seen = new Set<string>()
    for (let time = 0; time < 100; time += 1) {
      const { salt, commitment, sealed } = seal(
        openers,
        { region: 'eu', expiresAt: 1, endToEnd: false },
        random(0),
        random,
      )
      for (const part of [salt, commitment, sealed.subarray(0, 12), sealed.subarray(12, 28)]) seen.add(part.toHex())
    }
    expect(seen.size).toBe(400)
  })
})

describe('a content sealed with the fragment of a link', () => {
  test('opens for arbitrary bytes', async () => {
    await fc.assert(
      fc.asyncProperty(bytes(32), anyContent, async (fragment, content) => {
        const keys = await deriveFragmentKeys(new Uint8Array(fragment))
        const message = await sealWithFragment(keys, content)
        expect(message).toHaveLength(sealedLength(content.length))
        expect(await openWithFragment(keys, message)).toStrictEqual(content)
      }),
    )
  })

  test('does not open with another fragment, nor if any bit of it was flipped', async () => {
    const keys = await deriveFragmentKeys(createFragment())
    const message = await sealWithFragment(keys, new TextEncoder().encode('sésame'))
    expect(await failureOf(openWithFragment(await deriveFragmentKeys(createFragment()), message))).toBeString()
    for (let bit = 0; bit < message.length * 8; bit += 1) {
      expect(await failureOf(openWithFragment(keys, flipped(message, bit)))).toBeString()
    }
    for (const length of [0, 1, 13, 28, message.length - 1]) {
      expect(await failureOf(openWithFragment(keys, message.slice(0, length)))).toBeString()
    }
  })

  test('is opened neither by the proof that the server receives nor by what it stores', async () => {
    const keys = await deriveFragmentKeys(createFragment())
    const message = await sealWithFragment(keys, new TextEncoder().encode('sésame'))
    expect(await failureOf(openWithFragment(await deriveFragmentKeys(keys.proof), message))).toBeString()
    const asKey = await crypto.subtle.importKey('raw', keys.proof, 'AES-GCM', false, ['decrypt'])
    expect(await failureOf(openWithFragment({ ...keys, content: asKey }, message))).toBeString()
  })
})

describe('padding', () => {
  test('is removed exactly, whatever the content ends with', () => {
    const anyEnd = fc.constantFrom([], [0], [0, 0, 0], [0x80], [0x80, 0], [0x80, 0x80])
    fc.assert(
      fc.property(anyContent, anyEnd, (start, end) => {
        const content = Uint8Array.of(...start, ...end)
        expect(unpad(pad(content))).toStrictEqual(content)
      }),
    )
  })

  test('throws if there is no padding', () => {
    for (const bytes of [[], [0], [0, 0], [0x80, 1], [1, 0, 0]]) {
      expect(() => unpad(Uint8Array.from(bytes))).toThrow(RangeError)
    }
  })

  test('reveals only the bucket: 256, then steps of at most an eighth', () => {
    const lengths = Array.from({ length: 100_001 }, (_, length) => paddedLength(length))
    expect(new Set(lengths.slice(0, 256))).toEqual(new Set([256]))
    expect(lengths.every((padded, length) => padded > length && padded <= Math.max(256, (length + 1) * 1.12))).toBe(
      true,
    )
    expect(lengths.every((padded, length) => padded >= (lengths[length - 1] ?? 0))).toBe(true)
    expect(new Set(lengths).size).toBeLessThan(180)
  })

  test('determines the length of a stored or sent content', () => {
    fc.assert(
      fc.property(anyOpeners, anyBound, anyContent, (openers, bound, content) => {
        const { sealed } = seal(openers, bound, content, random)
        expect(sealed).toHaveLength(12 + paddedLength(content.length) + 16)
        expect(sealedLength(content.length)).toBe(1 + sealed.length)
      }),
    )
  })
})

describe('a wrapped text', () => {
  test('opens with its binding', () => {
    fc.assert(
      fc.property(anyRoot, fc.string(), fc.string({ unit: 'grapheme' }), (root, holder, text) => {
        expect(unwrap('link', holder, root, wrap('link', holder, root, text, random))).toBe(text)
      }),
    )
  })

  test('does not open with another binding, root key or use, nor if any bit was flipped', () => {
    fc.assert(
      fc.property(anyRoot, anyRoot, anyKey, anyKey, fc.nat(), (root, otherRoot, holder, other, bit) => {
        fc.pre(holder !== other && root.id !== otherRoot.id)
        const wrapped = wrap('link', holder, root, 'text', random)
        expect(() => unwrap('link', other, root, wrapped)).toThrow()
        expect(() => unwrap('link', holder, otherRoot, wrapped)).toThrow()
        expect(() => unwrap('idempotency-key', holder, root, wrapped)).toThrow()
        expect(() => unwrap('link', holder, root, flipped(wrapped, bit % (wrapped.length * 8)))).toThrow()
      }),
    )
  })
})

describe('base64url', () => {
  test('encodes any bytes like other implementations', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
        expect(fromBase64Url(toBase64Url(bytes))).toStrictEqual(bytes)
      }),
    )
  })

  test('has one encoding: any other text is refused', () => {
    for (const text of [
      'A',
      'AAAAA',
      'AB',
      'AAB',
      'AA==',
      'AA=',
      '+A',
      '/w',
      'A A',
      ' AA',
      'AA\n',
      'é',
      '\0\0',
      'A\u200bA',
    ]) {
      expect(fromBase64Url(text)).toBeUndefined()
    }
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'AZaz09-_+/= ') }), (text) => {
        const read = fromBase64Url(text)
        expect(read === undefined || toBase64Url(read) === text).toBe(true)
      }),
    )
  })
})

function flipped(bytes: Uint8Array, bit: number): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes)
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}
