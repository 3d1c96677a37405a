/** What one run of the load saw: cycles of create and reveal, and how long each request took, in milliseconds. */
export interface Load {
  readonly cycles: number
  readonly seconds: number
  readonly create: Float64Array
  readonly reveal: Float64Array
}

/** How a server is asked: the paths that a create and a reveal go to, and the create's body. */
export interface LoadTarget {
  readonly port: number
  readonly createPath: string
  revealPath(key: string): string
  readonly body: string
  /** What a reveal's answer must hold. */
  readonly expected: string
}

const decoder = new TextDecoder('latin1')

/**
 * Keeps `connections` busy with cycles of create and reveal for `seconds`, over plain sockets so that the load costs
 * little beside the server. Every answer is checked; one that is wrong ends the run.
 */
export async function load(asked: LoadTarget, connections: number, seconds: number): Promise<Load> {
  const create: number[] = []
  const reveal: number[] = []
  const start = performance.now()
  const until = start + seconds * 1000
  await Promise.all(Array.from({ length: connections }, () => cycles(asked, until, create, reveal)))
  const elapsed = (performance.now() - start) / 1000
  return {
    cycles: reveal.length,
    seconds: elapsed,
    create: Float64Array.from(create).sort(),
    reveal: Float64Array.from(reveal).sort(),
  }
}

/** The value that `share` (0 to 1) of sorted `times` do not exceed. */
export function percentile(times: Float64Array, share: number): number {
  return times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
}

async function cycles(asked: LoadTarget, until: number, create: number[], reveal: number[]): Promise<void> {
  const line = await connect(asked.port)
  const creation = message(asked.port, asked.createPath, asked.body)
  while (performance.now() < until) {
    const key = /"key":"([^"]+)"/.exec(await timed(create, () => line.ask(creation)))?.[1]
    if (!key) throw new Error('a create without a key')
    const answer = await timed(reveal, () => line.ask(message(asked.port, asked.revealPath(key), '{}')))
    if (!answer.includes(asked.expected))
      throw new Error(`a reveal without the content on ${asked.port}: ${answer.slice(0, 12)}`)
  }
  line.end()
}

async function timed(times: number[], work: () => Promise<string>): Promise<string> {
  const start = performance.now()
  const answer = await work()
  times.push(performance.now() - start)
  return answer
}

function message(port: number, path: string, body: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

// HTTP/1.1 on one connection, one request at a time; answers have a Content-Length.
async function connect(port: number) {
  let answered: (text: string) => void = () => {}
  let failed: (error: Error) => void = () => {}
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
        const whole = text
        text = ''
        answered(whole)
      },
      close: () => failed(new Error('the server closed the connection')),
      error: (_, error) => failed(error),
    },
  })
  return {
    ask: (words: string) =>
      new Promise<string>((resolve, reject) => {
        answered = resolve
        failed = reject
        socket.write(words)
      }),
    end: () => {
      failed = () => {}
      socket.end()
    },
  }
}
