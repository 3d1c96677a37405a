import { createCipheriv, createDecipheriv, hash, hkdfSync, timingSafeEqual } from 'node:crypto'
import { pad, unpad } from './padding.ts'

// The labels below are part of every stored secret: changing one makes a new version, never a new spelling.
const label = (use: string) => `sotto/v1/${use}`
const noPassphrase = new Uint8Array(32)

/** The operator's root key, and the name by which a row says that it was sealed with it. */
export interface RootKey {
  readonly id: string
  readonly bytes: Uint8Array
}

/** What opens a secret: the key of the link, the root key and, where there is one, the stretched passphrase (32 bytes). */
export interface KeyMaterial {
  readonly key: string
  readonly root: RootKey
  readonly passphrase: Uint8Array | undefined
}

/** What a sealed content is bound to; a row that was moved, prolonged or relabelled no longer opens. */
export interface SealBinding {
  readonly region: string
  readonly expiresAt: number
  readonly endToEnd: boolean
}

/** The sealed content as the database keeps it. */
export interface Sealed {
  readonly salt: Uint8Array
  readonly commitment: Uint8Array
  readonly sealed: Uint8Array
}

export function toRootKey(bytes: Uint8Array): RootKey {
  if (bytes.length !== 32) throw new RangeError('a root key has 32 bytes')
  return { id: digest('root-key', bytes).subarray(0, 4).toHex(), bytes }
}

/** What a row is found by. The key itself is never stored. */
export function lookupOf(key: string): Uint8Array {
  return digest('lookup', key)
}

/** SHA-256 over a labelled value. */
export function digest(use: string, ...values: (string | Uint8Array)[]): Uint8Array {
  const labelled = `${label(use)}\0`
  const [value = ''] = values
  if (values.length <= 1 && typeof value === 'string') return hash('sha256', labelled + value, 'buffer')
  return hash('sha256', Buffer.concat([labelled, ...values].map(asBytes)), 'buffer')
}

/**
 * Seals `content`: HKDF-SHA-256 (RFC 5869) over link key, root key and passphrase gives a key that is used once, for
 * AES-256-GCM over the padded content, and a commitment to all three.
 */
export function seal(
  openers: KeyMaterial,
  bound: SealBinding,
  content: Uint8Array,
  random: (bytes: number) => Uint8Array,
): Sealed {
  const salt = random(16)
  const { contentKey, commitment } = derive(openers, salt)
  return { salt, commitment, sealed: encrypt(contentKey, random(12), pad(content), boundBytes(openers, bound)) }
}

/** Whether `openers` are the ones that this was sealed with. Compared in constant time, before anything is decrypted. */
export function matchesCommitment(openers: KeyMaterial, { salt, commitment }: Omit<Sealed, 'sealed'>): boolean {
  return timingSafeEqual(derive(openers, salt).commitment, commitment)
}

/** The content. Throws where the openers do not fit, or where the row was tampered with. */
export function open(openers: KeyMaterial, bound: SealBinding, { salt, commitment, sealed }: Sealed): Uint8Array {
  const derived = derive(openers, salt)
  if (!timingSafeEqual(derived.commitment, commitment)) throw new Error('commitment')
  return unpad(decrypt(derived.contentKey, sealed, boundBytes(openers, bound)))
}

/** Wraps a short text under a key that only the holder of `holder` can make again. */
export function wrap(
  use: string,
  holder: string,
  root: RootKey,
  text: string,
  random: (bytes: number) => Uint8Array,
): Uint8Array {
  return encrypt(wrappingKey(use, holder, root), random(12), Buffer.from(text), digest(use))
}

/** The text again; throws where the holder is another one. */
export function unwrap(use: string, holder: string, root: RootKey, wrapped: Uint8Array): string {
  return new TextDecoder().decode(decrypt(wrappingKey(use, holder, root), wrapped, digest(use)))
}

function asBytes(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value) : value
}

function derive({ key, root, passphrase }: KeyMaterial, salt: Uint8Array) {
  const secret = Buffer.concat([Buffer.from(key, 'latin1'), root.bytes, passphrase ?? noPassphrase])
  const both = new Uint8Array(hkdfSync('sha256', secret, salt, label('content'), 64))
  return { contentKey: both.subarray(0, 32), commitment: both.subarray(32) }
}

function wrappingKey(use: string, holder: string, root: RootKey): Uint8Array {
  const secret = Buffer.concat([root.bytes, Buffer.from(holder)])
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), label(use), 32))
}

// Each part has a fixed length or closes the list, so no two different facts give the same bytes.
function boundBytes({ key, root, passphrase }: KeyMaterial, { region, expiresAt, endToEnd }: SealBinding): Uint8Array {
  const mode = `${endToEnd ? 'end-to-end' : 'server'}/${passphrase ? 'passphrase' : 'open'}`
  const facts = [label('bound'), root.id, lookupOf(key).toHex(), String(expiresAt), mode, region]
  return Buffer.from(facts.join('\n'))
}

function encrypt(key: Uint8Array, nonce: Uint8Array, content: Uint8Array, bound: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound)
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Uint8Array, sealed: Uint8Array, bound: Uint8Array): Uint8Array {
  const tag = sealed.length - 16
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 }).setAAD(bound)
  decipher.setAuthTag(sealed.subarray(tag))
  return Buffer.concat([decipher.update(sealed.subarray(12, tag)), decipher.final()])
}
