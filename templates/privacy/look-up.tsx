import type { TextKey } from '../../src/i18n/text.ts'
import type { Category } from '../../src/privacy/inventory/category.ts'
import type { LinkRecord, ReceiptRecord, SecretRecord } from '../../src/privacy/rights/look-up-by-link.ts'
import { Layout } from '../layout.tsx'
import { Event, Table, UnsavedBody } from '../parts.tsx'
import type { View } from '../view.ts'

interface StoredTable {
  readonly purpose: TextKey
  readonly retention: TextKey
  readonly columns: Readonly<Record<string, Category>>
}

export interface LinkRecordProps {
  view: View
  held: LinkRecord
  tables: { readonly secret: StoredTable; readonly receipt: StoredTable }
}

/** What is held about a link or a receipt, for its holder. */
export function LinkRecordPage({ view, held, tables }: LinkRecordProps) {
  const { text, path } = view
  const { key, waiting, receipt, mayErase } = held
  return (
    <Layout view={view} title={text('held.title')}>
      <article class="prose">
        <h1 safe>{text('held.title')}</h1>
        <p class="lead" safe>
          {text('held.lead')}
        </p>
        {receipt ? <OfReceipt view={view} receipt={receipt} table={tables.receipt} /> : ''}
        {waiting ? (
          <OfSecret view={view} waiting={waiting} table={tables.secret} />
        ) : (
          <p safe>{text('held.noSecret')}</p>
        )}
      </article>
      {mayErase ? (
        <form class="form" method="post" action={path('/privacy/here/erase')}>
          <UnsavedBody />
          <input type="hidden" name="link" value={key} />
          <p safe>{text(receipt ? 'held.eraseReceipt' : 'held.eraseLink')}</p>
          <button class="danger" type="submit" safe>
            {text('held.erase')}
          </button>
        </form>
      ) : (
        <p class="notice" safe>
          {text('held.mayNot')}
        </p>
      )}
      <Back view={view} />
    </Layout>
  )
}

function OfSecret({ view, waiting, table }: { view: View; waiting: SecretRecord; table: StoredTable }) {
  const { text } = view
  return (
    <>
      <h2 safe>{text('held.secret')}</h2>
      <dl>
        <Event view={view} name="held.created" at={waiting.createdAt} />
        <Event view={view} name="held.expires" at={waiting.expiresAt} />
        <dt safe>{text('held.size')}</dt>
        <dd safe>{text('held.sizeWords', { size: waiting.size })}</dd>
        <dt safe>{text('held.locked')}</dt>
        <dd safe>{text(waiting.endToEnd ? 'held.endToEnd' : 'held.onServer')}</dd>
        <dt safe>{text('held.passphrase')}</dt>
        <dd safe>{text(waiting.hasPassphrase ? 'held.yes' : 'held.no')}</dd>
      </dl>
      <Columns view={view} table={table} />
    </>
  )
}

const states = {
  new: 'held.new',
  revealed: 'held.revealed',
  burned: 'held.burned',
  expired: 'held.expired',
} as const satisfies Record<ReceiptRecord['state'], TextKey>

function OfReceipt({ view, receipt, table }: { view: View; receipt: ReceiptRecord; table: StoredTable }) {
  const { text } = view
  return (
    <>
      <h2 safe>{text('held.receipt')}</h2>
      <dl>
        <dt safe>{text('held.state')}</dt>
        <dd safe>{text(states[receipt.state])}</dd>
        <Event view={view} name="held.created" at={receipt.createdAt} />
        <Event view={view} name="held.expires" at={receipt.expiresAt} />
        <Event view={view} name="held.revealed" at={receipt.revealedAt} />
        <Event view={view} name="held.burned" at={receipt.burnedAt} />
        <Event view={view} name="held.forgotten" at={receipt.forgetAt} />
      </dl>
      <Columns view={view} table={table} />
    </>
  )
}

// What is stored, from the inventory: names and kinds, no values.
function Columns({ view, table }: { view: View; table: StoredTable }) {
  const { text } = view
  return (
    <>
      <p safe>{text('held.why', { purpose: text(table.purpose), span: text(table.retention) })}</p>
      <Table label={text(table.purpose)} heads={[text('privacy.what'), text('export.category')]}>
        {Object.entries(table.columns).map(([column, category]) => (
          <tr>
            <th scope="row">
              <code safe>{column}</code>
            </th>
            <td>{category}</td>
          </tr>
        ))}
      </Table>
    </>
  )
}

/** It is gone. */
export function ErasedPage({ view }: { view: View }) {
  const { text } = view
  return (
    <Layout view={view} title={text('held.erasedTitle')}>
      <h1 safe>{text('held.erasedTitle')}</h1>
      <p class="lead" safe>
        {text('held.erased')}
      </p>
      <Back view={view} />
    </Layout>
  )
}

/** Back to the page of every right. */
export function Back({ view }: { view: View }) {
  return (
    <p class="onward">
      <a href={view.path('/privacy/here')} safe>
        {view.text('here.back')}
      </a>
    </p>
  )
}
