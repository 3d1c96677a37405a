import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { staticPlugin } from '@elysiajs/static'
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

/** The built twin of an asset in an encoding that the client takes; what is not an asset stays as it is. */
export function encodedAsset(request: Request, response: Response): Response {
  const file = /\/assets\/([\w.-]+)$/.exec(request.url)?.[1]
  if (file === undefined || response.status !== 200) return response
  for (const [name, ending] of encodings) {
    const twin = twins.get(`${file}.${ending}`)
    if (twin && takes(request, name)) return inEncoding(name, twin, request, response)
  }
  return response
}
