import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { staticPlugin } from '@elysiajs/static'
import type { App } from '../app.ts'
import { contextOf } from './context.ts'
import { inEncoding, takes } from './encoding.ts'

// Inside the executable the built assets lie beside the entry point; from source they are in dist/.
const folder = Bun.isStandaloneExecutable
  ? join(import.meta.dir, 'assets')
  : join(import.meta.dir, '..', '..', 'dist', 'assets')
const names: Record<string, string> = JSON.parse(readFileSync(join(folder, 'names.json'), 'utf8'))
const encodings = [
  ['br', 'br'],
  ['gzip', 'gz'],
] as const

const twins = new Map<string, Uint8Array<ArrayBuffer>>()
for (const file of readdirSync(folder)) {
  if (/\.(br|gz)$/.test(file)) twins.set(file, new Uint8Array(readFileSync(join(folder, file))))
}

/** The address of an asset under `basePath`, by its plain name. */
export function assetPath(basePath: string, name: string): string {
  const hashed = names[name]
  if (hashed === undefined) throw new Error(`no asset ${name}`)
  return `${basePath}/assets/${hashed}`
}

/** The routes of all assets. Their names change with their content, so they may be kept for ever. */
export function assets(basePath: string) {
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
 * The compressed form of an asset, in an encoding that the client takes. Only the route that answered says that it is an
 * asset, never the URL: every other response stays as it is.
 */
export function encodedAsset({ config }: App, request: Request, response: Response): Response {
  const { route } = contextOf(request)
  const prefix = `${config.basePath}/assets/`
  if (response.status !== 200 || !route.startsWith(prefix)) return response
  for (const [name, ending] of encodings) {
    const twin = twins.get(`${route.slice(prefix.length)}.${ending}`)
    if (twin && takes(request, name)) return inEncoding(name, twin, request, response)
  }
  return response
}
