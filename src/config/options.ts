import type * as table from './option.ts'
import { derived, option, optional, secret } from './option.ts'
import * as types from './option-types.ts'
import { atLeastOne, choice, duration, integer, list, size } from './option-types.ts'

const { domain, httpsUrl, mailAddress, smtpUrl, word } = types
const { rate, baseUrl, boolean, contact, key, listenAddress, network, path, peer, regionCode, title } = types
const lifetime = duration('60s', '365d', '7d')

/** All options of the server. `ttl-max` is set by `--ttl-max`, `SOTTO_TTL_MAX`, or `ttl-max` in the file. */
export const options = {
  config: optional(path, '/etc/sotto/sotto.toml if it exists', 'TOML file with these options'),
  listen: option(listenAddress, '127.0.0.1:8080', 'address to listen on: host:port, :port or unix:/path?mode=0660'),
  'base-url': derived(baseUrl, 'from listen, if loopback', 'public URL of this instance, with its path if any'),
  'data-dir': derived(path, '$STATE_DIRECTORY or ./sotto-data', 'folder of the database and the root key'),
  'witness-file': optional(path, 'none', 'file outside data-dir that shows whether data-dir was restored'),
  'accept-restore': optional(word, 'none', 'mark of the restored database to accept at this start, from the log'),
  name: option(title, 'Sotto', 'name of this instance, shown on its pages'),
  contact: optional(contact, 'none', 'contact for this instance: an email address or a URL'),
  region: option(regionCode, 'local', 'region code, stored in the database at first start'),
  'region-name': derived(title, 'from region', 'name of the region, shown on the pages'),
  peers: option(list(peer), '', 'instances in other regions'),
  'trusted-proxies': option(list(network), '', 'proxies whose X-Forwarded-For header is trusted'),
  'tls-cert': optional(path, 'none', 'certificate and chain to serve HTTPS with, as PEM'),
  'tls-key': optional(path, 'none', 'private key of tls-cert, as PEM'),
  'allow-http': option(boolean, 'false', 'allow plain HTTP to other machines without a trusted proxy'),
  'ttl-default': option(lifetime, '7d', 'default time until a secret expires'),
  'ttl-choices': option(atLeastOne(lifetime), '1h,1d,7d,14d,30d', 'expiry times that the pages offer'),
  'ttl-max': option(lifetime, '30d', 'maximum time until a secret expires'),
  'secret-size': option(size('1B', '10MB', '100KB'), '100KB', 'maximum size of a secret'),
  create: option(choice('anyone', 'signed-in'), 'anyone', 'who may create secrets'),
  'burn-after-attempts': option(
    integer(0, 1000, '10'),
    '0',
    'number of wrong passphrases after which a secret is burned; 0 for never',
  ),
  'sign-up': option(choice('open', 'invitation', 'domains', 'closed'), 'invitation', 'who may sign up'),
  'sign-up-domains': option(list(domain), '', 'mail domains that may sign up, for sign-up=domains'),
  'minimum-age': option(integer(13, 120, '16'), '13', 'minimum age, to be confirmed at sign-up'),
  'password-sign-in': option(boolean, 'true', 'allow signing in with a password'),
  'second-factor': option(
    choice('optional', 'operators', 'everyone'),
    'optional',
    'who must use two-factor authentication',
  ),
  'session-idle': option(duration('5m', '7d', '12h'), '12h', 'time after which an unused session ends'),
  'session-limit': option(duration('5m', '7d', '7d'), '7d', 'maximum length of a session'),
  grace: option(duration('0s', '22d', '14d'), '14d', 'time in which a closed account can be restored'),
  'oidc-issuer': optional(httpsUrl, 'none', 'issuer URL of the OpenID provider to sign in with'),
  'oidc-client-id': optional(word, 'none', 'client ID of this instance at the OpenID provider'),
  'oidc-client-secret': secret(word, 'none', 'client secret of this instance at the OpenID provider'),
  'oidc-domains': option(
    list(domain),
    '',
    'mail domains that may sign in with the OpenID provider; all if none is given',
  ),
  'oidc-groups-claim': option(word, 'groups', 'OpenID claim that lists the groups of a user'),
  'oidc-operators': option(list(word), '', 'OpenID groups whose members become operators'),
  'smtp-url': secret(smtpUrl, 'none', 'mail server: smtp://user:password@host:587 or smtps://host'),
  'smtp-plain': option(boolean, 'false', 'allow sending mail without TLS if the server has none'),
  'smtp-ca': optional(path, "the system's", 'certificate authorities to trust for the mail server, as PEM'),
  'mail-from': derived(mailAddress, 'sotto@ and the host of base-url', 'sender address of mail'),
  'mail-optional': option(list(choice('news', 'feedback')), '', 'kinds of optional mail that users can consent to'),
  deliveries: option(integer(0, 1000, '20'), '20', 'maximum number of links mailed per account and day'),
  'limit-requests': option(rate, '240/1m', 'rate limit per network for creating, opening and burning'),
  'limit-creates': option(rate, '1000/1d', 'rate limit per network for creating secrets'),
  'limit-all': option(rate, '1000/1s', 'rate limit for all networks together for creating, opening and burning'),
  'free-space': option(size('0B', '1000GB', '64MB'), '64MB', 'minimum free disk space for new secrets'),
  'purge-interval': option(duration('1s', '1h', '1m'), '1m', 'maximum time between purges of expired data'),
  statistics: option(choice('off', 'operator', 'public'), 'operator', 'who can see the daily statistics'),
  'log-format': option(choice('auto', 'text', 'json'), 'auto', 'log format; auto is text on a terminal, else JSON'),
  'log-addresses': option(
    choice('full', 'truncated', 'hashed', 'none'),
    'truncated',
    'how client addresses are logged',
  ),
  'log-file': optional(path, 'none, to stderr', 'file for the request log, rotated daily'),
  'security-log-file': optional(path, 'none, to stderr', 'file for the security log, rotated daily'),
  'log-size': option(size('1MB', '100GB', '100MB'), '100MB', 'maximum size of a log file with its rotated files'),
  'log-retention': option(duration('1d', '90d', '30d'), '30d', 'time that log lines are kept'),
  'root-key': secret(key, 'the file root.key in data-dir', 'root key that protects all secrets, 32 bytes'),
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
