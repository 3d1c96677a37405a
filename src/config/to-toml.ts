import { isIPv6 } from 'node:net'
import type { Rate } from '../limits/gcra.ts'
import type { Listen, Peer } from './network.ts'
import type { Option } from './option.ts'
import { formatDuration, formatSize } from './units.ts'

/** Formats an option's value for a TOML file. The option's parser reads it back as the same value. */
export function toToml({ type }: Option<unknown>, value: unknown): string {
  return toml(type.name, value)
}

function toml(type: string, value: unknown): string {
  if (type.startsWith('list of ')) {
    const items = (value as unknown[]).map((item) => toml(type.slice('list of '.length), item))
    return `[${items.join(', ')}]`
  }
  if (typeof value === 'boolean' || type === 'number') return String(value)
  return JSON.stringify(
    Object.hasOwn(formatters, type) ? formatters[type as keyof typeof formatters](value as never) : value,
  )
}

const formatters = {
  duration: formatDuration,
  size: formatSize,
  address: formatListen,
  rate: (rate: Rate | 'off') => (rate === 'off' ? rate : `${rate.count}/${formatDuration(rate.windowMs)}`),
  'name=url': ({ name, url }: Peer) => `${name}=${url}`,
} as const

function formatListen(listen: Listen): string {
  if (listen.kind === 'unix') return `unix:${listen.path}?mode=0${listen.mode.toString(8)}`
  return `${isIPv6(listen.host) ? `[${listen.host}]` : listen.host}:${listen.port}`
}
