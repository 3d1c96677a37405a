import type { Restoration } from '../../src/continuation/restorations.ts'
import { formatDay } from '../../src/i18n/text.ts'
import type { Change, DiffRun } from '../../src/privacy/policy/diff.ts'
import type { FilledBlock } from '../../src/privacy/policy/placeholders.ts'
import type { PolicyStatus, PolicyVersion } from '../../src/privacy/policy/versions.ts'
import { Layout } from '../layout.tsx'
import { Markdown } from '../markdown.tsx'
import type { View } from '../view.ts'
import { Restorations } from './restorations.tsx'

const statusTexts = {
  coming: 'versions.coming',
  current: 'versions.current',
  past: 'versions.past',
} as const

/** Props of a page that shows the text of a version. */
export interface PolicyProps {
  view: View
  version: PolicyVersion
  blocks: readonly FilledBlock[]
}

/** The privacy statement in force. */
export function PolicyPage({
  view,
  version,
  blocks,
  restorations,
}: PolicyProps & { restorations: readonly Restoration[] }) {
  const { text, path } = view
  return (
    <Layout view={view} title={text('privacy.title')}>
      <article class="prose">
        <h1 safe>{text('policy.title')}</h1>
        <p class="hint">
          <span safe>{text('policy.since', { number: version.id, day: formatDay(version.effectiveAt) })}</span>{' '}
          <a href={path('/privacy/versions')} safe>
            {text('policy.versions')}
          </a>
        </p>
        <Markdown view={view} blocks={blocks} />
        {restorations.length === 0 ? '' : <Restorations view={view} restorations={restorations} />}
        <h2 safe>{text('policy.more')}</h2>
        <MoreLinks view={view} />
      </article>
    </Layout>
  )
}

const links = [
  ['/privacy/here', 'rights.title'],
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
      {links.map(([to, name]) => (
        <li>
          <a href={path(to)} safe>
            {text(name)}
          </a>
        </li>
      ))}
    </ul>
  )
}

/** The Privacy First practices. */
export function PracticesPage({ view, blocks }: { view: View; blocks: readonly FilledBlock[] }) {
  const title = view.text('practices.title')
  return (
    <Layout view={view} title={title}>
      <article class="prose">
        <h1 safe>{title}</h1>
        <Markdown view={view} blocks={blocks} />
      </article>
    </Layout>
  )
}

/** Props of the list of versions. */
export interface PolicyVersionsProps {
  view: View
  versions: readonly (PolicyVersion & { readonly status: PolicyStatus })[]
}

/** The list of all versions, including those that are not in force yet. */
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
              <span safe>{text(statusTexts[version.status])}</span>
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

/** Props of the page of one version. */
export interface PolicyVersionProps extends PolicyProps {
  status: PolicyStatus
  /** The changes since the previous version; undefined for the first version. */
  changes: readonly Change[] | undefined
}

/** One version: its changes word by word, and its full text. */
export function PolicyVersionPage({ view, version, status, blocks, changes }: PolicyVersionProps) {
  const { text, path } = view
  const title = text('versions.pageTitle', { number: version.id })
  return (
    <Layout view={view} title={title}>
      <article class="prose">
        <h1 safe>{title}</h1>
        <p class={status === 'current' ? 'hint' : 'notice'}>
          <span safe>{text(statusTexts[status])}</span> <span safe>{datesOf(view, version)}</span>{' '}
          <a href={path('/privacy/versions')} safe>
            {text('policy.versions')}
          </a>
        </p>
        {changes ? <Changes view={view} id={version.id} changes={changes} /> : ''}
        <h2 safe>{text('versions.whole')}</h2>
        <p class="hint" safe>
          {text('versions.tables')}
        </p>
        <Markdown view={view} blocks={blocks} />
      </article>
    </Layout>
  )
}

function Changes({ view, id, changes }: { view: View; id: number; changes: readonly Change[] }) {
  const { text } = view
  return (
    <section class="changes" aria-labelledby="what-changed">
      <h2 id="what-changed" safe>
        {text('versions.changes', { before: id - 1 })}
      </h2>
      <p class="hint" safe>
        {text('versions.legend')}
      </p>
      {changes.map(({ heading, runs }) => (
        <div class="change">
          {heading ? (
            <p class="hint" safe>
              {text('versions.heading', { heading: heading })}
            </p>
          ) : (
            ''
          )}
          <p>
            {runs.map((run) => (
              <RunOf kind={run.kind} text={run.text} />
            ))}
          </p>
        </div>
      ))}
    </section>
  )
}

function RunOf({ kind, text }: DiffRun) {
  if (kind === 'added') return <ins safe>{text}</ins>
  if (kind === 'removed') return <del safe>{text}</del>
  return <span safe>{text}</span>
}
