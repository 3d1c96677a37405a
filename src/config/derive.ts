import { resolve } from 'node:path'
import { basePathOf, isLoopback, localUrl } from './network.ts'
import type { PartialConfig } from './rules.ts'
import type { ValueSource } from './setting.ts'
import type { ConfigInputs } from './sources.ts'

/** Adds the values that are derived from other options or from systemd's state directory. */
export function derive(
  config: PartialConfig,
  valueSources: Readonly<Record<string, ValueSource>>,
  inputs: ConfigInputs,
): PartialConfig {
  const baseUrl = config.baseUrl ?? loopbackUrl(config)
  return {
    ...config,
    ...lifetimes(config, valueSources),
    baseUrl,
    basePath: baseUrl === undefined ? undefined : basePathOf(baseUrl),
    mailFrom: config.mailFrom ?? mailFromOf(baseUrl),
    dataDir: config.dataDir ?? resolve(inputs.cwd, stateDirectory(inputs) ?? 'sotto-data'),
    regionName: config.regionName ?? regionNameOf(config.region),
  }
}

/** `eu` becomes EU, `frankfurt` becomes Frankfurt. */
function regionNameOf(code: string | undefined): string | undefined {
  return code?.replace(code.length <= 3 ? /.+/ : /^./, (letters) => letters.toUpperCase())
}

function mailFromOf(baseUrl: string | undefined): string | undefined {
  const host = baseUrl === undefined ? undefined : new URL(baseUrl).hostname
  return host === undefined ? undefined : `sotto@${/^[\d.]+$|^\[/.test(host) ? 'localhost' : host}`
}

function loopbackUrl({ listen, tlsCert }: PartialConfig): string | undefined {
  if (listen?.kind !== 'tcp' || !isLoopback(listen)) return undefined
  return localUrl(tlsCert === undefined ? 'http' : 'https', listen.host, listen.port)
}

/** The first directory of the colon-separated list that systemd sets. */
function stateDirectory({ env }: ConfigInputs): string | undefined {
  return env.STATE_DIRECTORY?.split(':').find((folder) => folder !== '')
}

/** Lowers the defaults to a lower ttl-max. Values that the operator set are left alone and rejected by a rule. */
function lifetimes(config: PartialConfig, valueSources: Readonly<Record<string, ValueSource>>): PartialConfig {
  const { ttlMax = 0, ttlDefault = 0, ttlChoices = [] } = config
  const allowed = ttlChoices.filter((choice) => choice <= ttlMax)
  return {
    ...(valueSources['ttl-default'] === 'default' && { ttlDefault: Math.min(ttlDefault, ttlMax) }),
    ...(valueSources['ttl-choices'] === 'default' && { ttlChoices: allowed.length > 0 ? allowed : [ttlMax] }),
  }
}
