import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import Provider from 'oidc-provider'
import { freePort } from '../fixtures/instance.ts'

/** Somebody whom the provider knows, with the claims that it makes of them. */
export interface Employee {
  readonly email?: string
  readonly email_verified?: boolean
  readonly preferred_username?: string
  readonly groups?: readonly string[]
}

/** A real OpenID provider on this machine, at which one employee is signed in at a time. */
export interface Organization extends AsyncDisposable {
  readonly issuer: string
  /** The options by which an instance signs in with it. */
  readonly flags: Record<string, string>
  readonly employees: Map<string, Employee>
  /** Who sits at the browser, by their subject. */
  present: string
  /** How often it was asked what it offers. */
  asked: number
  /** Walks a browser from the address that an instance sent it to, back to the address that it is sent to at last. */
  walk(url: string): Promise<URL>
}

const secret = 'a secret between the two of them'.replaceAll(' ', '-')

/** Starts a provider for the instance at `home`. */
export async function startOrganization(home: string): Promise<Organization> {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const employees = new Map<string, Employee>()
  const provider = providerFor(issuer, home, employees)
  const organization = { issuer, employees, present: '', asked: 0 }
  const answer = provider.callback()
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/.well-known/')) organization.asked += 1
    if (request.url?.startsWith('/interaction/')) finish(provider, request, response, organization.present)
    else answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const stop = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return Object.assign(organization, {
    flags: { 'oidc-issuer': issuer, 'oidc-client-id': 'sotto', 'oidc-client-secret': secret },
    walk: (url: string) => walk(url, issuer),
    [Symbol.asyncDispose]: stop,
  })
}

function providerFor(issuer: string, home: string, employees: Map<string, Employee>): Provider {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
  return new Provider(issuer, {
    clients: [{ client_id: 'sotto', client_secret: secret, redirect_uris: [`${home}/sign-in/oidc/callback`] }],
    jwks: { keys: [{ ...key, alg: 'RS256', use: 'sig', kid: 'one' } as never] },
    cookies: { keys: ['a key of the test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    claims: { email: ['email', 'email_verified'], profile: ['preferred_username'], groups: ['groups'] },
    scopes: ['openid', 'email', 'profile', 'groups'],
    findAccount: (_, sub) => ({ accountId: sub, claims: async () => ({ sub, ...employees.get(sub) }) }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ accountId: oidc.session?.accountId ?? '', clientId: 'sotto' })
      grant.addOIDCScope('openid email profile groups')
      await grant.save()
      return grant
    },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
  })
}

async function finish(provider: Provider, request: IncomingMessage, response: ServerResponse, accountId: string) {
  await provider.interactionFinished(request, response, { login: { accountId, amr: ['pwd'] } })
}

async function walk(start: string, issuer: string): Promise<URL> {
  const jar = new Map<string, string>()
  let url = new URL(start)
  for (let steps = 0; steps < 8; steps += 1) {
    if (url.origin !== issuer) return url
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      jar.set(name, value)
    }
    const location = answer.headers.get('location')
    if (location === null) throw new Error(`the provider stopped: ${answer.status} ${await answer.text()}`)
    url = new URL(location, url)
  }
  throw new Error('the provider sent the browser around')
}
