/** The result of a load run: the number of create and reveal cycles, and the sorted times of each request in milliseconds. */
export interface Load {
  readonly cycles: number
  readonly seconds: number
  readonly create: Float64Array
  readonly reveal: Float64Array
}

/** The server under load: its port, the paths to create and to reveal, and the body to create with. */
export interface LoadTarget {
  readonly port: number
  readonly createPath: string
  revealPath(key: string): string
  readonly body: string
  /** The content that the response to a reveal must contain. */
  readonly expected: string
}

const decoder = new TextDecoder('latin1')

/**
 * Runs cycles of create and reveal on `connections` connections for `seconds`. It uses plain sockets, so that the load
 * costs little compared with the server. Throws if a response is wrong.
 */
export async function load(target: LoadTarget, connections: number, seconds: number): Promise<Load> {
  const create: number[] = []
  const reveal: number[] = []
  const start = performance.now()
  const deadline = start + seconds * 1000
  await Promise.all(Array.from({ length: connections }, () => cycles(target, deadline, create, reveal)))
  const elapsed = (performance.now() - start) / 1000
  return {
    cycles: reveal.length,
    seconds: elapsed,
    create: Float64Array.from(create).sort(),
    reveal: Float64Array.from(reveal).sort(),
  }
}

/** The percentile of sorted `times`; `share` is from 0 to 1. */
export function percentile(times: Float64Array, share: number): number {
  return times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
}

async function cycles(target: LoadTarget, deadline: number, create: number[], reveal: number[]): Promise<void> {
  const connection = await connect(target.port)
  const creation = requestText(target.port, target.createPath, target.body)
  while (performance.now() < deadline) {
    const key = /"key":"([^"]+)"/.exec(await timed(create, () => connection.send(creation)))?.[1]
    if (!key) throw new Error('a create without a key')
    const response = await timed(reveal, () => connection.send(requestText(target.port, target.revealPath(key), '{}')))
    if (!response.includes(target.expected))
      throw new Error(`a reveal without the content on ${target.port}: ${response.slice(0, 12)}`)
  }
  connection.end()
}

async function timed(times: number[], work: () => Promise<string>): Promise<string> {
  const start = performance.now()
  const response = await work()
  times.push(performance.now() - start)
  return response
}

function requestText(port: number, path: string, body: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

// HTTP/1.1 on one connection, one request at a time; responses must have a Content-Length.
async function connect(port: number) {
  let resolveResponse: (text: string) => void = () => {}
  let rejectResponse: (error: Error) => void = () => {}
  let text = ''
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data(_, chunk) {
        text += decoder.decode(chunk)
        const head = text.indexOf('\r\n\r\n')
        if (head < 0) return
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
        if (text.length < head + 4 + length) return
        const complete = text
        text = ''
        resolveResponse(complete)
      },
      close: () => rejectResponse(new Error('the server closed the connection')),
      error: (_, error) => rejectResponse(error),
    },
  })
  return {
    send: (request: string) =>
      new Promise<string>((resolve, reject) => {
        resolveResponse = resolve
        rejectResponse = reject
        socket.write(request)
      }),
    end: () => {
      rejectResponse = () => {}
      socket.end()
    },
  }
}
