import { existsSync, readFileSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../config/config.ts'
import type { Config } from '../config/options.ts'
import { buildAssets } from './assets.ts'
import { developmentPassword, type SeededData, seedInstance } from './dev-seed.ts'

const root = join(import.meta.dir, '..', '..')
const watched = ['src', 'templates', 'assets']
const quietFor = 100

// A folder, a port and rules of its own: it runs beside `npm start` and never touches its data.
const environment = {
  ...process.env,
  SOTTO_DATA_DIR: join(root, '.dev'),
  SOTTO_LISTEN: '127.0.0.1:3000',
  SOTTO_NAME: 'Sotto (development)',
  SOTTO_SIGN_UP: 'open',
  SOTTO_STATISTICS: 'public',
}

/**
 * Runs the server for development, with the options in `args`, until a signal ends it; resolves to the exit code. The
 * data directory is filled at the first start. The assets are built again and the server is restarted whenever a file
 * in `src`, `templates` or `assets` changes.
 */
async function develop(args: string[]): Promise<number> {
  const { config } = readConfig({ args, env: environment, cwd: root })
  const seeds = await seedOnce(config)
  await buildAssets(join(root, 'dist', 'assets'))
  let server = startServer(args)
  let isStopping = false
  const restart = async () => {
    server.kill('SIGTERM')
    await Promise.all([server.exited, rebuildAssets()])
    if (!isStopping) server = startServer(args)
  }
  const stopWatching = watchFiles(restart)
  process.stderr.write(describe(config, seeds))
  await untilStopped()
  isStopping = true
  stopWatching()
  server.kill('SIGTERM')
  return server.exited
}

// The file is written last: a database without it was not made here, or not completely, and is left alone.
async function seedOnce(config: Config): Promise<SeededData> {
  const file = join(config.dataDir, 'development.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  if (existsSync(join(config.dataDir, 'sotto.db')))
    throw new Error(
      `the database in ${config.dataDir} was not made by \`npm run dev\`: remove it or name another folder`,
    )
  const seeds = await seedInstance(config)
  writeFileSync(file, JSON.stringify(seeds), { mode: 0o600 })
  return seeds
}

function startServer(args: readonly string[]) {
  const command = [process.execPath, join('src', 'main.ts'), 'serve', ...args]
  return Bun.spawn(command, { cwd: root, env: environment, stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' })
}

// A fault in the source of an asset must not end the watch: the server goes on with the assets that were built before.
async function rebuildAssets(): Promise<void> {
  try {
    await buildAssets(join(root, 'dist', 'assets'))
  } catch (error) {
    console.error(error)
  }
}

// An editor writes a file in several steps, and several files at once: one restart, after the last, serves them all.
function watchFiles(restart: () => Promise<void>): () => void {
  let timer: Timer | undefined
  let last = Promise.resolve()
  const changed = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      last = last.then(restart)
    }, quietFor)
  }
  const watchers = watched.map((folder) => watch(join(root, folder), { recursive: true }, changed))
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
}

function describe({ baseUrl, dataDir }: Config, { accounts, pages }: SeededData): string {
  const lines = Object.entries(pages).map(([what, path]) => `  ${what.padEnd(22)}${baseUrl}${path}`)
  const people = Object.entries(accounts).map(([name, what]) => `  ${name.padEnd(22)}${what}`)
  const start = `  sign in at ${baseUrl}/sign-in; every password is "${developmentPassword}"`
  const end = `  remove ${dataDir} to start with new data; its mail: sotto mail list --data-dir ${dataDir}`
  return `${[start, ...people, ...lines, end].join('\n')}\n`
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve())
  })
}

if (import.meta.main) process.exitCode = await develop(process.argv.slice(2))
