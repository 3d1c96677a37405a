import { type Static, Type } from '@sinclair/typebox'
import type { App } from '../app.ts'
import { formatDuration, parseDuration } from '../config/units.ts'
import { fromBase64Url, sealedLength } from '../crypto/end-to-end.ts'
import { AppError } from '../errors.ts'
import { parseAddress } from '../mail/addresses.ts'
import { minute } from '../time.ts'
import { type CharacterClass, characterClasses, passwordLength, wordCount } from './generate.ts'
import type { CreateInput, SecretContent } from './new-secret.ts'
import type { RevealInput } from './reveal.ts'

const minTtl = minute
const closed = { additionalProperties: false } as const
const Passphrase = Type.Optional(Type.String({ maxLength: 1024 }))
const Ttl = Type.Optional(Type.Union([Type.Integer(), Type.String({ maxLength: 32 })]))
const Notify = Type.Optional(Type.Union([Type.Boolean(), Type.Literal('on')]))
const Checkbox = Type.Optional(Type.String({ maxLength: 8, rule: 'checkbox' }))
const digits = (limits: object) => Type.Optional(Type.String({ maxLength: 8, limits }))

/** The body of a create: `content`, or what the client `sealed` with the `proof` of its fragment. */
export const CreateBody = Type.Object(
  {
    content: Type.Optional(Type.String()),
    sealed: Type.Optional(Type.String()),
    proof: Type.Optional(Type.String({ maxLength: 64 })),
    passphrase: Passphrase,
    ttl: Ttl,
    recipient: Type.Optional(Type.String({ maxLength: 320 })),
    notify: Notify,
  },
  closed,
)

/** The body of a generate: `length` and `classes` of a password, or the number of `words` of a passphrase. */
export const GenerateBody = Type.Object(
  {
    length: Type.Optional(Type.Integer({ minimum: passwordLength.min, maximum: passwordLength.max })),
    classes: Type.Optional(
      Type.Array(Type.Union(characterClasses.map((name) => Type.Literal(name))), { minItems: 1, maxItems: 4 }),
    ),
    words: Type.Optional(Type.Integer({ minimum: wordCount.min, maximum: wordCount.max })),
    passphrase: Passphrase,
    ttl: Ttl,
    notify: Notify,
  },
  closed,
)

/** The form of the generator page, in which every value is text. */
export const GenerateForm = Type.Object(
  {
    kind: Type.Union([Type.Literal('password'), Type.Literal('words')], { rule: 'choice' }),
    length: digits(passwordLength),
    words: digits(wordCount),
    lowercase: Checkbox,
    uppercase: Checkbox,
    digits: Checkbox,
    symbols: Checkbox,
    passphrase: Passphrase,
    ttl: Ttl,
    notify: Notify,
  },
  closed,
)

/** The body of a reveal. */
export const RevealBody = Type.Object(
  { passphrase: Passphrase, proof: Type.Optional(Type.String({ maxLength: 64 })) },
  closed,
)

/** A validated generate. `ttl` is in milliseconds. */
export interface GenerateInput {
  readonly password: { readonly length: number; readonly classes: readonly CharacterClass[] } | undefined
  readonly words: number | undefined
  readonly passphrase: string | undefined
  readonly ttl: number
  readonly notify: boolean
}

/**
 * Validates the body of a create against this instance's limits. Throws `content_missing`, `content_too_large`,
 * `body_not_utf8`, `ttl_out_of_range`, `field_invalid`.
 */
export function parseCreateInput(app: App, body: Static<typeof CreateBody>): CreateInput {
  return { content: contentOf(app, body), recipient: recipientOf(body), ...commonOf(app, body) }
}

/** Validates the body of a generate. Throws `body_not_utf8`, `ttl_out_of_range`, `field_invalid`. */
export function parseGenerateInput(app: App, body: Static<typeof GenerateBody>): GenerateInput {
  const { length = passwordLength.default, classes = characterClasses, words } = body
  if (words !== undefined && (body.length !== undefined || body.classes !== undefined))
    throw new AppError('field_invalid', { field: 'words', rule: 'wordsAlone' })
  const password = words === undefined ? { length, classes: classes as readonly CharacterClass[] } : undefined
  return { password, words, ...commonOf(app, body) }
}

