import { resolve } from 'node:path'
import { basePathOf, isLoopback, localUrl } from './network.ts'
import type { Draft } from './rules.ts'
import type { Origin } from './setting.ts'
import type { Sources } from './sources.ts'

/** Adds what follows from other values, or from the folder that systemd made. */
export function derive(draft: Draft, origins: Readonly<Record<string, Origin>>, sources: Sources): Draft {
  const baseUrl = draft.baseUrl ?? loopbackUrl(draft)
  return {
    ...draft,
    ...lifetimes(draft, origins),
    baseUrl,
    basePath: baseUrl === undefined ? undefined : basePathOf(baseUrl),
    mailFrom: draft.mailFrom ?? mailFromOf(baseUrl),
    dataDir: draft.dataDir ?? resolve(sources.cwd, stateDirectory(sources) ?? 'sotto-data'),
    regionName: draft.regionName ?? nameOfRegion(draft.region),
  }
}

/** `eu` is EU, `frankfurt` is Frankfurt. */
function nameOfRegion(code: string | undefined): string | undefined {
  return code?.replace(code.length <= 3 ? /.+/ : /^./, (letters) => letters.toUpperCase())
}

function mailFromOf(baseUrl: string | undefined): string | undefined {
  const host = baseUrl === undefined ? undefined : new URL(baseUrl).hostname
  return host === undefined ? undefined : `sotto@${/^[\d.]+$|^\[/.test(host) ? 'localhost' : host}`
}

function loopbackUrl({ listen, tlsCert }: Draft): string | undefined {
  if (listen?.kind !== 'tcp' || !isLoopback(listen)) return undefined
  return localUrl(tlsCert === undefined ? 'http' : 'https', listen.host, listen.port)
}

/** systemd names several folders with colons between them if the unit has several. */
function stateDirectory({ env }: Sources): string | undefined {
  return env.STATE_DIRECTORY?.split(':').find((folder) => folder !== '')
}

/** Defaults bow to a ttl-max that the operator lowered; what the operator wrote does not, and is a fault. */
function lifetimes(draft: Draft, origins: Readonly<Record<string, Origin>>): Draft {
  const { ttlMax = 0, ttlDefault = 0, ttlChoices = [] } = draft
  const fitting = ttlChoices.filter((choice) => choice <= ttlMax)
  return {
    ...(origins['ttl-default'] === 'default' && { ttlDefault: Math.min(ttlDefault, ttlMax) }),
    ...(origins['ttl-choices'] === 'default' && { ttlChoices: fitting.length > 0 ? fitting : [ttlMax] }),
  }
}
