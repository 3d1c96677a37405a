import type { TextKey } from '../../src/i18n/text.ts'
import type { UnsubscribeState } from '../../src/mail/unsubscribe.ts'
import { Layout } from '../layout.tsx'
import type { View } from '../view.ts'

export interface UnsubscribeProps {
  view: View
  state: UnsubscribeState
  /** What the mail was sent for. */
  purpose: TextKey
  /** Where the buttons post to. */
  action: string
}

const words = {
  runs: { title: 'stop.runs', lead: 'stop.runsLead' },
  stays: { title: 'stop.stays', lead: 'stop.staysLead' },
  stopped: { title: 'stop.done', lead: 'stop.doneLead' },
  'all stopped': { title: 'stop.done', lead: 'stop.doneAllLead' },
} as const

/** What the last line of a mail leads to. Loading it changes nothing; it offers what can be stopped, and no more. */
export function UnsubscribePage(props: UnsubscribeProps) {
  const { view, state, purpose } = props
  const { text } = view
  const { title, lead } = words[state.state]
  const isDone = state.state === 'stopped' || state.state === 'all stopped'
  return (
    <Layout view={view} title={text('stop.title')}>
      <p class="eyebrow" safe>
        {text('stop.title')}
      </p>
      <h1 safe>{text(title)}</h1>
      <p class="lead" safe>
        {text(lead)}
      </p>
      <p safe>{text('stop.purpose', { purpose: text(purpose) })}</p>
      {isDone ? <p safe>{text('stop.doneLater')}</p> : ''}
      {state.state === 'runs' ? <Choice {...props} wish="kind" label="stop.submit" /> : ''}
      {state.state !== 'stays' && state.state !== 'all stopped' && state.hasNoAccount ? <All {...props} /> : ''}
      {isDone && state.hasNoAccount ? <Choice {...props} wish="again" label="stop.again" /> : ''}
    </Layout>
  )
}

function All(props: UnsubscribeProps) {
  const { text } = props.view
  return (
    <section class="aside">
      <h2 safe>{text('stop.allTitle')}</h2>
      <p safe>{text('stop.allLead')}</p>
      <Choice {...props} wish="all" label="stop.all" />
      <p class="hint" safe>
        {text('stop.kept')}
      </p>
    </section>
  )
}

function Choice({ view, action, wish, label }: UnsubscribeProps & { wish: string; label: TextKey }) {
  return (
    <form class="form" method="post" action={action}>
      <button class={wish === 'kind' ? 'primary' : undefined} type="submit" name="wish" value={wish} safe>
        {view.text(label)}
      </button>
    </form>
  )
}
