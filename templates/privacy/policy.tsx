import { formatDay } from '../../src/i18n/text.ts'
import type { Change } from '../../src/privacy/policy/diff.ts'
import type { FilledBlock } from '../../src/privacy/policy/placeholders.ts'
import type { PolicyVersion } from '../../src/privacy/policy/versions.ts'
import { Layout } from '../layout.tsx'
import { Markdown } from '../markdown.tsx'
import type { View } from '../view.ts'

/** What a version is at this moment. */
export type PolicyStatus = 'coming' | 'current' | 'past'

const standings = {
  coming: 'versions.coming',
  current: 'versions.current',
  past: 'versions.past',
} as const

export interface PolicyProps {
  view: View
  version: PolicyVersion
  parts: readonly FilledBlock[]
}

/** The statement that is in force. */
export function PolicyPage({ view, version, parts }: PolicyProps) {
  const { text, path } = view
  return (
    <Layout view={view} title={text('privacy.title')}>
      <article class="prose">
        <h1 safe>{text('statement.title')}</h1>
        <p class="hint">
          <span safe>{text('statement.since', { number: version.id, day: formatDay(version.effectiveAt) })}</span>{' '}
          <a href={path('/privacy/versions')} safe>
            {text('statement.versions')}
          </a>
        </p>
        <Markdown view={view} parts={parts} />
        <h2 safe>{text('statement.more')}</h2>
        <MoreLinks view={view} />
      </article>
    </Layout>
  )
}

const more = [
  ['/privacy/here', 'here.title'],
  ['/privacy/practices', 'practices.title'],
  ['/privacy/proof', 'proof.title'],
  ['/privacy/record', 'record.title'],
  ['/transparency', 'transparency.title'],
  ['/complaint', 'complaint.title'],
  ['/feedback', 'feedback.title'],
  ['/privacy/versions', 'versions.title'],
] as const

function MoreLinks({ view }: { view: View }) {
  const { text, path } = view
  return (
    <ul>
      {more.map(([to, name]) => (
        <li>
          <a href={path(to)} safe>
            {text(name)}
          </a>
        </li>
      ))}
    </ul>
  )
}

/** What is not done here. */
export function PracticesPage({ view, parts }: { view: View; parts: readonly FilledBlock[] }) {
  const title = view.text('practices.title')
  return (
    <Layout view={view} title={title}>
      <article class="prose">
        <h1 safe>{title}</h1>
        <Markdown view={view} parts={parts} />
      </article>
    </Layout>
  )
}

export interface PolicyVersionsProps {
  view: View
  versions: readonly (PolicyVersion & { readonly standing: PolicyStatus })[]
}

/** Every version that there was, and those that are coming. */
export function PolicyVersionsPage({ view, versions }: PolicyVersionsProps) {
  const { text, path } = view
  return (
    <Layout view={view} title={text('versions.title')}>
      <h1 safe>{text('versions.title')}</h1>
      <p class="lead" safe>
        {text('versions.lead')}
      </p>
      <ul class="facts">
        {versions.map((version) => (
          <li>
            <p>
              <a href={path(`/privacy/versions/${version.id}`)} safe>
                {text('versions.number', { number: version.id })}
              </a>{' '}
              <span safe>{text(standings[version.standing])}</span>
            </p>
            <p class="hint" safe>
              {datesOf(view, version)}
            </p>
          </li>
        ))}
      </ul>
    </Layout>
  )
}

function datesOf({ text }: View, { publishedAt, effectiveAt, author, material, id }: PolicyVersion): string {
  const facts = { published: formatDay(publishedAt), effective: formatDay(effectiveAt), author }
  if (id === 1) return text('versions.first', facts)
  return text(material ? 'versions.material' : 'versions.minor', facts)
}

export interface PolicyVersionProps extends PolicyProps {
  status: PolicyStatus
  /** What is new against the version before; nothing for the first. */
  changes: readonly Change[] | undefined
}

/** One version: what it changed, word by word, and the whole of it. */
export function PolicyVersionPage({ view, version, status, parts, changes }: PolicyVersionProps) {
  const { text, path } = view
  const title = text('versions.one', { number: version.id })
  return (
    <Layout view={view} title={title}>
      <article class="prose">
        <h1 safe>{title}</h1>
        <p class={status === 'current' ? 'hint' : 'notice'}>
          <span safe>{text(standings[status])}</span> <span safe>{datesOf(view, version)}</span>{' '}
          <a href={path('/privacy/versions')} safe>
            {text('statement.versions')}
          </a>
        </p>
        {changes ? <Changes view={view} number={version.id} changes={changes} /> : ''}
        <h2 safe>{text('versions.whole')}</h2>
        <p class="hint" safe>
          {text('versions.tables')}
        </p>
        <Markdown view={view} parts={parts} />
      </article>
    </Layout>
  )
}

function Changes({ view, number, changes }: { view: View; number: number; changes: readonly Change[] }) {
  const { text } = view
  return (
    <section class="changes" aria-labelledby="what-changed">
      <h2 id="what-changed" safe>
        {text('versions.changes', { before: number - 1 })}
      </h2>
      <p class="hint" safe>
        {text('versions.legend')}
      </p>
      {changes.map(({ heading, runs }) => (
        <div class="change">
          {heading ? (
            <p class="hint" safe>
              {text('versions.under', { heading: heading })}
            </p>
          ) : (
            ''
          )}
          <p>
            {runs.map((run) => (
              <RunOf kind={run.kind} words={run.text} />
            ))}
          </p>
        </div>
      ))}
    </section>
  )
}

function RunOf({ kind, words }: { kind: 'same' | 'added' | 'removed'; words: string }) {
  if (kind === 'added') return <ins safe>{words}</ins>
  if (kind === 'removed') return <del safe>{words}</del>
  return <span safe>{words}</span>
}
