// Prepares a fresh clone with Node and npm only: installs from the lock file if it has changed, and makes sure that
// the `bun` of node_modules works. Prints nothing if there is nothing to do.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const stamp = 'node_modules/.sotto-lock'
const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
const installed = existsSync(stamp) && readFileSync(stamp, 'utf8') === lock

if (!installed) {
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  if (!bunWorks()) run('node', ['node_modules/bun/install.js'])
  if (!bunWorks()) stop('bun does not start on this machine: it needs x64 or arm64 and, on Linux, glibc 2.17 or musl')
  writeFileSync(stamp, lock)
}

function bunWorks() {
  return spawnSync('node_modules/.bin/bun', ['--version'], { stdio: 'ignore' }).status === 0
}

function run(command, args) {
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status !== 0) stop(`${command} ${args[0]} failed`)
}

function stop(reason) {
  process.stderr.write(`setup: ${reason}\n`)
  process.exit(1)
}
