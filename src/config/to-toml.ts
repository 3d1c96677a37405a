import { isIPv6 } from 'node:net'
import type { Rate } from '../limits/gcra.ts'
import type { Listen, Peer } from './network.ts'
import type { Option } from './option.ts'
import { formatDuration, formatSize } from './units.ts'

/** A value as it would stand in a TOML file: what an option's own parser reads as the same value again. */
export function toToml({ kind }: Option<unknown>, value: unknown): string {
  return toml(kind.type, value)
}

function toml(type: string, value: unknown): string {
  if (type.startsWith('list of ')) {
    const items = (value as unknown[]).map((item) => toml(type.slice('list of '.length), item))
    return `[${items.join(', ')}]`
  }
  if (typeof value === 'boolean' || type === 'number') return String(value)
  return JSON.stringify(Object.hasOwn(writers, type) ? writers[type as keyof typeof writers](value as never) : value)
}

const writers = {
  duration: formatDuration,
  size: formatSize,
  address: writeListen,
  rate: (rate: Rate | 'off') => (rate === 'off' ? rate : `${rate.count}/${formatDuration(rate.windowMs)}`),
  'name=url': ({ name, url }: Peer) => `${name}=${url}`,
} as const

function writeListen(listen: Listen): string {
  if (listen.kind === 'unix') return `unix:${listen.path}?mode=0${listen.mode.toString(8)}`
  return `${isIPv6(listen.host) ? `[${listen.host}]` : listen.host}:${listen.port}`
}
