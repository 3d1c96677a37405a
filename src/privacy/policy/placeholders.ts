import type { App } from '../../app.ts'
import { formatLongDuration, type TextKey, text } from '../../i18n/text.ts'
import { parseAddress } from '../../mail/addresses.ts'
import { answerDeadline, backupRetention, erasureDeadline, noticePeriod } from '../inventory/periods.ts'
import { type Block, type Inline, parseMarkdown } from './markdown.ts'
import { cookieTable, inventoryTable, logTable, mailTable, processorTable, type TableBlock } from './tables.ts'

/** A block of a page with all placeholders filled in. */
export type FilledBlock = Exclude<Block, { kind: 'placeholder' }> | TableBlock

type FilledInline = Exclude<Inline, { kind: 'placeholder' }>

const addressTexts = {
  full: 'privacy.addressesFull',
  truncated: 'privacy.addressesTruncated',
  hashed: 'privacy.addressesHashed',
  none: 'privacy.addressesNone',
} as const satisfies Record<string, TextKey>

const inlinePlaceholders = {
  name: ({ config }) => [plain(config.name)],
  region: ({ config }) => [plain(config.regionName)],
  contact: ({ config }) => contactOf(config.contact),
  peers: ({ config }) => peersOf(config.peers),
  addresses: ({ config }) => [plain(text(addressTexts[config.logAddresses]))],
  purge: ({ config }) => [plain(formatLongDuration(config.purgeInterval))],
  age: ({ config }) => [plain(String(config.minimumAge))],
  grace: ({ config }) => [plain(config.grace === 0 ? text('policy.noGrace') : formatLongDuration(config.grace))],
  notice: () => [plain(formatLongDuration(noticePeriod))],
  answer: () => [plain(formatLongDuration(answerDeadline))],
  backups: () => [plain(formatLongDuration(backupRetention))],
  erasure: () => [plain(formatLongDuration(erasureDeadline))],
} as const satisfies Record<string, (app: App) => FilledInline[]>

const blockPlaceholders = {
  kept: () => inventoryTable(),
  cookies: () => cookieTable(),
  log: () => logTable(),
  mail: (app) => mailTable(app),
  processors: async (app) => (await processorTable(app)) ?? paragraph([plain(text('policy.noProcessors'))]),
} as const satisfies Record<string, (app: App) => FilledBlock | Promise<FilledBlock>>

/** The names of all placeholders that a policy may contain. */
export const placeholderNames: readonly string[] = [
  ...Object.keys(inlinePlaceholders),
  ...Object.keys(blockPlaceholders),
]

/** Parses a source text and fills in its placeholders for this instance. */
export function fillMarkdown(app: App, source: string): Promise<FilledBlock[]> {
  return Promise.all(parseMarkdown(source).map((block) => fillBlock(app, block)))
}

function fillBlock(app: App, block: Block): FilledBlock | Promise<FilledBlock> {
  switch (block.kind) {
    case 'placeholder':
      return blockOf(app, block.name)
    case 'list':
      return { ...block, items: block.items.map((item) => fillInlines(app, item)) }
    default:
      return { ...block, inlines: fillInlines(app, block.inlines) }
  }
}

/** Fills in the placeholders of a source text as plain text; a table is replaced by its name. */
export async function fillPlainText(app: App, source: string): Promise<string> {
  const parts = source.split(/(\{[a-z]+\})/)
  return (await Promise.all(parts.map((part, index) => (index % 2 === 0 ? part : plainTextOf(app, part))))).join('')
}

async function plainTextOf(app: App, placeholder: string): Promise<string> {
  const block = await blockOf(app, placeholder.slice(1, -1))
  if (block.kind === 'table') return text('policy.table', { name: block.label })
  const inlines = 'inlines' in block ? block.inlines : []
  return inlines.map((inline) => ('text' in inline ? inline.text : placeholder)).join('')
}

function fillInlines(app: App, inlines: readonly Inline[]): FilledInline[] {
  return inlines.flatMap((inline): FilledInline[] => {
    if (inline.kind !== 'placeholder') return [inline]
    const filled = inlineOf(app, inline.name)
    return inline.strong ? filled.map((one) => (one.kind === 'text' ? { ...one, kind: 'strong' } : one)) : filled
  })
}

function inlineOf(app: App, name: string): FilledInline[] {
  return Object.hasOwn(inlinePlaceholders, name)
    ? inlinePlaceholders[name as keyof typeof inlinePlaceholders](app)
    : [plain(`{${name}}`)]
}

function blockOf(app: App, name: string): FilledBlock | Promise<FilledBlock> {
  return Object.hasOwn(blockPlaceholders, name)
    ? blockPlaceholders[name as keyof typeof blockPlaceholders](app)
    : paragraph(inlineOf(app, name))
}

function plain(content: string): FilledInline {
  return { kind: 'text', text: content }
}

function paragraph(inlines: readonly FilledInline[]): FilledBlock {
  return { kind: 'paragraph', inlines }
}

function contactOf(contact: string | undefined): FilledInline[] {
  if (contact === undefined) return [{ kind: 'link', text: text('policy.noContact'), href: '/feedback' }]
  const href = parseAddress(contact) === undefined ? contact : `mailto:${contact}`
  return [/^(?:https|mailto):/.test(href) ? { kind: 'link', text: contact, href } : plain(contact)]
}

function peersOf(peers: readonly { readonly name: string; readonly url: string }[]): FilledInline[] {
  if (peers.length === 0) return [plain(text('policy.noPeers'))]
  return peers.flatMap(({ name, url }, index): FilledInline[] => [
    ...(index === 0 ? [] : [plain(', ')]),
    /^https:/.test(url) ? { kind: 'link', text: name, href: url } : plain(`${name} (${url})`),
  ])
}
