import type { Configuration } from 'openid-client'

/** How the OpenID provider described itself, and when it was asked. */
export interface ProviderCache {
  current: { readonly at: number; readonly answer: Promise<Configuration> } | undefined
}
