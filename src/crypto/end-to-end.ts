// Runs alike in the browser, in the program and in the tests: WebCrypto only, nothing of Bun or Node.
import { pad, paddedLength, unpad } from './padding.ts'

const version = 1
const overhead = 1 + 12 + 16

/** How long the sealed form of `length` bytes is, in bytes. */
export function sealedLength(length: number): number {
  return paddedLength(length) + overhead
}

/** What the fragment of a link gives: a key that seals the content, and a proof of having the fragment. */
export interface FragmentKeys {
  readonly content: CryptoKey
  readonly proof: Uint8Array<ArrayBuffer>
}

/** A fresh fragment: 32 random bytes. It is the part of the link that never reaches a server. */
export function newFragment(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(32))
}

/** HKDF-SHA-256 (RFC 5869, empty salt) of the fragment, once for each use. */
export async function deriveFragmentKeys(fragment: Uint8Array<ArrayBuffer>): Promise<FragmentKeys> {
  const secret = await crypto.subtle.importKey('raw', fragment, 'HKDF', false, ['deriveBits'])
  const derive = async (use: string) => {
    const info = new TextEncoder().encode(`sotto/v1/end-to-end/${use}`)
    const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
    return new Uint8Array(await crypto.subtle.deriveBits(parameters, secret, 256))
  }
  const [content, proof] = await Promise.all([derive('content'), derive('proof')])
  return { content: await crypto.subtle.importKey('raw', content, 'AES-GCM', false, ['encrypt', 'decrypt']), proof }
}

/** AES-256-GCM over the padded content: version byte, nonce, ciphertext with tag. `nonce` is given only by tests. */
export async function sealWithFragment(
  keys: FragmentKeys,
  content: Uint8Array,
  nonce = crypto.getRandomValues(new Uint8Array(12)),
): Promise<Uint8Array<ArrayBuffer>> {
  const sealed = await crypto.subtle.encrypt(aead(nonce), keys.content, pad(content))
  const message = new Uint8Array(1 + nonce.length + sealed.byteLength)
  message[0] = version
  message.set(nonce, 1)
  message.set(new Uint8Array(sealed), 1 + nonce.length)
  return message
}

/** The content again; rejects where the message was not sealed with this fragment. */
export async function openWithFragment(keys: FragmentKeys, message: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  if (message[0] !== version) throw new RangeError('unknown version')
  const padded = await crypto.subtle.decrypt(aead(message.slice(1, 13)), keys.content, message.slice(13))
  return unpad(new Uint8Array(padded))
}

function aead(iv: Uint8Array<ArrayBuffer>): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode('sotto/v1/end-to-end') }
}

/** Bytes as base64url without padding (RFC 4648 §5). */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** The bytes of base64url without padding, or nothing where it is not exactly that. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
  return toBase64Url(bytes) === text ? bytes : undefined
}
