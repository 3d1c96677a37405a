import type * as table from './option.ts'
import { derived, option, optional, secret } from './option.ts'
import * as types from './option-types.ts'
import { atLeastOne, choice, duration, integer, list, size } from './option-types.ts'

const { domain, httpsUrl, mailAddress, smtpUrl, word } = types
const { rate, baseUrl, boolean, contact, key, listenAddress, network, path, peer, regionCode, title } = types
const lifetime = duration('60s', '365d', '7d')

/** All options of the server. `ttl-max` is set by `--ttl-max`, `SOTTO_TTL_MAX`, or `ttl-max` in the file. */
export const options = {
  config: optional(path, '/etc/sotto/sotto.toml if it exists', 'the TOML file with these options'),
  listen: option(listenAddress, '127.0.0.1:8080', 'where to listen: host:port, :port or unix:/path?mode=0660'),
  'base-url': derived(baseUrl, 'from listen if that is loopback', 'the address that people open, with its path if any'),
  'data-dir': derived(path, '$STATE_DIRECTORY or ./sotto-data', 'the folder of the database and the root key'),
  name: option(title, 'Sotto', 'the name of this instance on its pages'),
  contact: optional(contact, 'none', 'whom to ask about this instance: an e-mail address or a URL'),
  region: option(regionCode, 'local', 'the region, stamped into the database at first start'),
  'region-name': derived(title, 'the region, in capitals', 'what the pages call the region'),
  peers: option(list(peer), '', 'the same service in other regions'),
  'trusted-proxies': option(list(network), '', 'proxies whose X-Forwarded-For is believed'),
  'tls-cert': optional(path, 'none', 'the certificate to serve HTTPS with, and its chain, as PEM'),
  'tls-key': optional(path, 'none', 'the private key of tls-cert, as PEM'),
  'allow-http': option(boolean, 'false', 'serve plain HTTP to other machines without a declared proxy'),
  'ttl-default': option(lifetime, '7d', 'how long a secret waits if its sender does not say'),
  'ttl-choices': option(atLeastOne(lifetime), '1h,1d,7d,14d,30d', 'the waiting times that pages offer'),
  'ttl-max': option(lifetime, '30d', 'the longest that a secret may wait'),
  'secret-size': option(size('1B', '10MB', '100KB'), '100KB', 'the largest content of a secret'),
  create: option(choice('anyone', 'signed-in'), 'anyone', 'who may create secrets'),
  'burn-after-attempts': option(integer(0, 1000, '10'), '0', 'wrong passphrases that burn a secret, 0 for never'),
  'sign-up': option(choice('open', 'invitation', 'domains', 'closed'), 'invitation', 'who may have an account'),
  'sign-up-domains': option(list(domain), '', 'mail domains that may sign up, with sign-up=domains'),
  'minimum-age': option(integer(13, 120, '16'), '13', 'the age that everybody who signs up must state'),
  'password-sign-in': option(boolean, 'true', 'whether a password signs in'),
  'second-factor': option(choice('optional', 'operators', 'everyone'), 'optional', 'who must have a second factor'),
  'session-idle': option(duration('5m', '7d', '12h'), '12h', 'a session that is not used for so long ends'),
  'session-limit': option(duration('5m', '7d', '7d'), '7d', 'a session ends after this, used or not'),
  grace: option(duration('0s', '29d', '14d'), '14d', 'how long a closed account may be taken back'),
  'oidc-issuer': optional(httpsUrl, 'none', 'the OpenID provider to sign in with'),
  'oidc-client-id': optional(word, 'none', 'the name of this instance at that provider'),
  'oidc-client-secret': secret(word, 'none', 'the secret of that name'),
  'oidc-domains': option(list(domain), '', 'mail domains that may sign in with it; none means all'),
  'oidc-groups-claim': option(word, 'groups', 'the claim that lists the groups of a person'),
  'oidc-operators': option(list(word), '', 'groups of that provider whose members are operators'),
  'smtp-url': secret(smtpUrl, 'none', 'the mail server: smtp://user:password@host:587 or smtps://host'),
  'smtp-plain': option(boolean, 'false', 'send mail without TLS if the server has none'),
  'smtp-ca': optional(path, "the system's", 'the authorities that vouch for the mail server, as PEM'),
  'mail-from': derived(mailAddress, 'sotto@ and the host of base-url', 'the address that mail comes from'),
  'mail-optional': option(list(choice('news', 'feedback')), '', 'kinds of mail that people may agree to'),
  deliveries: option(integer(0, 1000, '20'), '20', 'links that one account may have mailed in a day'),
  'limit-requests': option(rate, '240/1m', 'how often one network may create, open or burn'),
  'limit-creates': option(rate, '1000/1d', 'how many secrets one network may create'),
  'limit-all': option(rate, '1000/1s', 'how often all networks together may create, open or burn'),
  'free-space': option(size('0B', '1000GB', '64MB'), '64MB', 'creates are refused when less of the disk is free'),
  'purge-interval': option(duration('1s', '1h', '1m'), '1m', 'how often what is due is deleted'),
  statistics: option(choice('off', 'operator', 'public'), 'operator', 'who may see the counts of each day'),
  'log-format': option(choice('auto', 'text', 'json'), 'auto', 'how a log line is written; auto is text on a terminal'),
  'log-addresses': option(choice('full', 'truncated', 'hashed', 'none'), 'truncated', 'what of an address is logged'),
  'log-file': optional(path, 'none, to stderr', 'a file for the lines of requests, made anew every day'),
  'security-log-file': optional(path, 'none, to stderr', 'a file for what concerns security, made anew every day'),
  'log-size': option(size('1MB', '100GB', '100MB'), '100MB', 'the most that a log file and its older parts may take'),
  'log-retention': option(duration('1d', '90d', '30d'), '30d', 'how long a line stays in a log file'),
  'root-key': secret(key, 'the file root.key in data-dir', 'the key that seals all secrets, 32 bytes'),
} satisfies table.Options

type Table = typeof options
/** The name of an option, as in `--name`. */
export type OptionName = keyof Table
type Present<P extends table.Presence> = {
  [Name in OptionName]: Table[Name] extends table.Option<unknown, P> ? Name : never
}[OptionName]
type ValueOf<Name extends OptionName> = Table[Name] extends table.Option<infer Value> ? Value : never
type Values = { readonly [Name in Present<'always'> as table.CamelCase<Name>]: ValueOf<Name> } & {
  readonly [Name in Present<'sometimes'> as table.CamelCase<Name>]?: ValueOf<Name>
}

/** The configuration: durations in milliseconds, sizes in bytes, absolute paths. */
export interface Config extends Values {
  /** The path of base-url: empty, or `/prefix`. */
  readonly basePath: string
}
