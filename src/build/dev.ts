import { existsSync, readFileSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../config/config.ts'
import type { Config } from '../config/options.ts'
import { buildAssets } from './assets.ts'
import { developmentPassword, type SeededData, seedInstance } from './dev-seed.ts'

const root = join(import.meta.dir, '..', '..')
const watched = ['src', 'templates', 'assets']
const debounceMs = 100

// A separate folder and port, so that it can run beside `npm start` without touching its data.
const environment = {
  ...process.env,
  SOTTO_DATA_DIR: join(root, '.dev'),
  SOTTO_LISTEN: '127.0.0.1:3000',
  SOTTO_NAME: 'Sotto (development)',
  SOTTO_SIGN_UP: 'open',
  SOTTO_STATISTICS: 'public',
}

/**
 * Runs the server for development, with the options in `args`, until a signal. The first start fills the data directory
 * with sample data. A change in `src`, `templates` or `assets` rebuilds the assets and restarts the server. Resolves to
 * the exit code.
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

// The file is written last: a database without it was not created here, or not completely, and is left alone.
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

// An error in an asset must not end the watch: the server keeps the assets of the previous build.
async function rebuildAssets(): Promise<void> {
  try {
    await buildAssets(join(root, 'dist', 'assets'))
  } catch (error) {
    console.error(error)
  }
}

// Editors write files in several steps, so the restart waits until no more changes arrive.
function watchFiles(restart: () => Promise<void>): () => void {
  let timer: Timer | undefined
  let lastRestart = Promise.resolve()
  const onChange = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      lastRestart = lastRestart.then(restart)
    }, debounceMs)
  }
  const watchers = watched.map((folder) => watch(join(root, folder), { recursive: true }, onChange))
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
