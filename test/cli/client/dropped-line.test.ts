import { expect, test } from 'bun:test'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { sotto } from '../../fixtures/command.ts'
import { type Instance, startInstance } from '../../fixtures/instance.ts'
import { executable } from '../../fixtures/process.ts'

/** A proxy in front of an instance, that loses the first answer to a request whose path ends so, in this way. */
async function lossyProxy(instance: Instance, ending: string, lose: (answer: ServerResponse) => void) {
  const seen: string[] = []
  const server = createServer(async (request, answer) => {
    const { url: path = '', method = '' } = request
    const body = method === 'POST' ? await new Response(Readable.toWeb(request) as never).bytes() : null
    const reply = await fetch(instance.url + path, { method, headers: ours(request.headers), body })
    const content = await reply.bytes()
    const isFirst = path.endsWith(ending) && !seen.includes(path)
    seen.push(path)
    if (isFirst) return lose(answer)
    answer.writeHead(reply.status, { 'content-type': 'application/json' }).end(content)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, seen, [Symbol.asyncDispose]: async () => void server.close() }
}

function ours(headers: IncomingHttpHeaders): [string, string][] {
  return ['content-type', 'idempotency-key'].flatMap((name) => (headers[name] ? [[name, String(headers[name])]] : []))
}

const losses = {
  'a line that breaks in the middle': (answer: ServerResponse) => {
    answer.writeHead(200, { 'content-length': 100 }).write('{"sea')
    setTimeout(() => answer.destroy(), 50)
  },
  'a proxy that gives up': (answer: ServerResponse) => void answer.writeHead(502).end('bad gateway'),
}

for (const [what, lose] of Object.entries(losses)) {
  test(`${what} loses no secret: get asks again and is answered the same`, async () => {
    await using instance = await startInstance()
    await using proxy = await lossyProxy(instance, '/reveal', lose)
    const { stdout } = await sotto(['send', '--server', instance.url], { stdin: 'precious' })
    const got = await sotto(['get', '--server', proxy.url, stdout.trim()])
    expect(got).toMatchObject({ code: 0, stdout: 'precious', stderr: '' })
    expect(proxy.seen.filter((path) => path.endsWith('/reveal'))).toHaveLength(2)
  })

  test(`${what} makes no second secret: send asks again and is answered the same`, async () => {
    await using instance = await startInstance()
    await using proxy = await lossyProxy(instance, '/secrets', lose)
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
  const shell = Bun.spawn(['sh', '-c', 'exec "$@" > /dev/full', 'sh', await executable(), 'get', stdout.trim()], {
    stdin: 'ignore',
    stderr: 'pipe',
    env: {},
  })
  expect(await new Response(shell.stderr).text()).toContain('could not be written to stdout: ENOSPC')
  expect([await shell.exited, rows(instance)]).toEqual([1, 1])
})

function rows({ app }: Instance): number {
  return app.db.exclusive(
    (sqlite) => sqlite.query<{ rows: number }, []>('SELECT count(*) AS rows FROM secret').get()?.rows ?? 0,
  )
}
