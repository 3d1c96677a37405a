import { formatTime } from '../../src/i18n/text.ts'
import type { AccessLogEntry, AccountView } from '../../src/privacy/audit/access-log.ts'
import type { Grant } from '../../src/privacy/audit/grants.ts'
import { AccountPage, Line } from '../accounts/parts.tsx'
import { Moment } from '../parts.tsx'
import type { View } from '../view.ts'
import { OperatorPage } from './operator.tsx'

interface SupportProps {
  view: View
  /** The active grant. */
  grant: Grant | undefined
  accessLog: readonly AccessLogEntry[]
}

const durations = [1, 8, 24, 72]

/** The page where an owner grants and ends support access and reads the access log (P03). */
export function SupportPage({ view, grant, accessLog }: SupportProps) {
  const { text, path } = view
  return (
    <AccountPage view={view} section="support" lead={text('support.lead')}>
      <p safe>{text('support.scope')}</p>
      {grant ? <ActiveGrant view={view} grant={grant} /> : ''}
      <form class="form" method="post" action={path('/account/support')}>
        <fieldset class="ticks">
          <legend safe>{text(grant ? 'support.replace' : 'support.duration')}</legend>
          {durations.map((hours) => (
            <label class="tick">
              <input type="radio" name="hours" value={String(hours)} required />
              <span safe>{hours === 1 ? text('support.hour') : text('support.hours', { hours })}</span>
            </label>
          ))}
        </fieldset>
        <button type="submit" safe>
          {text('support.grant')}
        </button>
      </form>
      <section class="aside">
        <h2 safe>{text('support.log')}</h2>
        <p class="hint" safe>
          {text(accessLog.length === 0 ? 'support.noAccess' : 'support.logLead')}
        </p>
        <ul class="facts">
          {accessLog.map((entry) => (
            <li>
              <p safe>{viewerOf(view, entry)}</p>
              <p class="hint">
                <Moment view={view} at={entry.at} />
              </p>
            </li>
          ))}
        </ul>
      </section>
    </AccountPage>
  )
}

function ActiveGrant({ view, grant }: { view: View; grant: Grant }) {
  const { text, path } = view
  return (
    <form class="notice" method="post" action={path('/account/support/end')}>
      <p>
        <span safe>{text('support.activeUntil')}</span> <Moment view={view} at={grant.expiresAt} />
      </p>
      <button type="submit" safe>
        {text('support.end')}
      </button>
    </form>
  )
}

function viewerOf({ text }: View, { way, viewer }: AccessLogEntry): string {
  if (way === 'terminal') return text('support.terminal')
  return viewer === undefined ? text('support.erasedOperator') : text('support.operator', { operator: viewer })
}

/** The form with which an operator requests to view an account. */
export function SupportRequestPage({ view, error }: { view: View; error?: string | undefined }) {
  const { text, path } = view
  return (
    <OperatorPage view={view} section="support" lead="support.requestLead" error={error}>
      <form class="form" method="post" action={path('/operator/support')}>
        <Line id="account" label={text('support.account')} autocomplete="off" />
        <button class="primary" type="submit" safe>
          {text('support.view')}
        </button>
      </form>
    </OperatorPage>
  )
}

/** The rows that support sees of an account, with the names of their columns. */
export function SupportViewPage({ view, userName, data }: { view: View; userName: string; data: AccountView }) {
  const { text } = view
  return (
    <OperatorPage view={view} section="support" lead="support.recorded">
      <h2 safe>{userName}</h2>
      <div class="prose">
        {Object.entries(data).map(([table, rows]) => (
          <section class="table" aria-label={table} tabindex="0">
            <h3 safe>{table}</h3>
            {rows.length === 0 ? <p safe>{text('support.none')}</p> : <Rows rows={rows} />}
          </section>
        ))}
      </div>
    </OperatorPage>
  )
}

function Rows({ rows }: { rows: AccountView[keyof AccountView] }) {
  return (
    <table>
      <thead>
        <tr>
          {Object.keys(rows[0] ?? {}).map((column) => (
            <th scope="col" safe>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr>
            {Object.entries(row).map(([column, value]) => (
              <td safe>{formatCell(column, value)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function formatCell(column: string, value: string | number | null): string {
  if (value === null) return '–'
  return typeof value === 'number' && /_(?:at|on)$/.test(column) ? formatTime(value) : String(value)
}
