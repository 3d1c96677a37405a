import type { SessionInfo } from '../../src/accounts/sessions/sessions.ts'
import { formatDay } from '../../src/i18n/text.ts'
import type { View } from '../view.ts'
import { AccountPage } from './account-page.tsx'

/** The properties of `SessionsPage`. */
export interface SessionsProps {
  view: View
  sessions: readonly SessionInfo[]
  /** The id of the current session. */
  current: string
}

/** Renders the sessions of a member, each with a button that ends it. */
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
