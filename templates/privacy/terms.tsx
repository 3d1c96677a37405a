import type { Children } from '@kitajs/html'
import type { TextKey } from '../../src/i18n/text.ts'
import { Layout } from '../layout.tsx'
import type { View } from '../view.ts'

interface ArticleProps {
  view: View
  title: TextKey
  lead: TextKey
  children: Children
}

function Article({ view, title, lead, children }: ArticleProps) {
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

function Section({ title, sentences }: { title: string; sentences: readonly string[] }) {
  return (
    <>
      <h2 safe>{title}</h2>
      {sentences.map((sentence) => (
        <p safe>{sentence}</p>
      ))}
    </>
  )
}

/** The terms of use. `age` is the youngest age at which a person may have an account, in years. */
export function TermsPage({ view, age }: { view: View; age: number }) {
  const points = ['terms.1', 'terms.2', 'terms.3', 'terms.4', 'terms.5', 'terms.6', 'terms.7'] as const
  return (
    <Article view={view} title="terms.title" lead="terms.lead">
      <ol>
        {points.map((point) => (
          <li safe>{view.text(point, { age })}</li>
        ))}
      </ol>
    </Article>
  )
}

/** The security page: how secrets are encrypted, who can see what, and how to report a vulnerability. */
export function SecurityPage({ view }: { view: View }) {
  const { text, contact } = view
  const who = ['security.who1', 'security.who2', 'security.who3', 'security.who4'] as const
  const report = contact === undefined ? text('security.reportNobody') : text('security.report', { contact })
  return (
    <Article view={view} title="security.title" lead="security.lead">
      <Section title={text('security.sealTitle')} sentences={[text('security.seal1'), text('security.seal2')]} />
      <h2 safe>{text('security.whoTitle')}</h2>
      <ul>
        {who.map((key) => (
          <li safe>{text(key)}</li>
        ))}
      </ul>
      <Section title={text('security.onceTitle')} sentences={[text('security.once')]} />
      <Section title={text('security.reportTitle')} sentences={[report]} />
    </Article>
  )
}
