import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  customFetch,
  discovery,
  None,
  type ServerMetadata,
} from 'openid-client'
import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { hour } from '../../time.ts'

/** What the provider says of itself is asked again after this, in milliseconds. */
const fresh = hour
/** The longest that it may take to answer, in seconds. */
const patience = 10
const loopback = ['127.0.0.1', 'localhost', '[::1]']

/** The host of the provider that the operator named, or nothing. */
export function providerHost({ config }: Pick<App, 'config'>): string | undefined {
  return config.oidcIssuer === undefined || config.oidcClientId === undefined
    ? undefined
    : new URL(config.oidcIssuer).host
}

/** The provider, as it describes itself. Throws `oidc_off`, `oidc_unreachable`. */
export async function discoverProvider(app: App): Promise<Configuration> {
  const { providerCache } = app
  const known = providerCache.current
  if (known && app.monotonic() - known.at < fresh) return known.answer
  const answer = ask(app)
  providerCache.current = { at: app.monotonic(), answer }
  try {
    return await answer
  } catch (error) {
    // What failed is not remembered: the next one who comes asks again.
    providerCache.current = undefined
    throw error
  }
}

async function ask(app: App): Promise<Configuration> {
  const { oidcIssuer, oidcClientId, oidcClientSecret } = app.config
  if (oidcIssuer === undefined || oidcClientId === undefined) throw new AppError('oidc_off')
  const issuer = new URL(oidcIssuer)
  const authentication = oidcClientSecret === undefined ? None() : bySecret(oidcClientSecret)
  try {
    return await discovery(issuer, oidcClientId, undefined, authentication, {
      timeout: patience,
      execute: issuer.protocol === 'http:' ? [allowInsecureRequests] : [],
      [customFetch]: fetchSafely,
    })
  } catch (error) {
    throw providerUnreachable(app, error)
  }
}

/** Notes for the operator, by a code and no more, why the provider could not be asked. */
export function providerUnreachable(app: App, error: unknown): AppError {
  app.log.write({ event: 'oidc_failed', code: protocolErrorCode(error) })
  return new AppError('oidc_unreachable')
}

/** The code of an error of the protocol: one of the library's, or one that the provider may answer with. */
export function protocolErrorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'failed'
  if (isOutage(error)) return 'unreachable'
  for (const value of ['error' in error && error.error, 'code' in error && error.code])
    if (typeof value === 'string' && /^[A-Za-z_]{1,60}$/.test(value)) return value
  return 'failed'
}

// The way that is the protocol's default, unless the provider takes only the other.
function bySecret(secret: string) {
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)]
  return (server: ServerMetadata, ...more: [Parameters<typeof basic>[1], URLSearchParams, Headers]) => {
    const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const way = ways.includes('client_secret_basic') || !ways.includes('client_secret_post') ? basic : post
    way(server, ...more)
  }
}

/** Whether the provider did not answer, or not in time. */
export function isOutage(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Unreachable
}

class Unreachable extends Error {}

// Redirects are refused: they would lead to whom the operator did not name. Without TLS only this machine is asked.
async function fetchSafely(address: string, options: object): Promise<Response> {
  const { protocol, hostname } = new URL(address)
  if (protocol !== 'https:' && !loopback.includes(hostname)) throw new Error('a provider without TLS')
  try {
    return await fetch(address, { ...options, redirect: 'error' })
  } catch {
    throw new Unreachable()
  }
}
