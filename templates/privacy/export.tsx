import { absoluteTime } from '../../src/i18n/text.ts'
import type { Export, ExportPart } from '../../src/privacy/rights/export.ts'
import { AccountPage } from '../accounts/account-page.tsx'
import { PasswordField } from '../accounts/fields.tsx'
import { Table } from '../parts.tsx'
import type { View } from '../view.ts'

export interface ExportProps {
  view: View
  hasPassword: boolean
  /** Where the format is described. */
  schema: string
  error?: string | undefined
}

/** The form that hands over everything about the person. */
export function ExportPage({ view, hasPassword, schema, error }: ExportProps) {
  const { text, path } = view
  return (
    <AccountPage view={view} section="export" lead={text('export.lead')} error={error}>
      <form class="form" method="post" action={path('/account/export')}>
        {hasPassword ? (
          <PasswordField view={view} isNew={false} required={false} hint="tokens.passwordHint" />
        ) : (
          <p class="hint" safe>
            {text('close.reauthenticate')}
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

/** Everything about the person, to be read. */
export function ExportedPage({ view, exported }: { view: View; exported: Export }) {
  const { text, path } = view
  return (
    <AccountPage view={view} section="export" lead={text('export.made', { at: absoluteTime(view.now) })}>
      <div class="prose">
        <h2 safe>{text('export.categories')}</h2>
        <dl>
          {Object.entries(exported.categories).map(([category, words]) => (
            <>
              <dt safe>{category}</dt>
              <dd safe>{words}</dd>
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

// A picture is served to its owner from its own address; a page loads nothing from data.
function Value({ view, column, value }: { view: View; column: string; value: string | number | null }) {
  const { text, path } = view
  if (value === null) return <span safe>{text('export.empty')}</span>
  if (column === 'picture') return <img src={path('/account/picture')} alt={text('profile.pictureAlt')} />
  return <span safe>{String(value)}</span>
}
