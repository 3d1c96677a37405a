import { createCipheriv, createDecipheriv, hash, hkdfSync, timingSafeEqual } from 'node:crypto'
import { pad, unpad } from './padding.ts'

// Stored data depends on the labels: a change needs a new version.
const label = (use: string) => `sotto/v1/${use}`
const noPassphrase = new Uint8Array(32)

/** The operator's root key (32 bytes), and the id by which a row names the root key that sealed it. */
export interface RootKey {
  readonly id: string
  readonly bytes: Uint8Array
}

/** What opens a secret: the key of the link, the root key and the stretched passphrase (32 bytes), if there is one. */
export interface KeyMaterial {
  readonly key: string
  readonly root: RootKey
  readonly passphrase: Uint8Array | undefined
}

/** What a sealed content is bound to: it does not open after its row was moved to another region, extended or relabelled. */
export interface SealBinding {
  readonly region: string
  readonly expiresAt: number
  readonly endToEnd: boolean
}

/** A sealed content as the database stores it. */
export interface Sealed {
  readonly salt: Uint8Array
  readonly commitment: Uint8Array
  readonly sealed: Uint8Array
}

/** Makes a root key of 32 bytes. Throws RangeError for another length. */
export function toRootKey(bytes: Uint8Array): RootKey {
  if (bytes.length !== 32) throw new RangeError('a root key has 32 bytes')
  return { id: digest('root-key', bytes).subarray(0, 4).toHex(), bytes }
}

/** Returns the hash by which a row proves its key. The key itself is never stored. */
export function lookupOf(key: string): Uint8Array {
  return digest('lookup', key)
}

/** Returns SHA-256 over a label and the values. */
export function digest(use: string, ...values: (string | Uint8Array)[]): Uint8Array {
  const labelled = `${label(use)}\0`
  const [value = ''] = values
  if (values.length <= 1 && typeof value === 'string') return hash('sha256', labelled + value, 'buffer')
  return hash('sha256', Buffer.concat([labelled, ...values].map(asBytes)), 'buffer')
}

/**
 * Seals a content. HKDF-SHA-256 (RFC 5869) over link key, root key and passphrase derives a key, used once for
 * AES-256-GCM over the padded content, and a commitment to all three.
 */
export function seal(
  keys: KeyMaterial,
  binding: SealBinding,
  content: Uint8Array,
  random: (bytes: number) => Uint8Array,
): Sealed {
  const salt = random(16)
  const { contentKey, commitment } = derive(keys, salt)
  return { salt, commitment, sealed: encrypt(contentKey, random(12), pad(content), associatedDataOf(keys, binding)) }
}

/** Whether `keys` sealed this content. Compared in constant time, without decrypting anything. */
export function matchesCommitment(keys: KeyMaterial, { salt, commitment }: Omit<Sealed, 'sealed'>): boolean {
  return timingSafeEqual(derive(keys, salt).commitment, commitment)
}

/** Opens a sealed content. Throws if `keys` do not match or the row was tampered with. */
export function open(keys: KeyMaterial, binding: SealBinding, { salt, commitment, sealed }: Sealed): Uint8Array {
  const derived = derive(keys, salt)
  if (!timingSafeEqual(derived.commitment, commitment)) throw new Error('commitment')
  return unpad(decrypt(derived.contentKey, sealed, associatedDataOf(keys, binding)))
}

/**
 * Wraps a short text under a key derived from the root key and `binding`: a secret that is not stored, such as a receipt
 * key, or the id of the row that stores the text.
 */
export function wrap(
  use: string,
  binding: string,
  root: RootKey,
  text: string,
  random: (bytes: number) => Uint8Array,
): Uint8Array {
  return encrypt(wrappingKey(use, binding, root), random(12), Buffer.from(text), digest(use))
}

/** Unwraps a text. Throws if use, binding or root key differ from those of `wrap`, or the bytes were changed. */
export function unwrap(use: string, binding: string, root: RootKey, wrapped: Uint8Array): string {
  return new TextDecoder().decode(decrypt(wrappingKey(use, binding, root), wrapped, digest(use)))
}

function asBytes(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value) : value
}

function derive({ key, root, passphrase }: KeyMaterial, salt: Uint8Array) {
  const secret = Buffer.concat([Buffer.from(key, 'latin1'), root.bytes, passphrase ?? noPassphrase])
  const derived = new Uint8Array(hkdfSync('sha256', secret, salt, label('content'), 64))
  return { contentKey: derived.subarray(0, 32), commitment: derived.subarray(32) }
}

function wrappingKey(use: string, binding: string, root: RootKey): Uint8Array {
  const secret = Buffer.concat([root.bytes, Buffer.from(binding)])
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), label(use), 32))
}

// Each part has a fixed length or ends the list, so different facts never produce the same bytes.
function associatedDataOf(
  { key, root, passphrase }: KeyMaterial,
  { region, expiresAt, endToEnd }: SealBinding,
): Uint8Array {
  const mode = `${endToEnd ? 'end-to-end' : 'server'}/${passphrase ? 'passphrase' : 'open'}`
  const facts = [label('bound'), root.id, lookupOf(key).toHex(), String(expiresAt), mode, region]
  return Buffer.from(facts.join('\n'))
}

function encrypt(key: Uint8Array, nonce: Uint8Array, content: Uint8Array, associatedData: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associatedData)
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Uint8Array, sealed: Uint8Array, associatedData: Uint8Array): Uint8Array {
  const tag = sealed.length - 16
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 }).setAAD(
    associatedData,
  )
  decipher.setAuthTag(sealed.subarray(tag))
  return Buffer.concat([decipher.update(sealed.subarray(12, tag)), decipher.final()])
}
