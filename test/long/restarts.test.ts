import { setDefaultTimeout, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../fixtures/instance.ts'
import { builtExecutable } from '../fixtures/process.ts'
import { killFirstStarts, type Place, restartAndCheck } from '../fixtures/restarts.ts'

setDefaultTimeout(600_000)

const executable = builtExecutable()

test('80 restarts on a disk are no restore', async () => {
  using folder = temporaryFolder()
  using place = fixed(join(folder.path, 'data'))
  await restartAndCheck(place, executable, 80)
})

test('40 first starts that are killed are no restore', async () => {
  using folder = temporaryFolder()
  await killFirstStarts(folder.path, executable, 40)
})

const memory = '/dev/shm'

test.skipIf(!existsSync(memory))('40 restarts in memory (tmpfs) are no restore', async () => {
  const folder = mkdtempSync(join(memory, 'sotto-test-'))
  using place = fixed(join(folder, 'data'), () => rmSync(folder, { recursive: true }))
  await restartAndCheck(place, executable, 40)
})

// The mounts need root and the right to mount, which containers usually lack.
test.skipIf(!canMount(bindTo))('40 restarts on a bind mount that moves are no restore', async () => {
  using folder = temporaryFolder()
  using place = mounted(folder.path, bindTo)
  await restartAndCheck(place, executable, 40)
})

test.skipIf(!canMount(overlayOn))('40 restarts on an overlay that is mounted again are no restore', async () => {
  using folder = temporaryFolder()
  using place = mounted(folder.path, overlayOn)
  await restartAndCheck(place, executable, 40)
})

/** Mounts what is kept in `folder` at `point`. */
type Mount = (folder: string, point: string) => void

function bindTo(folder: string, point: string): void {
  mkdirSync(join(folder, 'bound'), { recursive: true })
  execFileSync('mount', ['--bind', join(folder, 'bound'), point], { stdio: 'pipe' })
}

function overlayOn(folder: string, point: string): void {
  const [lower, upper, work] = ['lower', 'upper', 'work'].map((name) => join(folder, name))
  for (const path of [lower, upper, work]) mkdirSync(path ?? '', { recursive: true })
  const options = `lowerdir=${lower},upperdir=${upper},workdir=${work}`
  execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', options, point], { stdio: 'pipe' })
}

function canMount(mount: Mount): boolean {
  using folder = temporaryFolder()
  try {
    using _place = mounted(folder.path, mount)
    return true
  } catch (error) {
    console.warn(`not tested: ${mount.name}: ${error instanceof Error ? error.message.trim() : error}`)
    return false
  }
}

function fixed(dataDir: string, dispose: () => void = () => {}): Place {
  return { next: () => dataDir, [Symbol.dispose]: dispose }
}

// Mounts at another point after every few starts.
function mounted(folder: string, mount: Mount): Place {
  let starts = 0
  let point: string | undefined
  const unmount = () => {
    if (point !== undefined) execFileSync('umount', ['--lazy', point], { stdio: 'pipe' })
    point = undefined
  }
  const mountAgain = () => {
    unmount()
    const next = join(folder, `at-${starts}`)
    mkdirSync(next)
    mount(folder, next)
    point = next
    return next
  }
  mountAgain()
  const next = () => join(starts++ % 4 === 3 ? mountAgain() : (point ?? ''), 'data')
  return { next, [Symbol.dispose]: unmount }
}
