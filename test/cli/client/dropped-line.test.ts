import { expect, test } from 'bun:test'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { sotto } from '../../fixtures/command.ts'
import { type Instance, startInstance } from '../../fixtures/instance.ts'
import { executable } from '../../fixtures/process.ts'
import { rowsOf } from '../../fixtures/stored.ts'

/** Starts a proxy in front of an instance that loses the first response to a path with the given ending. */
async function lossyProxy(instance: Instance, ending: string, lose: (response: ServerResponse) => void) {
  const paths: string[] = []
  const server = createServer(async (request, response) => {
    const { url: path = '', method = '' } = request
    const body = method === 'POST' ? await new Response(Readable.toWeb(request) as never).bytes() : null
    const reply = await fetch(instance.url + path, { method, headers: forwardedHeaders(request.headers), body })
    const content = await reply.bytes()
    const isFirst = path.endsWith(ending) && !paths.includes(path)
    paths.push(path)
    if (isFirst) return lose(response)
    response.writeHead(reply.status, { 'content-type': 'application/json' }).end(content)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, paths, [Symbol.asyncDispose]: async () => void server.close() }
}

function forwardedHeaders(headers: IncomingHttpHeaders): [string, string][] {
  return ['content-type', 'idempotency-key'].flatMap((name) => (headers[name] ? [[name, String(headers[name])]] : []))
}

const losses = {
  'a connection that breaks': (response: ServerResponse) => {
    response.writeHead(200, { 'content-length': 100 }).write('{"sea')
    setTimeout(() => response.destroy(), 50)
  },
  'a proxy that gives up': (response: ServerResponse) => void response.writeHead(502).end('bad gateway'),
}

for (const [failure, lose] of Object.entries(losses)) {
  test(`${failure} loses no secret, since get retries and gets the same response`, async () => {
    await using instance = await startInstance()
    await using proxy = await lossyProxy(instance, '/reveal', lose)
    const { stdout } = await sotto(['send', '--server', instance.url], { stdin: 'precious' })
    const got = await sotto(['get', '--server', proxy.url, stdout.trim()])
    expect(got).toMatchObject({ code: 0, stdout: 'precious', stderr: '' })
    expect(proxy.paths.filter((path) => path.endsWith('/reveal'))).toHaveLength(2)
  })

  test(`${failure} creates no second secret, since send retries and gets the same response`, async () => {
    await using instance = await startInstance()
    await using proxy = await lossyProxy(instance, '/secrets', lose)
    const { code, stdout } = await sotto(['send', '--server', proxy.url], { stdin: 'precious' })
    expect([code, await countSecrets(instance)]).toEqual([0, 1])
    expect((await sotto(['get', stdout.trim()])).stdout).toBe('precious')
  })
}

test('the content is acknowledged, and so destroyed, after it has been written', async () => {
  await using instance = await startInstance()
  const { stdout } = await sotto(['send', '--server', instance.url], { stdin: 'x' })
  expect(await countSecrets(instance)).toBe(1)
  await sotto(['get', stdout.trim()])
  expect(await countSecrets(instance)).toBe(0)
})

test('content that cannot be written is not acknowledged, and the error says so', async () => {
  await using instance = await startInstance()
  const { stdout } = await sotto(['send', '--server', instance.url], { stdin: 'x' })
  const shell = Bun.spawn(['sh', '-c', 'exec "$@" > /dev/full', 'sh', await executable(), 'get', stdout.trim()], {
    stdin: 'ignore',
    stderr: 'pipe',
    env: {},
  })
  expect(await new Response(shell.stderr).text()).toContain('could not be written to stdout: ENOSPC')
  expect([await shell.exited, await countSecrets(instance)]).toEqual([1, 1])
})

async function countSecrets({ app }: Instance): Promise<number> {
  return (await rowsOf(app, 'secret')).length
}
