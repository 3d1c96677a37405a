import type { Fault } from './faults.ts'
import { isLoopback } from './network.ts'
import type { Config } from './options.ts'
import { formatDuration } from './units.ts'

/** A configuration in the making: what was refused or not given is not there. */
export type Draft = { readonly [Name in keyof Config]?: Config[Name] | undefined }

/** Where an option's value was written and how it may be shown, for a fault. */
export type Locate = (name: string) => Pick<Fault, 'where' | 'read'>

/** What no option can know alone. A rule is silent about values that were refused already. */
export function brokenRules(draft: Draft, locate: Locate, refused: ReadonlySet<string>): Fault[] {
  return rules
    .filter(({ about }) => !about.some((name) => refused.has(name)))
    .flatMap(({ broken }) => broken(draft, locate) ?? [])
}

interface Rule {
  readonly about: readonly string[]
  readonly broken: (draft: Draft, locate: Locate) => Fault | undefined
}

const rules: readonly Rule[] = [
  { about: ['ttl-max', 'ttl-default'], broken: defaultTooLong },
  { about: ['ttl-max', 'ttl-choices'], broken: choiceTooLong },
  { about: ['tls-cert', 'tls-key'], broken: halfACertificate },
  { about: ['oidc-issuer', 'oidc-client-id'], broken: halfAProvider },
  { about: ['password-sign-in', 'oidc-issuer'], broken: noWayIn },
  { about: ['listen', 'base-url', 'tls-cert'], broken: noBaseUrl },
  { about: ['listen', 'base-url', 'tls-cert', 'trusted-proxies', 'allow-http'], broken: plainHttp },
]

function defaultTooLong({ ttlDefault = 0, ttlMax = 0 }: Draft, locate: Locate): Fault | undefined {
  return ttlDefault > ttlMax ? { ...locate('ttl-default'), ...atMost(ttlMax) } : undefined
}

function choiceTooLong({ ttlChoices = [], ttlMax = 0 }: Draft, locate: Locate): Fault | undefined {
  return Math.max(...ttlChoices) > ttlMax ? { ...locate('ttl-choices'), ...atMost(ttlMax) } : undefined
}

function atMost(ttlMax: number): Pick<Fault, 'expected' | 'example'> {
  return { expected: `at most ttl-max, which is ${formatDuration(ttlMax)}`, example: formatDuration(ttlMax) }
}

function halfACertificate({ tlsCert, tlsKey }: Draft, locate: Locate): Fault | undefined {
  if ((tlsCert === undefined) === (tlsKey === undefined)) return undefined
  const [given, lacking] = tlsCert === undefined ? ['tls-key', 'tls-cert'] : ['tls-cert', 'tls-key']
  return { ...locate(given), expected: `${lacking} beside it`, example: `--${lacking} /etc/sotto/${lacking}.pem` }
}

function halfAProvider({ oidcIssuer, oidcClientId }: Draft, locate: Locate): Fault | undefined {
  if ((oidcIssuer === undefined) === (oidcClientId === undefined)) return undefined
  const [given, lacking, example] =
    oidcIssuer === undefined
      ? ['oidc-client-id', 'oidc-issuer', 'https://login.example.org']
      : ['oidc-issuer', 'oidc-client-id', 'sotto']
  return { ...locate(given), expected: `${lacking} beside it`, example: `--${lacking} ${example}` }
}

function noWayIn({ passwordSignIn, oidcIssuer }: Draft, locate: Locate): Fault | undefined {
  if (passwordSignIn !== false || oidcIssuer !== undefined) return undefined
  const expected = 'true, unless oidc-issuer names where people sign in instead'
  return { ...locate('password-sign-in'), expected, example: 'true' }
}

function noBaseUrl({ baseUrl }: Draft, locate: Locate): Fault | undefined {
  if (baseUrl !== undefined) return undefined
  const expected = 'the address that people open, which does not follow from listen unless that is loopback'
  return { ...locate('base-url'), expected, example: 'https://secrets.example.org' }
}

/** Promise P30: nothing secret crosses a network in the open unless the operator said so. */
function plainHttp(draft: Draft, locate: Locate): Fault | undefined {
  const { listen, tlsCert, baseUrl, trustedProxies = [], allowHttp } = draft
  const behindProxy = baseUrl?.startsWith('https:') === true && trustedProxies.length > 0
  if (listen === undefined || isLoopback(listen) || tlsCert !== undefined || behindProxy || allowHttp) return undefined
  const expected = 'a loopback address, or tls-cert and tls-key, or an https base-url and trusted-proxies'
  const hint = 'other machines would send secrets in plain HTTP; allow-http permits it'
  return { ...locate('listen'), expected, example: '127.0.0.1:8080', hint }
}
