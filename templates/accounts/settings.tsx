import type { SessionInfo } from '../../src/accounts/sessions.ts'
import { formatDay } from '../../src/i18n/text.ts'
import type { ConsentRecord } from '../../src/privacy/consent/consent-ledger.ts'
import type { ConsentOffer } from '../../src/privacy/consent/consents.ts'
import { ConsentHistory } from '../privacy/consent-prompt.tsx'
import type { View } from '../view.ts'
import { AccountPage, PasswordLine, Tick } from './parts.tsx'

interface PasswordProps {
  view: View
  hasPassword: boolean
  error?: string | undefined
}

export function PasswordPage({ view, hasPassword, error }: PasswordProps) {
  const { text, path } = view
  return (
    <AccountPage view={view} section="password" lead={text('password.lead')} error={error}>
      <form class="form" method="post" action={path('/account/password')}>
        {hasPassword ? <PasswordLine view={view} id="current" isNew={false} label="password.current" /> : ''}
        <PasswordLine view={view} isNew />
        <button class="primary" type="submit" safe>
          {text('password.submit')}
        </button>
      </form>
    </AccountPage>
  )
}

export interface SessionsProps {
  view: View
  sessions: readonly SessionInfo[]
  /** The id of the session that the page is read in. */
  current: string
}

export function SessionsPage({ view, sessions, current }: SessionsProps) {
  const { text, path } = view
  return (
    <AccountPage view={view} section="sessions" lead={text('sessions.lead')}>
      <ul class="facts lines">
        {sessions.map((session) => (
          <li>
            <div>
              <strong safe>
                {text(session.id === current ? 'sessions.thisBrowser' : 'sessions.browser', {
                  browser: session.browser,
                })}
              </strong>
              <p class="hint" safe>
                {text('sessions.used', { day: formatDay(session.usedOn), since: formatDay(session.createdAt) })}
              </p>
            </div>
            <form method="post" action={path('/account/sessions/end')}>
              <input type="hidden" name="session" value={session.id} />
              <button type="submit" safe>
                {text('sessions.end')}
              </button>
            </form>
          </li>
        ))}
      </ul>
      {sessions.length > 1 ? (
        <form method="post" action={path('/account/sessions/end-others')}>
          <button class="danger" type="submit" safe>
            {text('sessions.endOthers')}
          </button>
        </form>
      ) : (
        ''
      )}
    </AccountPage>
  )
}

export interface ConsentsProps {
  view: View
  offers: readonly (ConsentOffer & { readonly given: boolean })[]
  history: readonly ConsentRecord[]
}

export function ConsentsPage({ view, offers, history }: ConsentsProps) {
  const { text, path } = view
  return (
    <AccountPage view={view} section="consents" lead={text('consents.lead')}>
      <ul class="facts lines">
        {offers.map(({ purpose, wording, given }) => (
          <li>
            <p safe>{wording}</p>
            <form method="post" action={path('/account/consents')}>
              <input type="hidden" name="purpose" value={purpose} />
              <button type="submit" name="answer" value={given ? 'withdrawn' : 'given'} safe>
                {text(given ? 'consents.withdraw' : 'consents.give')}
              </button>
            </form>
          </li>
        ))}
      </ul>
      <section class="aside">
        <h2 safe>{text('consents.history')}</h2>
        <ConsentHistory view={view} history={history} />
        <p class="hint" safe>
          {text('consents.statement')}
        </p>
      </section>
    </AccountPage>
  )
}

export interface CloseProps {
  view: View
  hasPassword: boolean
  /** The grace in words; nothing where an account is erased at once anyway. */
  grace: string | undefined
  error?: string | undefined
}

export function ClosePage({ view, hasPassword, grace, error }: CloseProps) {
  const { text, path } = view
  return (
    <AccountPage view={view} section="close" lead={text('close.lead')} error={error}>
      <form class="form" method="post" action={path('/account/close')}>
        <fieldset class="ticks">
          <legend safe>{text('close.secrets')}</legend>
          <Radio name="secrets" value="burn" label={text('close.burn')} />
          <Radio name="secrets" value="leave" label={text('close.leave')} />
        </fieldset>
        <fieldset class="ticks">
          <legend safe>{text('close.when')}</legend>
          {grace === undefined ? (
            ''
          ) : (
            <Radio name="when" value="grace" label={text('close.afterGrace', { grace })} checked />
          )}
          <Radio name="when" value="now" label={text('close.now')} checked={grace === undefined} />
        </fieldset>
        {hasPassword ? (
          <PasswordLine view={view} isNew={false} hint="factors.proofOnly" />
        ) : (
          <p class="hint" safe>
            {text('close.fresh')}
          </p>
        )}
        <Tick name="sure" label={text('close.sure')} required />
        <button class="danger" type="submit" safe>
          {text('close.submit')}
        </button>
      </form>
    </AccountPage>
  )
}

interface RadioProps {
  name: string
  value: string
  label: string
  checked?: boolean
}

function Radio({ name, value, label, checked = false }: RadioProps) {
  return (
    <label class="tick">
      <input type="radio" name={name} value={value} checked={checked} required />
      <span safe>{label}</span>
    </label>
  )
}
