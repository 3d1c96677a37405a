import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { staticPlugin } from '@elysiajs/static'
import type { App } from '../app.ts'
import { contextOf } from './context.ts'
import { acceptsEncoding, withEncodedBody } from './encoding.ts'

// In the executable, the built assets are beside the entry point; otherwise they are in dist/.
const folder = Bun.isStandaloneExecutable
  ? join(import.meta.dir, 'assets')
  : join(import.meta.dir, '..', '..', 'dist', 'assets')
const names: Record<string, string> = JSON.parse(readFileSync(join(folder, 'names.json'), 'utf8'))
const encodings = [
  ['br', 'br'],
  ['gzip', 'gz'],
] as const

const compressedFiles = new Map<string, Uint8Array<ArrayBuffer>>()
for (const file of readdirSync(folder)) {
  if (/\.(br|gz)$/.test(file)) compressedFiles.set(file, new Uint8Array(readFileSync(join(folder, file))))
}

/** Returns the path of an asset, by its name without hash. Throws if there is no such asset. */
export function assetPath(basePath: string, name: string): string {
  const hashed = names[name]
  if (hashed === undefined) throw new Error(`no asset ${name}`)
  return `${basePath}/assets/${hashed}`
}

/** Creates the routes of the assets. Their names contain a hash of the content, so browsers may cache them for good. */
export function assets({ config: { basePath } }: App) {
  return staticPlugin({
    assets: folder,
    prefix: `${basePath}/assets`,
    alwaysStatic: true,
    etag: false,
    indexHTML: false,
    ignorePatterns: [/\.(br|gz|json)$/],
    headers: { 'cache-control': 'public, max-age=31536000, immutable' },
  })
}

/**
 * Returns the response with the compressed file of an asset, if the client accepts its encoding. Other responses are
 * returned as they are. The route that matched decides what an asset is, not the URL.
 */
export function encodedAsset({ config }: App, request: Request, response: Response): Response {
  const { route } = contextOf(request)
  const prefix = `${config.basePath}/assets/`
  if (response.status !== 200 || !route.startsWith(prefix)) return response
  for (const [encoding, extension] of encodings) {
    const bytes = compressedFiles.get(`${route.slice(prefix.length)}.${extension}`)
    if (bytes && acceptsEncoding(request, encoding)) return withEncodedBody(encoding, bytes, request, response)
  }
  return response
}
