import { describe, expect, test } from 'bun:test'
import { argon2Sync } from 'node:crypto'
import { stretch } from '../../src/crypto/argon2.ts'
import { deriveFragmentKeys, sealWithFragment } from '../../src/crypto/end-to-end.ts'
import { paddedLength } from '../../src/crypto/padding.ts'
import { digest, lookupOf, open, seal, toRootKey, unwrap, wrap } from '../../src/crypto/sealing.ts'
import { systemRuntime } from '../../src/open-app.ts'
import * as specification from '../fixtures/sealing-specification.ts'
import vectors from './vectors.json'

const hex = (text: string) => Uint8Array.fromHex(text)

describe('stored formats never change:', () => {
  test('the id of a root key', async () => {
    for (const { bytes, id } of vectors.root_keys) {
      expect(toRootKey(hex(bytes)).id).toBe(id)
      expect(await specification.rootKeyId(bytes)).toBe(id)
    }
  })

  test('the lookup hash of a key', async () => {
    for (const { key, lookup } of vectors.lookups) {
      expect(lookupOf(key).toHex()).toBe(lookup)
      expect(await specification.lookup(key)).toBe(lookup)
    }
  })

  test.each(vectors.sealing)('the envelope, $name', async (facts) => {
    const openers = {
      key: facts.key,
      root: toRootKey(hex(facts.root_key)),
      passphrase: facts.stretched === null ? undefined : hex(facts.stretched),
    }
    const bound = { region: facts.region, expiresAt: facts.expires_at, endToEnd: facts.mode === 'end-to-end' }
    const sealed = seal(openers, bound, hex(facts.content), given(facts.salt, facts.nonce))
    expect(inHex(sealed)).toEqual({ salt: facts.salt, commitment: facts.commitment, sealed: facts.sealed })
    expect(await specification.sealing(facts)).toEqual({ commitment: facts.commitment, sealed: facts.sealed })
    expect(open(openers, bound, sealed).toHex()).toBe(facts.content)
  })

  test('the stretched passphrase', async () => {
    for (const { passphrase, passphrase_salt, stretched } of vectors.sealing) {
      if (passphrase === null || passphrase_salt === null) continue
      expect((await stretch(passphrase, hex(passphrase_salt), systemRuntime.argon2)).toHex()).toBe(stretched ?? '')
      const cost = { memory: 65_536, passes: 3, parallelism: 1, tagLength: 32 }
      const again = argon2Sync('argon2id', {
        message: passphrase.normalize('NFC'),
        nonce: hex(passphrase_salt),
        ...cost,
      })
      expect(again.toHex()).toBe(stretched ?? '')
    }
  })

  test('a wrapped text', async () => {
    for (const { use, binding, root_key, text, nonce, wrapped } of vectors.wrapping) {
      const root = toRootKey(hex(root_key))
      expect(wrap(use, binding, root, text, given(nonce)).toHex()).toBe(wrapped)
      expect(await specification.wrapping(use, binding, root_key, text, nonce)).toBe(wrapped)
      expect(unwrap(use, binding, root, hex(wrapped))).toBe(text)
    }
  })

  test('the end-to-end sealed content and its proof', async () => {
    for (const { fragment, nonce, content, proof, kept_proof, sealed } of vectors.end_to_end) {
      const keys = await deriveFragmentKeys(hex(fragment))
      const message = await sealWithFragment(keys, hex(content), hex(nonce))
      expect([keys.proof.toHex(), message.toHex()]).toEqual([proof, sealed])
      expect(await specification.endToEnd(fragment, nonce, content)).toEqual({ proof, sealed })
      expect(digest('proof', keys.proof).toHex()).toBe(kept_proof)
      expect(await specification.keptProof(proof)).toBe(kept_proof)
    }
  })

  test('the padded lengths', () => {
    for (const [length = 0, padded] of vectors.padding) expect(paddedLength(length)).toBe(padded ?? 0)
    for (let length = 0; length < 150_000; length += 1) {
      if (paddedLength(length) !== specification.bucket(length)) expect(length).toBe(-1)
    }
  })
})

// Returns a random source with these bytes in this order; it throws on any other request.
function given(...values: string[]): (bytes: number) => Uint8Array {
  const left = values.map(hex)
  return (bytes) => {
    const next = left.shift()
    if (next?.length !== bytes) throw new Error(`unexpected request for ${bytes} random bytes`)
    return next
  }
}

function inHex(parts: object): object {
  return Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [name, bytes.toHex()]))
}
