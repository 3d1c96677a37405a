import { join } from 'node:path'
import { freePort } from './instance.ts'

export const root = join(import.meta.dir, '..', '..')
export const bun = join(root, 'node_modules', '.bin', 'bun')

/** A server in a process of its own; `command` is the program, by default the source run by Bun. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  /** Everything that it has written to stderr so far. */
  output(): string
  /** Ends it at once, as a power cut would for the program. */
  kill(): Promise<void>
  /** Asks it to stop; resolves to its exit code. */
  stop(): Promise<number>
}

interface Options {
  command?: readonly string[]
  port?: number
  args?: readonly string[]
  env?: Record<string, string>
  cwd?: string
}

/** Starts a server on `dataDir` and waits until it answers. */
export async function startProcess(dataDir: string, options: Options = {}): Promise<ServerProcess> {
  const {
    command = [bun, join(root, 'src', 'main.ts')],
    port = await freePort(),
    args = [],
    env = {},
    cwd = root,
  } = options
  const child = Bun.spawn(
    [...command, 'serve', '--listen', `127.0.0.1:${port}`, '--data-dir', dataDir, '--log-format', 'json', ...args],
    {
      cwd,
      env,
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'pipe',
    },
  )
  let output = ''
  const reading = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of child.stderr as unknown as AsyncIterable<Uint8Array>)
      output += decoder.decode(chunk, { stream: true })
  })()
  const url = `http://127.0.0.1:${port}`
  await untilHealthy(url, () => {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${output}`)
  })
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    child.kill(signal)
    const code = await child.exited
    await reading
    return code
  }
  return {
    url,
    pid: child.pid,
    output: () => output,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    [Symbol.asyncDispose]: async () => void (await end('SIGKILL')),
  }
}

async function untilHealthy(url: string, stillAlive: () => void): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    stillAlive()
    const answer = await fetch(`${url}/healthz`).catch(() => undefined)
    if (answer?.ok) return
    await Bun.sleep(25)
  }
  throw new Error('the server does not answer')
}
