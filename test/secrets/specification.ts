// The formats of vectors.json once more, computed from their description with WebCrypto and nothing of ours: an
// implementation in another language would look like this.
type Bytes = Uint8Array<ArrayBuffer>

/** The named values of vectors.json, each as it is written there: bytes in hex, moments in milliseconds. */
export interface SealingFacts {
  readonly key: string
  readonly root_key: string
  readonly stretched: string | null
  readonly region: string
  readonly expires_at: number
  readonly mode: string
  readonly content: string
  readonly salt: string
  readonly nonce: string
}

/** The root key's id: the first four bytes of its labelled digest. */
export async function rootKeyId(rootKey: string): Promise<string> {
  return (await digest('root-key', hex(rootKey))).toHex().slice(0, 8)
}

/** What a key is found by. */
export async function lookup(key: string): Promise<string> {
  return (await digest('lookup', utf8(key))).toHex()
}

/** One HKDF over link key, root key and stretched passphrase (or 32 zeros) gives the content key, then the commitment. */
export async function sealing(facts: SealingFacts): Promise<{ commitment: string; sealed: string }> {
  const { key, root_key, stretched, salt, nonce, content } = facts
  const secret = join(utf8(key), hex(root_key), stretched === null ? new Uint8Array(32) : hex(stretched))
  const derived = await hkdf(secret, hex(salt), 'sotto/v1/content', 64)
  const bound = await boundTo(facts)
  const ciphertext = await aesGcm(derived.slice(0, 32), hex(nonce), utf8(bound), padded(hex(content)))
  return { commitment: derived.slice(32).toHex(), sealed: nonce + ciphertext.toHex() }
}

async function boundTo({ key, root_key, stretched, region, expires_at, mode }: SealingFacts): Promise<string> {
  const way = `${mode}/${stretched === null ? 'open' : 'passphrase'}`
  return `sotto/v1/bound\n${await rootKeyId(root_key)}\n${await lookup(key)}\n${expires_at}\n${way}\n${region}`
}

/** A text under a key of root key and holder, without padding; the additional data is the digest of nothing. */
export async function wrapping(use: string, holder: string, rootKey: string, text: string, nonce: string) {
  const key = await hkdf(join(hex(rootKey), utf8(holder)), new Uint8Array(), `sotto/v1/${use}`, 32)
  return nonce + (await aesGcm(key, hex(nonce), await digest(use), utf8(text))).toHex()
}

/** What a browser makes of a fragment: the proof that it shows, and version byte, nonce, ciphertext. */
export async function endToEnd(fragment: string, nonce: string, content: string) {
  const derive = (use: string) => hkdf(hex(fragment), new Uint8Array(), `sotto/v1/end-to-end/${use}`, 32)
  const bound = utf8('sotto/v1/end-to-end')
  const ciphertext = await aesGcm(await derive('content'), hex(nonce), bound, padded(hex(content)))
  return { proof: (await derive('proof')).toHex(), sealed: `01${nonce}${ciphertext.toHex()}` }
}

/** What the server keeps of a proof. */
export async function keptProof(proof: string): Promise<string> {
  return (await digest('proof', hex(proof))).toHex()
}

/** Padmé as its paper has it, with a mask of low bits, over the length with the closing mark; never below 256. */
export function bucket(length: number): number {
  const marked = length + 1
  const exponent = 31 - Math.clz32(marked)
  const mask = (1 << (exponent - (32 - Math.clz32(exponent)))) - 1
  return Math.max(256, (marked + mask) & ~mask)
}

function padded(content: Bytes): Bytes {
  return join(content, Uint8Array.of(0x80), new Uint8Array(bucket(content.length) - content.length - 1))
}

async function digest(use: string, value: Bytes = new Uint8Array()): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', join(utf8(`sotto/v1/${use}\0`), value)))
}

async function hkdf(secret: Bytes, salt: Bytes, info: string, length: number): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits'])
  const how = { name: 'HKDF', hash: 'SHA-256', salt, info: utf8(info) }
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, length * 8))
}

async function aesGcm(key: Bytes, iv: Bytes, additionalData: Bytes, content: Bytes): Promise<Bytes> {
  const imported = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt'])
  return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, imported, content))
}

function utf8(text: string): Bytes {
  return new TextEncoder().encode(text)
}

function hex(text: string): Bytes {
  return Uint8Array.fromHex(text)
}

function join(...parts: Bytes[]): Bytes {
  return new Uint8Array(parts.flatMap((part) => [...part]))
}
