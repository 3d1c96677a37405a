import { describe, expect, test } from 'bun:test'
import { argon2Sync, createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { argon2Cost, stretch, stretchBuiltIn } from '../../src/crypto/argon2.ts'
import { systemRuntime } from '../../src/open-app.ts'

const hex = (text: string) => Uint8Array.fromHex(text)
const count = (from: number, to: number) => Uint8Array.from({ length: to - from + 1 }, (_, index) => from + index)

describe('HKDF-SHA-256 matches RFC 5869:', () => {
  const eleven = new Uint8Array(22).fill(0x0b)
  test.each([
    {
      name: 'A.1',
      secret: eleven,
      salt: count(0x00, 0x0c),
      info: count(0xf0, 0xf9),
      expected: '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    },
    {
      name: 'A.2',
      secret: count(0x00, 0x4f),
      salt: count(0x60, 0xaf),
      info: count(0xb0, 0xff),
      expected:
        'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
    },
    {
      name: 'A.3',
      secret: eleven,
      salt: new Uint8Array(),
      info: new Uint8Array(),
      expected: '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    },
  ])('$name, on the server and in the browser', async ({ secret, salt, info, expected }) => {
    const length = expected.length / 2
    expect(Buffer.from(hkdfSync('sha256', secret, salt, info, length)).toHex()).toBe(expected)
    const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits'])
    const how = { name: 'HKDF', hash: 'SHA-256', salt, info }
    expect(new Uint8Array(await crypto.subtle.deriveBits(how, key, length * 8)).toHex()).toBe(expected)
  })
})

describe('AES-256-GCM matches its specification (McGrew and Viega, the vectors of NIST):', () => {
  const key = 'feffe9928665731c6d6a8f9467308308'.repeat(2)
  const text =
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255'
  const sealed =
    '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad'
  test.each([
    {
      name: '13',
      key: '00'.repeat(32),
      nonce: '00'.repeat(12),
      bound: '',
      text: '',
      sealed: '530f8afbc74536b9a963b4f1c4cb738b',
    },
    {
      name: '14',
      key: '00'.repeat(32),
      nonce: '00'.repeat(12),
      bound: '',
      text: '00'.repeat(16),
      sealed: 'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919',
    },
    {
      name: '15',
      key,
      nonce: 'cafebabefacedbaddecaf888',
      bound: '',
      text,
      sealed: `${sealed}b094dac5d93471bdec1a502270e3cc6c`,
    },
    {
      name: '16',
      key,
      nonce: 'cafebabefacedbaddecaf888',
      bound: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
      text: text.slice(0, 120),
      sealed: `${sealed.slice(0, 120)}76fc6ece0f4e1768cddf8853bb2d551b`,
    },
  ])('test case $name, on the server and in the browser', async ({ key, nonce, bound, text, sealed }) => {
    const cipher = createCipheriv('aes-256-gcm', hex(key), hex(nonce)).setAAD(hex(bound))
    const server = Buffer.concat([cipher.update(hex(text)), cipher.final(), cipher.getAuthTag()])
    expect(server.toHex()).toBe(sealed)
    const imported = await crypto.subtle.importKey('raw', hex(key), 'AES-GCM', false, ['encrypt'])
    const aead = { name: 'AES-GCM', iv: hex(nonce), additionalData: hex(bound) }
    expect(new Uint8Array(await crypto.subtle.encrypt(aead, imported, hex(text))).toHex()).toBe(sealed)
  })

  test('a truncated tag does not open', () => {
    for (const length of [0, 4, 8, 12, 15]) {
      const decipher = createDecipheriv('aes-256-gcm', hex('00'.repeat(32)), hex('00'.repeat(12)), {
        authTagLength: 16,
      })
      expect(() => decipher.setAuthTag(hex('530f8afbc74536b9a963b4f1c4cb738b').subarray(0, length))).toThrow()
    }
  })
})

describe('argon2id', () => {
  test('matches RFC 9106 §5.3', () => {
    const tag = argon2Sync('argon2id', {
      message: new Uint8Array(32).fill(1),
      nonce: new Uint8Array(16).fill(2),
      secret: new Uint8Array(8).fill(3),
      associatedData: new Uint8Array(12).fill(4),
      memory: 32,
      passes: 3,
      parallelism: 4,
      tagLength: 32,
    })
    expect(tag.toHex()).toBe('0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659')
  })

  test('has the cost that RFC 9106 recommends, unless a test replaces it', () => {
    expect(systemRuntime.argon2).toEqual({ memory: 65_536, passes: 3, lanes: 1 })
  })

  test('returns the same bytes with and without the addon', async () => {
    expect(await import('@node-rs/argon2')).toHaveProperty('hashRaw')
    for (const passphrase of ['p', '密码 🔑', 'x'.repeat(1024)]) {
      const salt = crypto.getRandomValues(new Uint8Array(16))
      const without = await stretchBuiltIn(new TextEncoder().encode(passphrase), salt, argon2Cost)
      expect((await stretch(passphrase, salt, argon2Cost)).toHex()).toBe(without.toHex())
    }
  })

  test('accepts accents composed differently, but no characters that only look alike', async () => {
    const salt = new Uint8Array(16)
    const of = async (passphrase: string) => (await stretch(passphrase, salt, argon2Cost)).toHex()
    const composed = await of('caf\u00e9 \u1e69')
    expect(await of('cafe\u0301 s\u0323\u0307')).toBe(composed)
    expect((await stretchBuiltIn(new TextEncoder().encode('caf\u00e9 \u1e69'), salt, argon2Cost)).toHex()).toBe(
      composed,
    )
    // Form C, unlike KC, keeps a ligature apart from its letters.
    expect(await of('\ufb01')).not.toBe(await of('fi'))
  })
})
