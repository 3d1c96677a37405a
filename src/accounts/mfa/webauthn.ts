import type { App } from '../../app.ts'
import type { Config } from '../../config/options.ts'
import { AppError } from '../../errors.ts'
import { minute } from '../../time.ts'
import { claimCode, issueCode } from '../codes.ts'

type WebAuthn = typeof import('@simplewebauthn/server')

const challengeTtl = 5 * minute

/** COSE identifiers of the accepted algorithms: ES256, EdDSA and RS256. */
export const algorithms = [-7, -8, -257]

/**
 * Loads the WebAuthn library on first use, because it takes ten times as long as the rest of the start. It must be
 * `require`: in the executable an import() of it fails.
 */
export function loadWebAuthn(): WebAuthn {
  return require('@simplewebauthn/server')
}

/** Tests whether browsers support passkeys at the base URL: its host must be a name, not an IP address. */
export function arePasskeysSupported({ baseUrl }: Pick<Config, 'baseUrl'>): boolean {
  return !/^[\d.]+$|^\[/.test(new URL(baseUrl).hostname)
}

/** Returns the relying party id of the instance, its host name. Throws `passkeys_unavailable`. */
export function relyingPartyId({ config }: App): string {
  if (!arePasskeysSupported(config)) throw new AppError('passkeys_unavailable')
  return new URL(config.baseUrl).hostname
}

/** Creates a single-use challenge, valid for five minutes. `account` is null for a sign-in by passkey alone. */
export async function issueChallenge(app: App, account: string | null): Promise<Uint8Array<ArrayBuffer>> {
  const target = account === null ? {} : { account }
  const raw = await app.db.commit(() => issueCode(app, { purpose: 'passkey', ...target, ttl: challengeTtl }))
  return Uint8Array.fromBase64(raw, { alphabet: 'base64url' })
}

/** Returns what a response must match: this relying party and an unused challenge of the account. */
export function expectationsOf(app: App, account: string | null) {
  return {
    expectedRPID: relyingPartyId(app),
    expectedOrigin: new URL(app.config.baseUrl).origin,
    expectedChallenge: async (challenge: string) => {
      const code = await app.db.commit(() => claimCode(app, 'passkey', challenge))
      return code !== undefined && code.account === account
    },
  }
}

/** Parses the JSON response of a browser. Throws `passkey_refused`. */
export function parseResponse<T extends { id: string }>(json: string): T {
  try {
    const response = JSON.parse(json)
    if (typeof response?.id === 'string') return response
  } catch {}
  throw new AppError('passkey_refused')
}

/** Returns the result of a verification; hides the cause of a failure. Throws `passkey_refused`. */
export async function verifyOrRefuse<T>(verify: () => Promise<T | undefined>): Promise<T> {
  const result = await verify().catch((error) => {
    if (error instanceof AppError) throw error
    return undefined
  })
  if (result === undefined) throw new AppError('passkey_refused')
  return result
}
