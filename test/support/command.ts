import { join } from 'node:path'
import { bun, root } from './process.ts'

/** The program as its source. */
export const program: readonly string[] = [bun, join(root, 'src', 'main.ts')]

/** What a command did. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** stdout as it came, for contents that must not change by a byte. */
  readonly bytes: Uint8Array
}

interface Around {
  readonly stdin?: string | Uint8Array
  readonly env?: Record<string, string>
  readonly cwd?: string
}

/** Runs the program with `args` to its end, in a process of its own and without a terminal. */
export async function sotto(
  args: readonly string[],
  { stdin = '', env = {}, cwd = root }: Around = {},
): Promise<Outcome> {
  const child = Bun.spawn([...program, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdin: typeof stdin === 'string' ? new TextEncoder().encode(stdin) : stdin,
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [bytes, stderr] = await Promise.all([new Response(child.stdout).bytes(), new Response(child.stderr).text()])
  return { code: await child.exited, stdout: new TextDecoder().decode(bytes), stderr, bytes }
}

/** Text as bytes. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
