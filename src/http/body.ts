import { AppError } from '../errors.ts'

const deepest = 8
// How a mail program ends a kind of mail (RFC 8058): it may choose this form, and nothing else here comes in it.
const oneClick =
  /^--\S+\r\ncontent-disposition: *form-data; *name="List-Unsubscribe"\r\n(?:\S.*\r\n)*\r\nOne-Click\r\n--\S+--\s*$/i

/** The most bytes a request body may have so that a content of `secretSize` bytes fits, however JSON or a form escapes it. */
export function bodyLimit({ secretSize }: { readonly secretSize: number }): number {
  return secretSize * 6 + 16_384
}

/**
 * Reads a body as an object of fields. The API takes JSON, or text/plain, which is a content and nothing else; pages
 * take forms. Throws `media_type_unsupported`, `body_too_large`, `body_not_utf8`, `body_malformed`, `field_invalid`.
 */
export async function readBody(request: Request, isApi: boolean, limit: number): Promise<unknown> {
  const bytes = await limited(request, limit)
  const type = (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase()
  if (bytes.length === 0 && type !== 'text/plain') return {}
  if (isApi && type === 'application/json') return parseJson(utf8(bytes))
  if (isApi && type === 'text/plain') return { content: utf8(bytes) }
  if (!isApi && type === 'application/x-www-form-urlencoded') return parseForm(utf8(bytes))
  if (!isApi && type === 'multipart/form-data' && oneClick.test(utf8(bytes))) return { 'List-Unsubscribe': 'One-Click' }
  throw new AppError('media_type_unsupported', {
    expected: isApi ? 'application/json' : 'application/x-www-form-urlencoded',
  })
}

/** The most bytes that a form with a picture may have. */
export const uploadLimit = 600_000

/** Reads a form with files, each as its bytes. Throws `media_type_unsupported`, `body_too_large`, `body_malformed`. */
export async function readUpload(request: Request): Promise<Record<string, string | Uint8Array>> {
  const type = request.headers.get('content-type') ?? ''
  if (!type.startsWith('multipart/form-data'))
    throw new AppError('media_type_unsupported', { expected: 'multipart/form-data' })
  const bytes = await limited(request, uploadLimit)
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData().catch(() => {
    throw new AppError('body_malformed')
  })
  const fields: Record<string, string | Uint8Array> = {}
  for (const [name, value] of form.entries() as Iterable<[string, string | Blob]>)
    fields[name] = typeof value === 'string' ? value : await value.bytes()
  return fields
}

async function limited(request: Request, limit: number): Promise<Uint8Array> {
  const announced = Number(request.headers.get('content-length') ?? 0)
  if (announced > limit) throw new AppError('body_too_large', { limit })
  const bytes = await request.bytes()
  if (bytes.length > limit) throw new AppError('body_too_large', { limit })
  return bytes
}

// A byte order mark is content too, so it is kept.
function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new AppError('body_not_utf8')
  }
}

function parseJson(text: string): unknown {
  const value = parsed(text)
  if (isDeeperThan(deepest, value)) throw new AppError('field_invalid', { field: 'body' })
  return value
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('body_malformed')
  }
}

// No body here is nested deeper than a list of words, and the validator takes seconds to complain of one that is.
function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner))
}

// URLSearchParams would replace broken UTF-8 silently, and a secret with it. Line ends are sent as CRLF by every
// browser, whatever was typed: a textarea itself knows only LF.
function parseForm(text: string): Record<string, string> {
  const fields: Record<string, string> = Object.create(null)
  for (const pair of text.split('&')) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? []
    if (name === '') continue
    if (Object.hasOwn(fields, decodeFormPart(name))) throw new AppError('body_malformed')
    fields[decodeFormPart(name)] = decodeFormPart(value).replaceAll('\r\n', '\n')
  }
  return { ...fields }
}

function decodeFormPart(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '))
  } catch {
    throw new AppError('body_not_utf8')
  }
}
