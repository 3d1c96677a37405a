import { isIPv6 } from 'node:net'
import { readConfig } from '../../config/config.ts'
import type { Config } from '../../config/options.ts'
import { parseDuration } from '../../config/units.ts'
import { CommandError } from '../../errors.ts'
import type { Invocation } from '../framework/command.ts'
import { print, printMessage } from '../framework/output.ts'

/** The flags of `sotto healthcheck`. */
export const healthFlags = {
  wait: { sentence: 'retry until the server is healthy or --timeout has passed' },
  timeout: {
    value: 'DURATION',
    sentence: 'time to wait for a response, or in total with --wait (default 30s)',
  },
} as const

const pauseMs = 200

/** `sotto healthcheck`: exit code 0 if the configured server is healthy, otherwise 1. */
export async function healthcheck({ flags, serverArgs, env, cwd }: Invocation<typeof healthFlags>): Promise<number> {
  const { config } = readConfig({ args: serverArgs, env, cwd })
  const deadline = performance.now() + parseTimeout(flags.timeout)
  for (;;) {
    const health = await checkHealth(config, Math.max(1, deadline - performance.now()))
    if (health.isHealthy) {
      print('ok\n')
      return 0
    }
    if (!flags.wait || performance.now() + pauseMs > deadline) {
      printMessage(`sotto: ${health.message}`)
      return 1
    }
    await Bun.sleep(pauseMs)
  }
}

function parseTimeout(text = '30s'): number {
  const timeout = parseDuration(text)
  if (timeout !== undefined && timeout > 0) return timeout
  throw new CommandError('invalid', '--timeout: expected a duration, e.g. 30s')
}

async function checkHealth(config: Config, timeoutMs: number): Promise<{ isHealthy: boolean; message: string }> {
  const { url, options } = addressOf(config)
  try {
    const response = await fetch(url, {
      ...options,
      redirect: 'manual',
      signal: AbortSignal.timeout(Math.ceil(timeoutMs)),
    })
    const { status: _, ...checks } = (await response.json()) as Record<string, string>
    const states = Object.entries(checks).map(([what, state]) => `${what} ${state}`)
    return { isHealthy: response.ok, message: `unhealthy: ${states.join(', ')}` }
  } catch {
    return { isHealthy: false, message: `no response from ${options.unix ?? url}` }
  }
}

// The server's own address, not the proxy's. Its certificate is for another name, so it is not verified.
function addressOf({ listen, basePath, tlsCert }: Config): {
  url: string
  options: { unix?: string; tls?: { rejectUnauthorized: false } }
} {
  const path = `${basePath}/healthz`
  if (listen.kind === 'unix') return { url: `http://localhost${path}`, options: { unix: listen.path } }
  const loopback = { '0.0.0.0': '127.0.0.1', '::': '::1' }[listen.host] ?? listen.host
  const host = isIPv6(loopback) ? `[${loopback}]` : loopback
  if (tlsCert === undefined) return { url: `http://${host}:${listen.port}${path}`, options: {} }
  return { url: `https://${host}:${listen.port}${path}`, options: { tls: { rejectUnauthorized: false } } }
}
