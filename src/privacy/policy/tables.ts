import type { App } from '../../app.ts'
import { formatDay, type TextKey, text } from '../../i18n/text.ts'
import { cookies } from '../inventory/cookies.ts'
import { inventory } from '../inventory/inventory.ts'
import { logFields } from '../inventory/log-fields.ts'
import { mailPurposes } from '../inventory/mail-purposes.ts'
import { listProcessors } from '../registers/processors.ts'

/** A table that replaces a placeholder in a paragraph of its own. */
export interface TableBlock {
  readonly kind: 'table'
  readonly label: string
  readonly head: readonly string[]
  /** The first cell of each row is its name. */
  readonly rows: readonly (readonly string[])[]
  /** Whether the names are identifiers. */
  readonly code: boolean
}

/** Lists every stored table with its purpose and retention. */
export function inventoryTable(): TableBlock {
  return retentionTable('policy.kept', inventory)
}

/** Lists every cookie with its purpose and lifetime. */
export function cookieTable(): TableBlock {
  return retentionTable('policy.cookies', cookies)
}

function retentionTable(
  label: TextKey,
  entries: Readonly<Record<string, { readonly purpose: TextKey; readonly retention: TextKey }>>,
): TableBlock {
  const rows = Object.entries(entries).map(([name, { purpose, retention }]) => [name, text(purpose), text(retention)])
  const head = texts('privacy.what', 'privacy.why', 'privacy.howLong')
  return { kind: 'table', label: text(label), head, rows, code: true }
}

const logCategories = {
  moment: 'policy.logMoment',
  technical: 'policy.logTechnical',
  visitor: 'policy.logVisitor',
} as const satisfies Record<string, TextKey>

/** Lists every field of the request log with what it describes. */
export function logTable(): TableBlock {
  const rows = Object.entries(logFields).map(([name, category]) => [name, text(logCategories[category])])
  return { kind: 'table', label: text('policy.log'), head: texts('privacy.what', 'policy.about'), rows, code: true }
}

/** Lists the purposes that this instance sends email for, and when. */
export function mailTable({ config }: App): TableBlock {
  const rows = Object.entries(mailPurposes)
    .filter(
      ([name, { essential }]) =>
        essential || name === 'opened' || config.mailOptional.some((optional) => optional === name),
    )
    .map(([, { essential, wording }]) => [text(wording), text(essential ? 'policy.mailAlways' : 'policy.mailAgreed')])
  return { kind: 'table', label: text('policy.mail'), head: texts('privacy.why', 'policy.when'), rows, code: false }
}

/** Lists the current processors (P19); undefined if there are none. */
export async function processorTable(app: App): Promise<TableBlock | undefined> {
  const processors = (await listProcessors(app)).filter(({ endedAt }) => endedAt === null)
  if (processors.length === 0) return undefined
  const rows = processors.map(({ name, purpose, categories, country, agreement, since }) => [
    name,
    purpose,
    categories,
    country,
    agreement,
    formatDay(since),
  ])
  const head = texts(
    'policy.processor',
    'privacy.why',
    'policy.data',
    'policy.country',
    'policy.agreement',
    'policy.sinceWhen',
  )
  return { kind: 'table', label: text('policy.processors'), head, rows, code: false }
}

function texts(...keys: readonly TextKey[]): string[] {
  return keys.map((key) => text(key))
}
