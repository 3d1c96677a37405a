import type { TextKey } from '../../src/i18n/text.ts'
import { TextField } from '../accounts/fields.tsx'
import { Layout } from '../layout.tsx'
import { ErrorSummary, UnsavedBody } from '../parts.tsx'
import type { View } from '../view.ts'

interface Right {
  readonly title: TextKey
  readonly words: TextKey
  readonly links: readonly (readonly [path: string, label: TextKey])[]
}

// Each right with where it is exercised.
const ofEverybody: readonly Right[] = [
  {
    title: 'here.notice',
    words: 'here.noticeWords',
    links: [
      ['/privacy', 'privacy.title'],
      ['/privacy/versions', 'versions.title'],
      ['/privacy/practices', 'practices.title'],
    ],
  },
  { title: 'here.security', words: 'here.securityWords', links: [['/info/security', 'security.title']] },
  {
    title: 'here.accountability',
    words: 'here.accountabilityWords',
    links: [
      ['/privacy/proof', 'proof.title'],
      ['/privacy/record', 'record.title'],
      ['/transparency', 'transparency.title'],
    ],
  },
  {
    title: 'here.recourse',
    words: 'here.recourseWords',
    links: [
      ['/complaint', 'complaint.title'],
      ['/feedback', 'feedback.title'],
    ],
  },
]

const ofAccounts: readonly Right[] = [
  { title: 'here.choice', words: 'here.choiceWords', links: [['/account/consents', 'account.consents']] },
  { title: 'here.access', words: 'here.accessWords', links: [['/account/export', 'export.title']] },
  { title: 'here.correction', words: 'here.correctionWords', links: [['/account', 'account.profile']] },
  {
    title: 'here.sessions',
    words: 'here.sessionsWords',
    links: [
      ['/account/sessions', 'account.sessions'],
      ['/account/tokens', 'tokens.title'],
    ],
  },
  { title: 'here.support', words: 'here.supportWords', links: [['/account/support', 'support.title']] },
  { title: 'here.erasure', words: 'here.erasureWords', links: [['/account/close', 'account.close']] },
]

/** Every right, each with the button that exercises it. */
export function YourPrivacyPage({ view, error }: { view: View; error?: string | undefined }) {
  const { text } = view
  const title = text('here.title')
  return (
    <Layout view={view} title={error ? text('layout.errorTitle', { title }) : title}>
      <h1 safe>{title}</h1>
      <p class="lead" safe>
        {text('here.lead')}
      </p>
      <ErrorSummary message={error} />
      <Rights view={view} title="here.everybody" rights={ofEverybody} />
      <Rights view={view} title="here.account" rights={ofAccounts} />
      <LinkForm view={view} />
      <AddressForm view={view} />
    </Layout>
  )
}

function Rights({ view, title, rights }: { view: View; title: TextKey; rights: readonly Right[] }) {
  const { text, path } = view
  return (
    <section class="aside">
      <h2 safe>{text(title)}</h2>
      <ul class="facts">
        {rights.map((right) => (
          <li>
            <div>
              <strong safe>{text(right.title)}</strong>
              <p class="hint" safe>
                {text(right.words)}
              </p>
              <p>
                {right.links.map(([to, label], index) => (
                  <>
                    {index === 0 ? '' : ' · '}
                    <a href={path(to)} safe>
                      {text(label)}
                    </a>
                  </>
                ))}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

// A fragment must never reach the server: the browser itself refuses to send one.
function LinkForm({ view }: { view: View }) {
  const { text, path } = view
  return (
    <section class="aside">
      <h2 safe>{text('here.linkTitle')}</h2>
      <p safe>{text('here.linkLead')}</p>
      <form class="form" method="post" action={path('/privacy/here/link')}>
        <UnsavedBody />
        <div class="field">
          <label for="link" safe>
            {text('here.link')}
          </label>
          <input
            id="link"
            name="link"
            type="text"
            required
            maxlength="2000"
            pattern="[^#]*"
            title={text('here.linkHint')}
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            aria-describedby="link-hint"
          />
          <p class="hint" id="link-hint" safe>
            {text('here.linkHint')}
          </p>
        </div>
        <button type="submit" safe>
          {text('here.linkSubmit')}
        </button>
      </form>
    </section>
  )
}

function AddressForm({ view }: { view: View }) {
  const { text, path } = view
  return (
    <section class="aside">
      <h2 safe>{text('here.addressTitle')}</h2>
      <p safe>{text('here.addressLead')}</p>
      <form class="form" method="post" action={path('/privacy/here/address')}>
        <TextField id="email" type="email" label={text('account.email')} autocomplete="email" />
        <button type="submit" safe>
          {text('here.addressSubmit')}
        </button>
      </form>
    </section>
  )
}
