import type { App } from '../app.ts'
import { contextOf } from './context.ts'

// Pages that hold nobody's secret and nothing that was sent. Others are not compressed: how well a page compresses
// would say something of what is in it (BREACH).
const compressible = new Set(['/', '/generate', '/privacy', '/terms', '/info/security'])

/** A page in gzip, where it is one that may be compressed and the client takes it. */
export async function encodedPage({ config }: App, request: Request, response: Response): Promise<Response> {
  const path = contextOf(request).path.slice(config.basePath.length)
  const isPlain = request.method !== 'GET' || response.status !== 200 || !compressible.has(path)
  if (isPlain || !takes(request, 'gzip')) return response
  return inEncoding('gzip', Bun.gzipSync(await response.bytes(), { level: 6 }), request, response)
}

/** Whether a client takes an encoding (RFC 9110 §12.5.3); a quality of zero is a no. */
export function takes(request: Request, encoding: string): boolean {
  return (request.headers.get('accept-encoding') ?? '')
    .split(',')
    .filter((one) => !/;\s*q=0(?:\.0*)?\s*$/i.test(one))
    .some((one) => one.split(';', 1)[0]?.trim() === encoding)
}

/** The answer with another body, which is the same in an encoding. */
export function inEncoding(
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
