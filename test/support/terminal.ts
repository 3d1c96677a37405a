import { program } from './command.ts'
import { root } from './process.ts'

// A pseudo-terminal needs a system call that Bun has no word for; Python's standard library has.
const driver = `
import json, os, pty, select, sys, time
job = json.load(sys.stdin)
pid, fd = pty.fork()
if pid == 0:
    os.chdir(job['cwd'])
    os.execve(job['command'][0], job['command'], job['env'])
seen = b''
def until(words, seconds):
    global seen
    end = time.time() + seconds
    start = len(seen)
    while time.time() < end:
        if words is not None and words.encode() in seen[mark:]: return
        if select.select([fd], [], [], 0.05)[0]:
            try: data = os.read(fd, 65536)
            except OSError: return
            if not data: return
            seen += data
mark = 0
for asked, typed in job['talk']:
    until(asked, 20)
    mark = len(seen)
    os.write(fd, typed.encode())
until(None, 20)
_, status = os.waitpid(pid, 0)
json.dump({'code': os.waitstatus_to_exitcode(status), 'screen': seen.decode('utf-8', 'replace')}, sys.stdout)
`

/** Why there is no terminal to test with, or nothing where there is one. */
export const noTerminal: string | undefined =
  Bun.which('python3') === null ? 'no python3 here to open a pseudo-terminal with' : undefined

/** What somebody does at the terminal: waits for words on the screen, then types. */
export type Talk = readonly (readonly [asked: string, typed: string])[]

/** Runs the program on a terminal of its own. `screen` is all that the terminal showed. `redirect` is for stdout, as in a shell. */
export async function atTerminal(args: readonly string[], talk: Talk, redirect = '') {
  const shell = [Bun.which('sh') ?? '/bin/sh', '-c', `exec "$@" ${redirect}`, 'sh', ...program, ...args]
  const env = { PATH: process.env['PATH'] ?? '', TERM: 'xterm' }
  const job = JSON.stringify({ command: shell, talk, env, cwd: root })
  const child = Bun.spawn(['python3', '-c', driver], {
    stdin: new TextEncoder().encode(job),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [answer, words] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  if ((await child.exited) !== 0) throw new Error(words)
  return JSON.parse(answer) as { code: number; screen: string }
}
