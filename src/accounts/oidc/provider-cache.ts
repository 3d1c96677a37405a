import type { Configuration } from 'openid-client'

/** The discovered configuration of the OpenID provider. `at` is a monotonic time in milliseconds. */
export interface ProviderCache {
  current: { readonly at: number; readonly configuration: Promise<Configuration> } | undefined
}
