import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './instance.ts'
import { root, source } from './process.ts'

/** The terminal sessions that a document prints, in order. */
export function sessionsIn(file: string): string[] {
  const words = readFileSync(join(root, file), 'utf8')
  return [...words.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, session]) => session as string)
}

/** The one session of a document in which these words are. */
export function sessionWith(file: string, words: string): string {
  const [session, another] = sessionsIn(file).filter((one) => one.includes(words))
  if (session === undefined || another !== undefined) throw new Error(`${file}: not one session with ${words}`)
  return session
}

/** Types a session into a shell that has `sotto`, stops at the first command that fails, and gives the lines it prints. */
export async function typed(session: string, env: Record<string, string> = {}): Promise<string[]> {
  using folder = temporaryFolder()
  const wrapper = join(folder.path, 'sotto')
  writeFileSync(wrapper, `#!/bin/sh\nexec ${source.map((word) => `'${word}'`).join(' ')} "$@"\n`)
  chmodSync(wrapper, 0o755)
  const shell = Bun.spawn(['bash', '-e', '-u', '-o', 'pipefail', '-c', session], {
    env: { PATH: `${folder.path}:${process.env['PATH']}`, ...env },
    cwd: folder.path,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err] = await Promise.all([new Response(shell.stdout).text(), new Response(shell.stderr).text()])
  if ((await shell.exited) !== 0) throw new Error(err)
  return out.trim().split('\n')
}
