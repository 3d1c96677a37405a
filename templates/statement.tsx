import type { Children } from '@kitajs/html'
import type { TextKey } from '../src/i18n/text.ts'
import { Layout } from './layout.tsx'
import type { View } from './view.ts'

interface StatementProps {
  view: View
  title: TextKey
  lead: TextKey
  children: Children
}

function Statement({ view, title, lead, children }: StatementProps) {
  return (
    <Layout view={view} title={view.text(title)}>
      <article class="prose">
        <h1 safe>{view.text(title)}</h1>
        <p class="lead" safe>
          {view.text(lead)}
        </p>
        {children as 'safe'}
      </article>
    </Layout>
  )
}

function Part({ title, sentences }: { title: string; sentences: readonly string[] }) {
  return (
    <>
      <h2 safe>{title}</h2>
      {sentences.map((sentence) => (
        <p safe>{sentence}</p>
      ))}
    </>
  )
}

/** One row of what is kept: names are those of the database or of the cookie. */
export interface Kept {
  readonly name: string
  readonly purpose: TextKey
  readonly keptFor: TextKey
}

export interface PrivacyProps {
  view: View
  tables: readonly Kept[]
  cookies: readonly Kept[]
  purgeInterval: string
  addresses: TextKey
}

/** What is kept, why and how long; the tables are the inventory of promises.ts. */
export function PrivacyPage({ view, tables, cookies, purgeInterval, addresses }: PrivacyProps) {
  const { text, name, regionName } = view
  return (
    <Statement view={view} title="privacy.title" lead="privacy.lead">
      <p safe>{text('privacy.here', { name, region: regionName })}</p>
      <Part
        title={text('privacy.secretsTitle')}
        sentences={[text('privacy.secrets1'), text('privacy.secrets2', { interval: purgeInterval })]}
      />
      <h2 safe>{text('privacy.keptTitle')}</h2>
      <KeptTable view={view} title="privacy.keptTitle" rows={tables} />
      <Part title={text('privacy.logTitle')} sentences={[text('privacy.log', { addresses: text(addresses) })]} />
      <Part title={text('privacy.cookiesTitle')} sentences={[text('privacy.cookies')]} />
      <KeptTable view={view} title="privacy.cookiesTitle" rows={cookies} />
      <Part title={text('privacy.notTitle')} sentences={[text('privacy.not')]} />
    </Statement>
  )
}

// On a phone the table is wider than the column and scrolls by itself, for the keyboard too.
function KeptTable({ view, title, rows }: { view: View; title: TextKey; rows: readonly Kept[] }) {
  const { text } = view
  return (
    <section class="table" aria-label={text(title)} tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col" safe>
              {text('privacy.what')}
            </th>
            <th scope="col" safe>
              {text('privacy.why')}
            </th>
            <th scope="col" safe>
              {text('privacy.howLong')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, purpose, keptFor }) => (
            <tr>
              <th scope="row">
                <code safe>{name}</code>
              </th>
              <td safe>{text(purpose)}</td>
              <td safe>{text(keptFor)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

export function TermsPage({ view }: { view: View }) {
  const points = ['terms.1', 'terms.2', 'terms.3', 'terms.4', 'terms.5'] as const
  return (
    <Statement view={view} title="terms.title" lead="terms.lead">
      <ol>
        {points.map((point) => (
          <li safe>{view.text(point)}</li>
        ))}
      </ol>
    </Statement>
  )
}

export function SecurityPage({ view }: { view: View }) {
  const { text, contact } = view
  const who = ['security.who1', 'security.who2', 'security.who3', 'security.who4'] as const
  const report = contact === undefined ? text('security.reportNobody') : text('security.report', { contact })
  return (
    <Statement view={view} title="security.title" lead="security.lead">
      <Part title={text('security.sealTitle')} sentences={[text('security.seal1'), text('security.seal2')]} />
      <h2 safe>{text('security.whoTitle')}</h2>
      <ul>
        {who.map((key) => (
          <li safe>{text(key)}</li>
        ))}
      </ul>
      <Part title={text('security.onceTitle')} sentences={[text('security.once')]} />
      <Part title={text('security.reportTitle')} sentences={[report]} />
    </Statement>
  )
}
