import { absoluteTime } from '../../src/i18n/text.ts'
import type { Access, AccountView } from '../../src/privacy/audit/access-log.ts'
import type { Grant } from '../../src/privacy/audit/grants.ts'
import { AccountPage } from '../accounts/account-page.tsx'
import { TextField } from '../accounts/fields.tsx'
import { Moment } from '../parts.tsx'
import type { View } from '../view.ts'
import { OperatorPage } from './operator.tsx'

export interface SupportProps {
  view: View
  /** What runs now. */
  grant: Grant | undefined
  accesses: readonly Access[]
}

const lengths = [1, 8, 24, 72]

/** Where an owner lets support see the account, ends that, and sees who looked (P03). */
export function SupportPage({ view, grant, accesses }: SupportProps) {
  const { text, path } = view
  return (
    <AccountPage view={view} section="support" lead={text('support.lead')}>
      <p safe>{text('support.sees')}</p>
      {grant ? <Running view={view} grant={grant} /> : ''}
      <form class="form" method="post" action={path('/account/support')}>
        <fieldset class="ticks">
          <legend safe>{text(grant ? 'support.again' : 'support.howLong')}</legend>
          {lengths.map((hours) => (
            <label class="tick">
              <input type="radio" name="hours" value={String(hours)} required />
              <span safe>{hours === 1 ? text('support.hour') : text('support.hours', { hours })}</span>
            </label>
          ))}
        </fieldset>
        <button type="submit" safe>
          {text('support.give')}
        </button>
      </form>
      <section class="aside">
        <h2 safe>{text('support.log')}</h2>
        <p class="hint" safe>
          {text(accesses.length === 0 ? 'support.nobody' : 'support.logLead')}
        </p>
        <ul class="facts">
          {accesses.map((access) => (
            <li>
              <p safe>{viewerOf(view, access)}</p>
              <p class="hint">
                <Moment view={view} at={access.at} />
              </p>
            </li>
          ))}
        </ul>
      </section>
    </AccountPage>
  )
}

function Running({ view, grant }: { view: View; grant: Grant }) {
  const { text, path } = view
  return (
    <form class="notice" method="post" action={path('/account/support/end')}>
      <p>
        <span safe>{text('support.runs')}</span> <Moment view={view} at={grant.expiresAt} />
      </p>
      <button type="submit" safe>
        {text('support.end')}
      </button>
    </form>
  )
}

function viewerOf({ text }: View, { way, viewer }: Access): string {
  if (way === 'terminal') return text('support.terminal')
  return viewer === undefined ? text('support.former') : text('support.operator', { operator: viewer })
}

/** Where an operator asks for an account whose owner has given a grant. */
export function AskSupportPage({ view, error }: { view: View; error?: string | undefined }) {
  const { text, path } = view
  return (
    <OperatorPage view={view} section="support" lead="support.askLead" error={error}>
      <form class="form" method="post" action={path('/operator/support')}>
        <TextField id="account" label={text('support.account')} autocomplete="off" />
        <button class="primary" type="submit" safe>
          {text('support.look')}
        </button>
      </form>
    </OperatorPage>
  )
}

/** What support sees of an account: the columns that promises.ts names, by their names. */
export function SupportViewPage({ view, userName, seen }: { view: View; userName: string; seen: AccountView }) {
  const { text } = view
  return (
    <OperatorPage view={view} section="support" lead="support.logged">
      <h2 safe>{userName}</h2>
      <div class="prose">
        {Object.entries(seen).map(([table, rows]) => (
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
              <td safe>{shown(column, value)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function shown(column: string, value: string | number | null): string {
  if (value === null) return '–'
  return typeof value === 'number' && /_(?:at|on)$/.test(column) ? absoluteTime(value) : String(value)
}
