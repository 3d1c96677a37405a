import type { App } from '../../app.ts'
import type { Config } from '../../config/options.ts'
import { AppError } from '../../errors.ts'
import { minute } from '../../time.ts'
import { claimCode, issueCode } from '../codes.ts'

type WebAuthn = typeof import('@simplewebauthn/server')

const challengeLives = 5 * minute

/** ES256, EdDSA and RS256: what the authenticators of today can do. */
export const algorithms = [-7, -8, -257]

/**
 * The library. Loading it takes ten times as long as all the rest of a start, so whoever needs it first waits for it. It
 * must be `require`: in the executable a late import() of it fails, because one of its own modules then comes too late.
 */
export function webAuthn(): WebAuthn {
  return require('@simplewebauthn/server')
}

/** Whether passkeys work at this address: browsers tie them to a name, never to a number. */
export function passkeysWork({ baseUrl }: Pick<Config, 'baseUrl'>): boolean {
  return !/^[\d.]+$|^\[/.test(new URL(baseUrl).hostname)
}

/** The name that passkeys of this instance belong to. Throws `passkeys_unavailable`. */
export function partyOf({ config }: App): string {
  if (!passkeysWork(config)) throw new AppError('passkeys_unavailable')
  return new URL(config.baseUrl).hostname
}

/** A challenge for one ceremony of this account, or of whoever it turns out to be. It counts once, for five minutes. */
export async function newChallenge(app: App, account: string | null): Promise<Uint8Array<ArrayBuffer>> {
  const owner = account === null ? {} : { account }
  const raw = await app.db.commit(() => issueCode(app, { purpose: 'passkey', ...owner, ttl: challengeLives }))
  return Uint8Array.fromBase64(raw, { alphabet: 'base64url' })
}

/** What an answer must be about: this place, and a challenge that was made for this account and not answered yet. */
export function expectedOf(app: App, account: string | null) {
  return {
    expectedRPID: partyOf(app),
    expectedOrigin: new URL(app.config.baseUrl).origin,
    expectedChallenge: async (challenge: string) => {
      const code = await app.db.commit(() => claimCode(app, 'passkey', challenge))
      return code !== undefined && code.account === account
    },
  }
}

/** An answer as the browser wrote it. Throws `passkey_refused`. */
export function answerOf<T extends { id: string }>(words: string): T {
  try {
    const answer = JSON.parse(words)
    if (typeof answer?.id === 'string') return answer
  } catch {}
  throw new AppError('passkey_refused')
}

/** What `work` found out of an answer. What was wrong with it helps only who forged it. Throws `passkey_refused`. */
export async function checked<T>(work: () => Promise<T | undefined>): Promise<T> {
  const found = await work().catch((error) => {
    if (error instanceof AppError) throw error
    return undefined
  })
  if (found === undefined) throw new AppError('passkey_refused')
  return found
}
