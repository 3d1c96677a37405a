import { isLoopback } from './network.ts'
import type { Config } from './options.ts'
import type { ConfigProblem } from './problems.ts'
import { formatDuration } from './units.ts'

/** A configuration before validation: values that are invalid or not set are absent. */
export type PartialConfig = { readonly [Name in keyof Config]?: Config[Name] | undefined }

/** Returns where an option was set and its value as it may be shown, for a problem. */
export type Locate = (name: string) => Pick<ConfigProblem, 'where' | 'received'>

/** Checks the rules that concern several options. A rule is skipped if one of its options has been rejected already. */
export function violatedRules(config: PartialConfig, locate: Locate, rejected: ReadonlySet<string>): ConfigProblem[] {
  return rules
    .filter(({ options }) => !options.some((name) => rejected.has(name)))
    .flatMap(({ check }) => check(config, locate) ?? [])
}

interface Rule {
  readonly options: readonly string[]
  readonly check: (config: PartialConfig, locate: Locate) => ConfigProblem | undefined
}

const rules: readonly Rule[] = [
  { options: ['ttl-max', 'ttl-default'], check: defaultTooLong },
  { options: ['ttl-max', 'ttl-choices'], check: choiceTooLong },
  { options: ['tls-cert', 'tls-key'], check: incompleteCertificate },
  { options: ['oidc-issuer', 'oidc-client-id'], check: incompleteProvider },
  { options: ['password-sign-in', 'oidc-issuer'], check: noSignInMethod },
  { options: ['listen', 'base-url', 'tls-cert'], check: noBaseUrl },
  { options: ['listen', 'base-url', 'tls-cert', 'trusted-proxies', 'allow-http'], check: plainHttp },
]

function defaultTooLong({ ttlDefault = 0, ttlMax = 0 }: PartialConfig, locate: Locate): ConfigProblem | undefined {
  return ttlDefault > ttlMax ? { ...locate('ttl-default'), ...atMost(ttlMax) } : undefined
}

function choiceTooLong({ ttlChoices = [], ttlMax = 0 }: PartialConfig, locate: Locate): ConfigProblem | undefined {
  return Math.max(...ttlChoices) > ttlMax ? { ...locate('ttl-choices'), ...atMost(ttlMax) } : undefined
}

function atMost(ttlMax: number): Pick<ConfigProblem, 'expected' | 'example'> {
  return { expected: `at most ttl-max, which is ${formatDuration(ttlMax)}`, example: formatDuration(ttlMax) }
}

function incompleteCertificate({ tlsCert, tlsKey }: PartialConfig, locate: Locate): ConfigProblem | undefined {
  if ((tlsCert === undefined) === (tlsKey === undefined)) return undefined
  const [present, missing] = tlsCert === undefined ? ['tls-key', 'tls-cert'] : ['tls-cert', 'tls-key']
  return { ...locate(present), expected: `${missing} as well`, example: `--${missing} /etc/sotto/${missing}.pem` }
}

function incompleteProvider({ oidcIssuer, oidcClientId }: PartialConfig, locate: Locate): ConfigProblem | undefined {
  if ((oidcIssuer === undefined) === (oidcClientId === undefined)) return undefined
  const [present, missing, example] =
    oidcIssuer === undefined
      ? ['oidc-client-id', 'oidc-issuer', 'https://login.example.org']
      : ['oidc-issuer', 'oidc-client-id', 'sotto']
  return { ...locate(present), expected: `${missing} as well`, example: `--${missing} ${example}` }
}

function noSignInMethod({ passwordSignIn, oidcIssuer }: PartialConfig, locate: Locate): ConfigProblem | undefined {
  if (passwordSignIn !== false || oidcIssuer !== undefined) return undefined
  const expected = 'true, unless oidc-issuer is set'
  return { ...locate('password-sign-in'), expected, example: 'true' }
}

function noBaseUrl({ baseUrl }: PartialConfig, locate: Locate): ConfigProblem | undefined {
  if (baseUrl !== undefined) return undefined
  const expected = 'the public URL of this instance, required unless listen is a loopback address'
  return { ...locate('base-url'), expected, example: 'https://secrets.example.org' }
}

/** P30: secrets are not sent over a network unencrypted unless the operator permits it. */
function plainHttp(config: PartialConfig, locate: Locate): ConfigProblem | undefined {
  const { listen, tlsCert, baseUrl, trustedProxies = [], allowHttp } = config
  const behindProxy = baseUrl?.startsWith('https:') === true && trustedProxies.length > 0
  if (listen === undefined || isLoopback(listen) || tlsCert !== undefined || behindProxy || allowHttp) return undefined
  const expected = 'a loopback address, or tls-cert and tls-key, or an https base-url with trusted-proxies'
  const hint = 'secrets would cross the network in plain HTTP; set allow-http to allow that'
  return { ...locate('listen'), expected, example: '127.0.0.1:8080', hint }
}
