import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { $ } from 'bun'
import { buildAssets } from './assets.ts'

/** The root folder of the repository. */
export const root = join(import.meta.dir, '..', '..')

/** A platform to build for: its target name, its Bun executable, and the node_modules folder with its argon2 addon. */
export interface TargetPlatform {
  readonly target: Bun.Build.CompileTarget
  readonly executablePath: string
  readonly addons: string
}

/**
 * Builds the executable `outfile`, by default for this machine, with templates, assets, migrations, texts and the argon2
 * addon inside. The executable reads no .env, bunfig.toml or node_modules of its working directory. The build is
 * reproducible. Throws if it fails or the addon is missing.
 */
export async function buildExecutable(outfile: string, platform?: TargetPlatform): Promise<void> {
  const assets = join(root, 'dist', 'assets')
  await buildAssets(assets)
  const { addons, ...target } = platform ?? { addons: join(root, 'node_modules') }
  const result = await Bun.build({
    entrypoints: [join(root, 'src', 'main.ts')],
    compile: { outfile, assets: [assets], autoloadDotenv: false, autoloadBunfig: false, execArgv: [], ...target },
    minify: true,
    sourcemap: 'linked',
    bytecode: true,
    format: 'esm',
    target: 'bun',
    plugins: [addonPlugin(addons)],
    define: { BUILD_COMMIT: JSON.stringify(await readCommit()), 'process.env.NODE_ENV': '"production"' },
  })
  if (!result.success) throw new AggregateError(result.logs, 'the executable did not build')
  const found = addonsIn(outfile)
  const expected = addonName(addons)
  if (found.length !== 1 || found[0] !== expected)
    throw new Error(`the executable should hold ${expected} and holds ${found.join(', ') || 'no argon2 addon'}`)
}

// Each platform has its own argon2 package, which the loader imports by name.
function addonPlugin(modules: string): Bun.BunPlugin {
  return {
    name: 'argon2 of the platform',
    setup: (build) => {
      build.onResolve({ filter: /^@node-rs\/argon2-/ }, ({ path }) => {
        const folder = join(modules, path)
        if (!existsSync(folder)) return { path, external: true }
        const addon = path.endsWith('.json') ? '' : readdirSync(folder).find((file) => file.endsWith('.node'))
        return { path: join(folder, addon ?? '') }
      })
    },
  }
}

function addonName(modules: string): string | undefined {
  return [...new Bun.Glob('@node-rs/argon2-*/*.node').scanSync(modules)][0]?.replace(/^.*\/(.*)\.node$/, '$1')
}

// Without the platform's addon the build would still succeed, but hashing would be three times slower.
function addonsIn(path: string): string[] {
  const names = readFileSync(path, 'latin1').match(/argon2\.[a-z0-9-]+-[a-z0-9]{8}\.node/g) ?? []
  return [...new Set(names.map((name) => name.slice(0, -14)))]
}

async function readCommit(): Promise<string> {
  const { exitCode, stdout } = await $`git -C ${root} rev-parse --short=12 HEAD`.quiet().nothrow()
  return exitCode === 0 ? stdout.toString().trim() : 'unknown'
}

if (import.meta.main) {
  const outfile = join(root, 'dist', process.platform === 'win32' ? 'sotto.exe' : 'sotto')
  mkdirSync(join(root, 'dist'), { recursive: true })
  await buildExecutable(outfile)
  process.stdout.write(`${outfile}\n`)
}
