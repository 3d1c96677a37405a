import type { Children } from '@kitajs/html'
import type { TextKey } from '../../src/i18n/text.ts'
import { Layout, type Script } from '../layout.tsx'
import { ErrorSummary } from '../parts.tsx'
import type { View } from '../view.ts'

// The account pages in the order of their menu.
const sections = {
  owned: { path: '/mine', name: 'owned.title' },
  profile: { path: '/account', name: 'account.profile' },
  password: { path: '/account/password', name: 'account.password' },
  sessions: { path: '/account/sessions', name: 'account.sessions' },
  tokens: { path: '/account/tokens', name: 'tokens.title' },
  mfa: { path: '/account/factors', name: 'mfa.title' },
  consents: { path: '/account/consents', name: 'account.consents' },
  support: { path: '/account/support', name: 'support.title' },
  export: { path: '/account/export', name: 'export.title' },
  here: { path: '/privacy/here', name: 'rights.title' },
  close: { path: '/account/close', name: 'account.close' },
} as const satisfies Record<string, { path: string; name: TextKey }>

/** The key of an account page. */
export type Section = keyof typeof sections

interface AccountProps {
  view: View
  section: Section
  script?: Script | undefined
  lead: string
  error?: string | undefined
  children: Children
}

/** Renders an account page with the menu of all account pages. */
export function AccountPage({ view, section, lead, script, error, children }: AccountProps) {
  const { text, path } = view
  const title = text(sections[section].name)
  return (
    <Layout view={view} title={error ? text('layout.errorTitle', { title }) : title} script={script} current="account">
      <nav class="sections" aria-label={text('account.menu')}>
        {Object.entries(sections).map(([name, { path: to, name: label }]) => (
          <a href={path(to)} aria-current={name === section ? 'page' : undefined} safe>
            {text(label)}
          </a>
        ))}
        {view.isOperator ? (
          <a href={path('/operator/messages')} safe>
            {text('operator.menu')}
          </a>
        ) : (
          ''
        )}
        <form method="post" action={path('/sign-out')}>
          <button type="submit" safe>
            {text('account.signOut')}
          </button>
        </form>
      </nav>
      <h1 safe>{title}</h1>
      <p class="lead" safe>
        {lead}
      </p>
      <ErrorSummary message={error} />
      {children as 'safe'}
    </Layout>
  )
}
