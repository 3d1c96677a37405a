import { formatTime } from '../../src/i18n/text.ts'
import type { Export, ExportPart } from '../../src/privacy/rights/export.ts'
import { AccountPage, PasswordLine } from '../accounts/parts.tsx'
import { Table } from '../parts.tsx'
import type { View } from '../view.ts'

/** Props of the export form. */
export interface ExportProps {
  view: View
  hasPassword: boolean
  /** The path of the JSON Schema of the format. */
  schema: string
  error?: string | undefined
}

/** The form that exports the member's data. */
export function ExportPage({ view, hasPassword, schema, error }: ExportProps) {
  const { text, path } = view
  return (
    <AccountPage view={view} section="export" lead={text('export.lead')} error={error}>
      <form class="form" method="post" action={path('/account/export')}>
        {hasPassword ? (
          <PasswordLine view={view} isNew={false} required={false} hint="tokens.passwordHint" />
        ) : (
          <p class="hint" safe>
            {text('close.fresh')}
          </p>
        )}
        <button class="primary" type="submit" name="as" value="file" safe>
          {text('export.file')}
        </button>
        <button type="submit" name="as" value="page" safe>
          {text('export.page')}
        </button>
      </form>
      <p class="hint" safe>
        {text('export.stored')}
      </p>
      <p class="hint">
        <a href={path(schema)} safe>
          {text('export.schema')}
        </a>
      </p>
    </AccountPage>
  )
}

/** The member's data as a page. */
export function ExportedPage({ view, exported }: { view: View; exported: Export }) {
  const { text, path } = view
  return (
    <AccountPage view={view} section="export" lead={text('export.created', { at: formatTime(view.now) })}>
      <div class="prose">
        <h2 safe>{text('export.categories')}</h2>
        <dl>
          {Object.entries(exported.categories).map(([category, description]) => (
            <>
              <dt safe>{category}</dt>
              <dd safe>{description}</dd>
            </>
          ))}
        </dl>
        {exported.parts.map((part) => (
          <Part view={view} part={part} />
        ))}
        <h2 safe>{text('export.notHereTitle')}</h2>
        <p safe>{exported.not_here}</p>
      </div>
      <p class="onward">
        <a href={path('/account/export')} safe>
          {text('export.back')}
        </a>
      </p>
    </AccountPage>
  )
}

function Part({ view, part }: { view: View; part: ExportPart }) {
  const { text } = view
  const { what, purpose, kept_for, found, columns, rows } = part
  return (
    <section>
      <h2 safe>{purpose}</h2>
      <p class="hint">
        <code>{what}</code> <span safe>{text('export.kept', { span: kept_for })}</span> <span safe>{found}</span>
      </p>
      {rows.length === 0 ? <p safe>{text('export.none')}</p> : ''}
      {rows.map((row, index) => (
        <Table
          label={`${purpose} (${index + 1})`}
          heads={[text('privacy.what'), text('export.category'), text('export.value')]}
        >
          {Object.entries(columns).map(([column, category]) => (
            <tr>
              <th scope="row">
                <code safe>{column}</code>
              </th>
              <td>{category}</td>
              <td>
                <Value view={view} column={column} value={row[column] ?? null} />
              </td>
            </tr>
          ))}
        </Table>
      ))}
    </section>
  )
}

// The content security policy does not allow data URLs, so the picture is loaded from its own path.
function Value({ view, column, value }: { view: View; column: string; value: string | number | null }) {
  const { text, path } = view
  if (value === null) return <span safe>{text('export.empty')}</span>
  if (column === 'picture') return <img src={path('/account/picture')} alt={text('profile.pictureAlt')} />
  return <span safe>{String(value)}</span>
}
