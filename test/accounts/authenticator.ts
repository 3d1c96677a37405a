import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'

/** What the browser is told when a passkey is made or shown: the parts that an authenticator looks at. */
export interface Options {
  readonly challenge: string
  readonly rp?: { readonly id?: string }
  readonly rpId?: string
  readonly user?: { readonly id: string }
}

/** What a dishonest or odd authenticator does otherwise. */
export interface Oddities {
  readonly origin?: string
  readonly party?: string
  readonly verifies?: boolean
  readonly counter?: number
}

const present = 0x01
const verified = 0x04
const attested = 0x40

/** An authenticator with one passkey (ES256, no attestation), written from the WebAuthn recommendation. */
export class Authenticator {
  readonly id = base64url(crypto.getRandomValues(new Uint8Array(16)))
  counter = 0
  readonly #origin: string
  readonly #key: KeyObject
  readonly #point: Buffer

  constructor(origin: string) {
    this.#origin = origin
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#key = privateKey
    this.#point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-64)
  }

  /** Makes the passkey. */
  make(options: Options, odd: Oddities = {}): string {
    const credential = Buffer.concat([
      Buffer.alloc(16),
      Buffer.from([0, 16]),
      Buffer.from(this.id, 'base64url'),
      this.#cose(),
    ])
    const data = this.#data(options.rp?.id ?? '', attested, odd, credential)
    const attestation = Buffer.concat([
      Buffer.from([0xa3]),
      ...[text('fmt'), text('none'), text('attStmt'), Buffer.from([0xa0]), text('authData'), bytes(data)],
    ])
    return this.#answer({
      clientDataJSON: base64url(this.#clientData('webauthn.create', options, odd)),
      attestationObject: base64url(attestation),
      transports: ['internal'],
    })
  }

  /** Shows the passkey. */
  show(options: Options, odd: Oddities = {}): string {
    this.counter = odd.counter ?? this.counter + 1
    const data = this.#data(options.rpId ?? '', 0, odd)
    const client = this.#clientData('webauthn.get', options, odd)
    const hash = createHash('sha256').update(client).digest()
    const signature = createSign('sha256')
      .update(Buffer.concat([data, hash]))
      .sign(this.#key)
    return this.#answer({
      clientDataJSON: base64url(client),
      authenticatorData: base64url(data),
      signature: base64url(signature),
    })
  }

  #answer(response: object): string {
    return JSON.stringify({ id: this.id, rawId: this.id, type: 'public-key', response, clientExtensionResults: {} })
  }

  #clientData(type: string, { challenge }: Options, { origin = this.#origin }: Oddities): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  }

  #data(party: string, flags: number, odd: Oddities, more: Buffer = Buffer.alloc(0)): Buffer {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(this.counter)
    const all = flags | present | (odd.verifies === false ? 0 : verified)
    const hash = createHash('sha256')
      .update(odd.party ?? party)
      .digest()
    return Buffer.concat([hash, Buffer.from([all]), counter, more])
  }

  // COSE: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
  #cose(): Buffer {
    const head = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01])
    const [x, y] = [this.#point.subarray(0, 32), this.#point.subarray(32)]
    return Buffer.concat([head, Buffer.from([0x21]), bytes(x), Buffer.from([0x22]), bytes(y)])
  }
}

function text(words: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 + words.length]), Buffer.from(words)])
}

function bytes(value: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(value.length < 256 ? [0x58, value.length] : [0x59, value.length >> 8, value.length & 255]),
    value,
  ])
}

function base64url(value: Uint8Array): string {
  return Buffer.from(value).toString('base64url')
}
