import { expect, test } from 'bun:test'
import { program, sotto } from '../support/command.ts'
import { type Instance, startInstance } from '../support/instance.ts'

/** A proxy in front of an instance, that loses the first answer to a request whose path ends so, in this way. */
function lossyProxy(instance: Instance, ending: string, lose: (answer: Response) => Response | Promise<Response>) {
  const seen: string[] = []
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url)
      const headers = new Headers(request.headers)
      headers.delete('host')
      const body = request.method === 'POST' ? await request.bytes() : null
      const answer = await fetch(instance.url + pathname, { method: request.method, headers, body })
      const isFirst = pathname.endsWith(ending) && !seen.includes(pathname)
      seen.push(pathname)
      return isFirst
        ? lose(answer)
        : new Response(await answer.bytes(), { status: answer.status, headers: { 'content-type': 'application/json' } })
    },
  })
  return { url: server.url.origin, seen, [Symbol.asyncDispose]: () => server.stop(true) }
}

const losses = {
  'a line that breaks in the middle': () =>
    new Response(
      new ReadableStream({
        async start(body) {
          body.enqueue(new TextEncoder().encode('{"sea'))
          await Bun.sleep(50)
          body.error(new Error('lost'))
        },
      }),
    ),
  'a proxy that gives up': () => new Response('bad gateway', { status: 502 }),
}

for (const [what, lose] of Object.entries(losses)) {
  test(`${what} loses no secret: get asks again and is answered the same`, async () => {
    await using instance = await startInstance()
    await using proxy = lossyProxy(instance, '/reveal', lose)
    const { stdout } = await sotto(['send', '--server', instance.url], { stdin: 'precious' })
    const got = await sotto(['get', '--server', proxy.url, stdout.trim()])
    expect(got).toMatchObject({ code: 0, stdout: 'precious', stderr: '' })
    expect(proxy.seen.filter((path) => path.endsWith('/reveal'))).toHaveLength(2)
  })

  test(`${what} makes no second secret: send asks again and is answered the same`, async () => {
    await using instance = await startInstance()
    await using proxy = lossyProxy(instance, '/secrets', lose)
    const { code, stdout } = await sotto(['send', '--server', proxy.url], { stdin: 'precious' })
    expect([code, rows(instance)]).toEqual([0, 1])
    expect((await sotto(['get', stdout.trim()])).stdout).toBe('precious')
  })
}

test('the content is acknowledged, and so destroyed, once it is written', async () => {
  await using instance = await startInstance()
  const { stdout } = await sotto(['send', '--server', instance.url], { stdin: 'x' })
  expect(rows(instance)).toBe(1)
  await sotto(['get', stdout.trim()])
  expect(rows(instance)).toBe(0)
})

test('what could not be written is not acknowledged, and says so', async () => {
  await using instance = await startInstance()
  const { stdout } = await sotto(['send', '--server', instance.url], { stdin: 'x' })
  const shell = Bun.spawn(['sh', '-c', 'exec "$@" > /dev/full', 'sh', ...program, 'get', stdout.trim()], {
    stdin: 'ignore',
    stderr: 'pipe',
    env: {},
  })
  expect(await new Response(shell.stderr).text()).toContain('could not be written to stdout: ENOSPC')
  expect([await shell.exited, rows(instance)]).toEqual([1, 1])
})

function rows({ app }: Instance): number {
  return app.db.alone(
    (sqlite) => sqlite.query<{ rows: number }, []>('SELECT count(*) AS rows FROM secret').get()?.rows ?? 0,
  )
}
