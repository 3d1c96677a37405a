// Runs in the browser and in the program, so it uses WebCrypto only.
import { pad, paddedLength, unpad } from './padding.ts'

const version = 1
const overhead = 1 + 12 + 16

/** Returns the length of the sealed form of `length` bytes, in bytes. */
export function sealedLength(length: number): number {
  return paddedLength(length) + overhead
}

/** The keys derived from the fragment of a link: one seals the content, the other proves that a reader has the fragment. */
export interface FragmentKeys {
  readonly content: CryptoKey
  readonly proof: Uint8Array<ArrayBuffer>
}

/** Creates a fragment of 32 random bytes, the part of the link that is never sent to a server. */
export function createFragment(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(32))
}

/** Derives both keys from the fragment by HKDF-SHA-256 (RFC 5869) with an empty salt. */
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

/** Seals by AES-256-GCM over the padded content. Returns version byte, nonce, ciphertext and tag. Only tests set `nonce`. */
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

/** Opens a sealed content. Rejects if it was not sealed with this fragment. */
export async function openWithFragment(keys: FragmentKeys, message: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  if (message[0] !== version) throw new RangeError('unknown version')
  const padded = await crypto.subtle.decrypt(aead(message.slice(1, 13)), keys.content, message.slice(13))
  return unpad(new Uint8Array(padded))
}

function aead(iv: Uint8Array<ArrayBuffer>): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode('sotto/v1/end-to-end') }
}

/** Encodes bytes as base64url without padding (RFC 4648 §5). */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** Decodes base64url without padding. Returns undefined for any other text. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
  return toBase64Url(bytes) === text ? bytes : undefined
}
