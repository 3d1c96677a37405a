import type { App } from '../app.ts'
import { contextOf } from './context.ts'

// Pages without personal content or input. Other pages are not compressed, because the size of a compressed page can
// reveal its content (BREACH).
const compressible = new Set(['/', '/generate', '/privacy', '/terms', '/info/security'])

/** Returns the response compressed with gzip, if the page has no personal content and the client accepts gzip. */
export async function encodedPage({ config }: App, request: Request, response: Response): Promise<Response> {
  const path = contextOf(request).path.slice(config.basePath.length)
  const isCompressible = request.method === 'GET' && response.status === 200 && compressible.has(path)
  if (!isCompressible || !acceptsEncoding(request, 'gzip')) return response
  return withEncodedBody('gzip', Bun.gzipSync(await response.bytes(), { level: 6 }), request, response)
}

/** Tells whether a client accepts a content encoding (RFC 9110 §12.5.3). A quality of zero refuses it. */
export function acceptsEncoding(request: Request, encoding: string): boolean {
  return (request.headers.get('accept-encoding') ?? '')
    .split(',')
    .filter((entry) => !/;\s*q=0(?:\.0*)?\s*$/i.test(entry))
    .some((entry) => entry.split(';', 1)[0]?.trim() === encoding)
}

/** Returns a response with the same headers and an encoded body; without a body for HEAD. */
export function withEncodedBody(
  encoding: string,
  bytes: Uint8Array<ArrayBuffer>,
  request: Request,
  response: Response,
): Response {
  const headers = new Headers(response.headers)
  headers.set('content-encoding', encoding)
  headers.set('content-length', String(bytes.length))
  return new Response(request.method === 'HEAD' ? null : bytes, { headers })
}
