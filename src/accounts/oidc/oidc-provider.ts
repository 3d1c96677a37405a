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

/** Lifetime of the cached discovery document, in milliseconds. */
const discoveryTtl = hour

/** Timeout of requests to the provider, in seconds. */
const timeoutSeconds = 10

const loopback = ['127.0.0.1', 'localhost', '[::1]']

/** Returns the host of the configured provider; undefined without one. */
export function providerHost({ config }: Pick<App, 'config'>): string | undefined {
  return config.oidcIssuer === undefined || config.oidcClientId === undefined
    ? undefined
    : new URL(config.oidcIssuer).host
}

/** Returns the discovered configuration of the provider, cached for an hour. Throws `oidc_off`, `oidc_unreachable`. */
export async function discoverProvider(app: App): Promise<Configuration> {
  const { providerCache } = app
  const cached = providerCache.current
  if (cached && app.monotonic() - cached.at < discoveryTtl) return cached.configuration
  const configuration = discover(app)
  providerCache.current = { at: app.monotonic(), configuration }
  try {
    return await configuration
  } catch (error) {
    // A failure is not cached, so the next request tries again.
    providerCache.current = undefined
    throw error
  }
}

async function discover(app: App): Promise<Configuration> {
  const { oidcIssuer, oidcClientId, oidcClientSecret } = app.config
  if (oidcIssuer === undefined || oidcClientId === undefined) throw new AppError('oidc_off')
  const issuer = new URL(oidcIssuer)
  const authentication = oidcClientSecret === undefined ? None() : bySecret(oidcClientSecret)
  try {
    return await discovery(issuer, oidcClientId, undefined, authentication, {
      timeout: timeoutSeconds,
      execute: issuer.protocol === 'http:' ? [allowInsecureRequests] : [],
      [customFetch]: fetchSafely,
    })
  } catch (error) {
    throw providerUnreachable(app, error)
  }
}

/** Logs an error code for the operator and returns `oidc_unreachable` to throw. */
export function providerUnreachable(app: App, error: unknown): AppError {
  app.log.write({ event: 'oidc_failed', code: protocolErrorCode(error) })
  return new AppError('oidc_unreachable')
}

/** Returns the code of a protocol error for the log: from the response of the provider or the library, else a general one. */
export function protocolErrorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'failed'
  if (isOutage(error)) return 'unreachable'
  for (const value of ['error' in error && error.error, 'code' in error && error.code])
    if (typeof value === 'string' && /^[A-Za-z_]{1,60}$/.test(value)) return value
  return 'failed'
}

// Basic is the default of the protocol; POST only for providers that support nothing else.
function bySecret(secret: string) {
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)]
  return (server: ServerMetadata, ...more: [Parameters<typeof basic>[1], URLSearchParams, Headers]) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const usePost = !methods.includes('client_secret_basic') && methods.includes('client_secret_post')
    const authenticate = usePost ? post : basic
    authenticate(server, ...more)
  }
}

/** Tests whether an error means that the provider did not respond in time. */
export function isOutage(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Unreachable
}

class Unreachable extends Error {}

// Redirects are refused, because they may lead to hosts that are not configured. Plain HTTP is for loopback only.
async function fetchSafely(address: string, options: object): Promise<Response> {
  const { protocol, hostname } = new URL(address)
  if (protocol !== 'https:' && !loopback.includes(hostname)) throw new Error('a provider without TLS')
  try {
    return await fetch(address, { ...options, redirect: 'error' })
  } catch {
    throw new Unreachable()
  }
}
