import type { TextKey } from '../../src/i18n/text.ts'
import { Line } from '../accounts/parts.tsx'
import { Layout } from '../layout.tsx'
import { ErrorSummary, UnsavedBody } from '../parts.tsx'
import type { View } from '../view.ts'

interface Right {
  readonly title: TextKey
  readonly description: TextKey
  readonly links: readonly (readonly [path: string, label: TextKey])[]
}

const rightsOfEveryone: readonly Right[] = [
  {
    title: 'rights.notice',
    description: 'rights.noticeHint',
    links: [
      ['/privacy', 'privacy.title'],
      ['/privacy/versions', 'versions.title'],
      ['/privacy/practices', 'practices.title'],
    ],
  },
  { title: 'rights.security', description: 'rights.securityHint', links: [['/info/security', 'security.title']] },
  {
    title: 'rights.accountability',
    description: 'rights.accountabilityHint',
    links: [
      ['/privacy/proof', 'proof.title'],
      ['/privacy/record', 'record.title'],
      ['/transparency', 'transparency.title'],
    ],
  },
  {
    title: 'rights.complaints',
    description: 'rights.complaintsHint',
    links: [
      ['/complaint', 'complaint.title'],
      ['/feedback', 'feedback.title'],
    ],
  },
]

const rightsOfMembers: readonly Right[] = [
  { title: 'rights.choice', description: 'rights.choiceHint', links: [['/account/consents', 'account.consents']] },
  { title: 'rights.access', description: 'rights.accessHint', links: [['/account/export', 'export.title']] },
  { title: 'rights.correction', description: 'rights.correctionHint', links: [['/account', 'account.profile']] },
  {
    title: 'rights.sessions',
    description: 'rights.sessionsHint',
    links: [
      ['/account/sessions', 'account.sessions'],
      ['/account/tokens', 'tokens.title'],
    ],
  },
  { title: 'rights.support', description: 'rights.supportHint', links: [['/account/support', 'support.title']] },
  { title: 'rights.erasure', description: 'rights.erasureHint', links: [['/account/close', 'account.close']] },
]

/** The privacy rights with links to exercise them, and the look-up forms. */
export function YourPrivacyPage({ view, error }: { view: View; error?: string | undefined }) {
  const { text } = view
  const title = text('rights.title')
  return (
    <Layout view={view} title={error ? text('layout.errorTitle', { title }) : title}>
      <h1 safe>{title}</h1>
      <p class="lead" safe>
        {text('rights.lead')}
      </p>
      <ErrorSummary message={error} />
      <Rights view={view} title="rights.everyone" rights={rightsOfEveryone} />
      <Rights view={view} title="rights.account" rights={rightsOfMembers} />
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
                {text(right.description)}
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

// The pattern keeps the browser from sending a fragment, which must never reach the server.
function LinkForm({ view }: { view: View }) {
  const { text, path } = view
  return (
    <section class="aside">
      <h2 safe>{text('lookUp.linkTitle')}</h2>
      <p safe>{text('lookUp.linkLead')}</p>
      <form class="form" method="post" action={path('/privacy/here/link')}>
        <UnsavedBody />
        <div class="field">
          <label for="link" safe>
            {text('lookUp.link')}
          </label>
          <input
            id="link"
            name="link"
            type="text"
            required
            maxlength="2000"
            pattern="[^#]*"
            title={text('lookUp.linkHint')}
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            aria-describedby="link-hint"
          />
          <p class="hint" id="link-hint" safe>
            {text('lookUp.linkHint')}
          </p>
        </div>
        <button type="submit" safe>
          {text('lookUp.linkSubmit')}
        </button>
      </form>
    </section>
  )
}

function AddressForm({ view }: { view: View }) {
  const { text, path } = view
  return (
    <section class="aside">
      <h2 safe>{text('lookUp.addressTitle')}</h2>
      <p safe>{text('lookUp.addressLead')}</p>
      <form class="form" method="post" action={path('/privacy/here/address')}>
        <Line id="email" type="email" label={text('account.email')} autocomplete="email" />
        <button type="submit" safe>
          {text('lookUp.addressSubmit')}
        </button>
      </form>
    </section>
  )
}
