import { AppError } from '../errors.ts'

const maxDepth = 8
// One-click unsubscribe (RFC 8058): mail programs may send it as multipart, which no other form here uses.
const oneClick =
  /^--\S+\r\ncontent-disposition: *form-data; *name="List-Unsubscribe"\r\n(?:\S.*\r\n)*\r\nOne-Click\r\n--\S+--\s*$/i

/** Returns the maximum size of a request body in bytes: room for a secret of `secretSize` bytes in any JSON or form escaping. */
export function bodyLimit({ secretSize }: { readonly secretSize: number }): number {
  return secretSize * 6 + 16_384
}

/**
 * Reads a request body as an object of fields. The API accepts JSON, and text/plain as the `content` field; pages
 * accept forms. Throws `media_type_unsupported`, `body_too_large`, `body_not_utf8`, `body_malformed`, `field_invalid`.
 */
export async function readBody(request: Request, isApi: boolean, limit: number): Promise<unknown> {
  const bytes = await readBytes(request, limit)
  const type = (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase()
  if (bytes.length === 0 && type !== 'text/plain') return {}
  if (isApi && type === 'application/json') return parseJson(decodeUtf8(bytes))
  if (isApi && type === 'text/plain') return { content: decodeUtf8(bytes) }
  if (!isApi && type === 'application/x-www-form-urlencoded') return parseForm(decodeUtf8(bytes))
  if (!isApi && type === 'multipart/form-data' && oneClick.test(decodeUtf8(bytes)))
    return { 'List-Unsubscribe': 'One-Click' }
  throw new AppError('media_type_unsupported', {
    expected: isApi ? 'application/json' : 'application/x-www-form-urlencoded',
  })
}

/** The maximum size of a form with a picture, in bytes. */
export const uploadLimit = 600_000

/** Reads a multipart form as an object of fields, files as bytes. Throws `media_type_unsupported`, `body_too_large`, `body_malformed`. */
export async function readUpload(request: Request): Promise<Record<string, string | Uint8Array>> {
  const type = request.headers.get('content-type') ?? ''
  if (!type.startsWith('multipart/form-data'))
    throw new AppError('media_type_unsupported', { expected: 'multipart/form-data' })
  const bytes = await readBytes(request, uploadLimit)
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData().catch(() => {
    throw new AppError('body_malformed')
  })
  const fields: Record<string, string | Uint8Array> = {}
  for (const [name, value] of form.entries() as Iterable<[string, string | Blob]>)
    fields[name] = typeof value === 'string' ? value : await value.bytes()
  return fields
}

async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const contentLength = Number(request.headers.get('content-length') ?? 0)
  if (contentLength > limit) throw new AppError('body_too_large', { limit })
  const bytes = await request.bytes()
  if (bytes.length > limit) throw new AppError('body_too_large', { limit })
  return bytes
}

// A byte order mark is part of the content, so it is kept.
function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new AppError('body_not_utf8')
  }
}

function parseJson(text: string): unknown {
  const value = decodeJson(text)
  if (isDeeperThan(maxDepth, value)) throw new AppError('field_invalid', { field: 'body' })
  return value
}

function decodeJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('body_malformed')
  }
}

// No schema is nested this deeply, and the validator needs seconds to refuse a body that is.
function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner))
}

// URLSearchParams would silently replace invalid UTF-8, and so change a secret. Browsers send the line breaks of a
// textarea as CRLF, although its value has LF.
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
