import type { App } from '../../app.ts'
import { dayInWords, durationInWords, type TextKey, text } from '../../i18n/text.ts'
import { parseAddress } from '../../mail/addresses.ts'
import { cookies } from '../inventory/cookies.ts'
import { inventory } from '../inventory/inventory.ts'
import { logFields } from '../inventory/log-fields.ts'
import { mailPurposes } from '../inventory/mail-purposes.ts'
import { answerDeadline, erasureDeadline, noticePeriod } from '../inventory/periods.ts'
import { listProcessors } from '../registers/processors.ts'
import { type Block, type Inline, parseMarkdown } from './markdown.ts'

/** A table that replaces a placeholder in a paragraph of its own. */
export interface Table {
  readonly kind: 'table'
  readonly label: string
  readonly head: readonly string[]
  /** The first cell of each row is its name; `code` says whether that is an identifier. */
  readonly rows: readonly (readonly string[])[]
  readonly code: boolean
}

/** A block of a page with all placeholders filled in. */
export type Part = Exclude<Block, { kind: 'fill' }> | Table

type Filled = Exclude<Inline, { kind: 'fill' }>

const addresses = {
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
  addresses: ({ config }) => [plain(text(addresses[config.logAddresses]))],
  purge: ({ config }) => [plain(durationInWords(config.purgeInterval))],
  age: ({ config }) => [plain(String(config.minimumAge))],
  grace: ({ config }) => [plain(config.grace === 0 ? text('statement.noGrace') : durationInWords(config.grace))],
  notice: () => [plain(durationInWords(noticePeriod))],
  answer: () => [plain(durationInWords(answerDeadline))],
  erasure: () => [plain(durationInWords(erasureDeadline))],
} as const satisfies Record<string, (app: App) => Filled[]>

const blockPlaceholders = {
  kept: () => keptTable('statement.kept', inventory),
  cookies: () => keptTable('statement.cookies', cookies),
  log: () => logTable(),
  mail: (app) => mailTable(app),
  processors: (app) => processorTable(app),
} as const satisfies Record<string, (app: App) => Part>

/** The names of all placeholders that a statement may contain. */
export const placeholderNames: readonly string[] = [
  ...Object.keys(inlinePlaceholders),
  ...Object.keys(blockPlaceholders),
]

/** Parses a source text and fills in its placeholders for this instance. */
export function compose(app: App, source: string): Part[] {
  return parseMarkdown(source).map((block): Part => {
    switch (block.kind) {
      case 'fill':
        return blockOf(app, block.name)
      case 'list':
        return { ...block, items: block.items.map((item) => fill(app, item)) }
      default:
        return { ...block, inlines: fill(app, block.inlines) }
    }
  })
}

/** Fills in the placeholders of a source text as plain text; a table is replaced by its name. */
export function filledText(app: App, source: string): string {
  return source.replace(/\{([a-z]+)\}/g, (all, name: string) => {
    const part = blockOf(app, name)
    if (part.kind === 'table') return text('statement.table', { name: part.label })
    const inlines = 'inlines' in part ? part.inlines : []
    return inlines.map((inline) => ('text' in inline ? inline.text : all)).join('')
  })
}

function fill(app: App, inlines: readonly Inline[]): Filled[] {
  return inlines.flatMap((inline): Filled[] => {
    if (inline.kind !== 'fill') return [inline]
    const filled = inlineOf(app, inline.name)
    return inline.strong ? filled.map((one) => (one.kind === 'text' ? { ...one, kind: 'strong' } : one)) : filled
  })
}

function inlineOf(app: App, name: string): Filled[] {
  return Object.hasOwn(inlinePlaceholders, name)
    ? inlinePlaceholders[name as keyof typeof inlinePlaceholders](app)
    : [plain(`{${name}}`)]
}

function blockOf(app: App, name: string): Part {
  return Object.hasOwn(blockPlaceholders, name)
    ? blockPlaceholders[name as keyof typeof blockPlaceholders](app)
    : { kind: 'paragraph', inlines: inlineOf(app, name) }
}

function plain(words: string): Filled {
  return { kind: 'text', text: words }
}

function contactOf(contact: string | undefined): Filled[] {
  if (contact === undefined) return [{ kind: 'link', text: text('statement.noContact'), href: '/feedback' }]
  const href = parseAddress(contact) === undefined ? contact : `mailto:${contact}`
  return [/^(?:https|mailto):/.test(href) ? { kind: 'link', text: contact, href } : plain(contact)]
}

function peersOf(peers: readonly { readonly name: string; readonly url: string }[]): Filled[] {
  if (peers.length === 0) return [plain(text('statement.noPeers'))]
  return peers.flatMap(({ name, url }, index): Filled[] => [
    ...(index === 0 ? [] : [plain(', ')]),
    /^https:/.test(url) ? { kind: 'link', text: name, href: url } : plain(`${name} (${url})`),
  ])
}

function keptTable(
  label: TextKey,
  entries: Readonly<Record<string, { readonly purpose: TextKey; readonly retention: TextKey }>>,
): Table {
  const rows = Object.entries(entries).map(([name, { purpose, retention }]) => [name, text(purpose), text(retention)])
  return {
    kind: 'table',
    label: text(label),
    head: words('privacy.what', 'privacy.why', 'privacy.howLong'),
    rows,
    code: true,
  }
}

const categories = {
  moment: 'statement.logMoment',
  technical: 'statement.logTechnical',
  visitor: 'statement.logVisitor',
} as const satisfies Record<string, TextKey>

function logTable(): Table {
  const rows = Object.entries(logFields).map(([name, category]) => [name, text(categories[category])])
  return {
    kind: 'table',
    label: text('statement.log'),
    head: words('privacy.what', 'statement.about'),
    rows,
    code: true,
  }
}

// Purposes that this instance never sends email for are not listed.
function mailTable({ config }: App): Table {
  const rows = Object.entries(mailPurposes)
    .filter(
      ([name, { essential }]) => essential || name === 'opened' || config.mailOptional.some((one) => one === name),
    )
    .map(([, { essential, wording }]) => [
      text(wording),
      text(essential ? 'statement.mailAlways' : 'statement.mailAgreed'),
    ])
  return {
    kind: 'table',
    label: text('statement.mail'),
    head: words('privacy.why', 'statement.when'),
    rows,
    code: false,
  }
}

function processorTable(app: App): Part {
  const processors = listProcessors(app).filter(({ endedAt }) => endedAt === null)
  if (processors.length === 0) return { kind: 'paragraph', inlines: [plain(text('statement.noProcessors'))] }
  const rows = processors.map(({ name, purpose, categories, country, agreement, since }) => [
    name,
    purpose,
    categories,
    country,
    agreement,
    dayInWords(since),
  ])
  const head = words(
    'statement.processor',
    'privacy.why',
    'statement.data',
    'statement.country',
    'statement.agreement',
    'statement.sinceWhen',
  )
  return { kind: 'table', label: text('statement.processors'), head, rows, code: false }
}

function words(...keys: readonly TextKey[]): string[] {
  return keys.map((key) => text(key))
}
