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

/** Props of the page of stored data about a link. */
export interface LinkRecordProps {
  view: View
  record: LinkRecord
  tables: { readonly secret: StoredTable; readonly receipt: StoredTable }
}

/** The stored data about a link or a receipt, with a form to erase it. */
export function LinkRecordPage({ view, record, tables }: LinkRecordProps) {
  const { text, path } = view
  const { key, secret, receipt, mayErase } = record
  return (
    <Layout view={view} title={text('lookUp.title')}>
      <article class="prose">
        <h1 safe>{text('lookUp.title')}</h1>
        <p class="lead" safe>
          {text('lookUp.lead')}
        </p>
        {receipt ? <ReceiptFacts view={view} receipt={receipt} table={tables.receipt} /> : ''}
        {secret ? (
          <SecretFacts view={view} secret={secret} table={tables.secret} />
        ) : (
          <p safe>{text('lookUp.noSecret')}</p>
        )}
      </article>
      {mayErase ? (
        <form class="form" method="post" action={path('/privacy/here/erase')}>
          <UnsavedBody />
          <input type="hidden" name="link" value={key} />
          <p safe>{text(receipt ? 'lookUp.eraseReceipt' : 'lookUp.eraseLink')}</p>
          <button class="danger" type="submit" safe>
            {text('lookUp.erase')}
          </button>
        </form>
      ) : (
        <p class="notice" safe>
          {text('lookUp.cannotErase')}
        </p>
      )}
      <Back view={view} />
    </Layout>
  )
}

function SecretFacts({ view, secret, table }: { view: View; secret: SecretRecord; table: StoredTable }) {
  const { text } = view
  return (
    <>
      <h2 safe>{text('lookUp.secret')}</h2>
      <dl>
        <Event view={view} name="lookUp.created" at={secret.createdAt} />
        <Event view={view} name="lookUp.expires" at={secret.expiresAt} />
        <dt safe>{text('lookUp.size')}</dt>
        <dd safe>{text('lookUp.sizeValue', { size: secret.maxKib })}</dd>
        <dt safe>{text('lookUp.encryption')}</dt>
        <dd safe>{text(secret.endToEnd ? 'lookUp.endToEnd' : 'lookUp.onServer')}</dd>
        <dt safe>{text('lookUp.passphrase')}</dt>
        <dd safe>{text(secret.hasPassphrase ? 'lookUp.yes' : 'lookUp.no')}</dd>
      </dl>
      <Columns view={view} table={table} />
    </>
  )
}

const states = {
  new: 'lookUp.new',
  revealed: 'lookUp.revealed',
  burned: 'lookUp.burned',
  withdrawn: 'lookUp.withdrawn',
  expired: 'lookUp.expired',
} as const satisfies Record<ReceiptRecord['state'], TextKey>

function ReceiptFacts({ view, receipt, table }: { view: View; receipt: ReceiptRecord; table: StoredTable }) {
  const { text } = view
  return (
    <>
      <h2 safe>{text('lookUp.receipt')}</h2>
      <dl>
        <dt safe>{text('lookUp.state')}</dt>
        <dd safe>{text(states[receipt.state])}</dd>
        <Event view={view} name="lookUp.created" at={receipt.createdAt} />
        <Event view={view} name="lookUp.expires" at={receipt.expiresAt} />
        <Event view={view} name="lookUp.revealed" at={receipt.revealedAt} />
        <Event view={view} name="lookUp.burned" at={receipt.burnedAt} />
        <Event view={view} name="lookUp.receiptDeleted" at={receipt.forgetAt} />
      </dl>
      <Columns view={view} table={table} />
    </>
  )
}

// The stored columns according to the inventory, without values.
function Columns({ view, table }: { view: View; table: StoredTable }) {
  const { text } = view
  return (
    <>
      <p safe>{text('lookUp.retention', { purpose: text(table.purpose), span: text(table.retention) })}</p>
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

/** Confirms an erasure. */
export function ErasedPage({ view }: { view: View }) {
  const { text } = view
  return (
    <Layout view={view} title={text('lookUp.erasedTitle')}>
      <h1 safe>{text('lookUp.erasedTitle')}</h1>
      <p class="lead" safe>
        {text('lookUp.erased')}
      </p>
      <Back view={view} />
    </Layout>
  )
}

/** A link back to the page of privacy rights. */
export function Back({ view }: { view: View }) {
  return (
    <p class="onward">
      <a href={view.path('/privacy/here')} safe>
        {view.text('rights.back')}
      </a>
    </p>
  )
}