/** Translates the generator's form to the body of the API. Throws `field_invalid`. */
export function toGenerateBody(form: Static<typeof GenerateForm>): Static<typeof GenerateBody> {
  const common = {
    ...(form.passphrase && { passphrase: form.passphrase }),
    ...(form.ttl && { ttl: form.ttl }),
    ...(form.notify && { notify: true }),
  }
  if (form.kind === 'words') return { words: parseInRange('words', form.words, wordCount), ...common }
  const classes = characterClasses.filter((name) => form[name] !== undefined)
  if (classes.length === 0) throw new AppError('field_invalid', { field: 'classes' })
  return { length: parseInRange('length', form.length, passwordLength), classes, ...common }
}

/** Validates the body of a reveal. Throws `body_not_utf8`, `field_invalid`. */
export function parseRevealInput(body: Static<typeof RevealBody>, idempotencyKey?: string): RevealInput {
  return {
    passphrase: passphraseOf(body),
    proof: body.proof === undefined ? undefined : decodeBytes('proof', body.proof, 32),
    idempotencyKey,
  }
}

/** Reads the Idempotency-Key header. Throws `idempotency_key_invalid`. */
export function idempotencyKeyOf(request: Request): string | undefined {
  const idempotencyKey = request.headers.get('idempotency-key')
  if (idempotencyKey === null) return undefined
  if (!/^[\x21-\x7e]{16,255}$/.test(idempotencyKey)) throw new AppError('idempotency_key_invalid')
  return idempotencyKey
}

function contentOf({ config }: App, { content, sealed, proof }: Static<typeof CreateBody>): SecretContent {
  const tooLarge = () => new AppError('content_too_large', { limit: config.secretSize })
  if (sealed !== undefined) {
    if (content !== undefined) throw new AppError('field_invalid', { field: 'content', rule: 'contentOrSealed' })
    const bytes = decodeBytes('sealed', sealed)
    if (bytes.length > sealedLength(config.secretSize)) throw tooLarge()
    return { sealed: bytes, proof: decodeBytes('proof', proof ?? '', 32) }
  }
  if (proof !== undefined) throw new AppError('field_invalid', { field: 'proof' })
  if (content === undefined || content === '') throw new AppError('content_missing')
  if (!content.isWellFormed()) throw new AppError('body_not_utf8')
  if (Buffer.byteLength(content) > config.secretSize) throw tooLarge()
  return { text: content }
}

function commonOf(app: App, body: Pick<Static<typeof CreateBody>, 'passphrase' | 'ttl' | 'notify'>) {
  return { passphrase: passphraseOf(body), ttl: ttlOf(app, body.ttl), notify: Boolean(body.notify) }
}

// A form sends an empty field for none.
function recipientOf({ recipient = '' }: Static<typeof CreateBody>): string | undefined {
  if (recipient === '') return undefined
  const address = parseAddress(recipient)
  if (address === undefined) throw new AppError('field_invalid', { field: 'recipient' })
  return address
}

function passphraseOf({ passphrase }: { passphrase?: string }): string | undefined {
  if (passphrase === undefined || passphrase === '') return undefined
  if (!passphrase.isWellFormed()) throw new AppError('body_not_utf8')
  return passphrase
}

function ttlOf({ config }: App, ttl: number | string | undefined): number {
  if (ttl === undefined) return config.ttlDefault
  const requested = parseDuration(ttl)
  if (requested === undefined) throw new AppError('field_invalid', { field: 'ttl' })
  if (requested < minTtl || requested > config.ttlMax)
    throw new AppError('ttl_out_of_range', { min: formatDuration(minTtl), max: formatDuration(config.ttlMax) })
  return requested
}

function parseInRange(
  field: string,
  text: string | undefined,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const number = Number(text)
  if (!/^\d+$/.test(text ?? '') || number < min || number > max)
    throw new AppError('field_invalid', { field, min, max })
  return number
}

function decodeBytes(field: string, text: string, length?: number): Uint8Array {
  const bytes = fromBase64Url(text)
  if (!bytes || bytes.length === 0 || (length !== undefined && bytes.length !== length))
    throw new AppError('field_invalid', { field })
  return bytes
}
