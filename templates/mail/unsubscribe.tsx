import type { TextKey } from '../../src/i18n/text.ts'
import type { UnsubscribeChoice, UnsubscribeState } from '../../src/mail/unsubscribe.ts'
import { Layout } from '../layout.tsx'
import type { View } from '../view.ts'

/** Props of the unsubscribe page. */
export interface UnsubscribeProps {
  view: View
  state: UnsubscribeState
  /** The wording of the purpose of the mail. */
  purpose: TextKey
  /** The path that the buttons post to. */
  action: string
}

const texts = {
  subscribed: { title: 'unsubscribe.confirm', lead: 'unsubscribe.confirmLead' },
  required: { title: 'unsubscribe.required', lead: 'unsubscribe.requiredLead' },
  unsubscribed: { title: 'unsubscribe.done', lead: 'unsubscribe.doneLead' },
  'unsubscribed from all': { title: 'unsubscribe.done', lead: 'unsubscribe.doneAllLead' },
} as const satisfies Record<UnsubscribeState['state'], { title: TextKey; lead: TextKey }>

/** The unsubscribe page of a mail. Loading it changes nothing; it offers only what can be stopped. */
export function UnsubscribePage(props: UnsubscribeProps) {
  const { view, purpose } = props
  const { state, hasNoAccount } = props.state
  const { text } = view
  const { title, lead } = texts[state]
  const isDone = state === 'unsubscribed' || state === 'unsubscribed from all'
  const canStopAll = hasNoAccount && (state === 'subscribed' || state === 'unsubscribed')
  return (
    <Layout view={view} title={text('unsubscribe.title')}>
      <p class="eyebrow" safe>
        {text('unsubscribe.title')}
      </p>
      <h1 safe>{text(title)}</h1>
      <p class="lead" safe>
        {text(lead)}
      </p>
      <p safe>{text('unsubscribe.purpose', { purpose: text(purpose) })}</p>
      {isDone ? <p safe>{text('unsubscribe.doneLater')}</p> : ''}
      {state === 'subscribed' ? <ChoiceForm {...props} choice="kind" label="unsubscribe.submit" /> : ''}
      {canStopAll ? <StopAll {...props} /> : ''}
      {isDone && hasNoAccount ? <ChoiceForm {...props} choice="again" label="unsubscribe.again" /> : ''}
    </Layout>
  )
}

function StopAll(props: UnsubscribeProps) {
  const { text } = props.view
  return (
    <section class="aside">
      <h2 safe>{text('unsubscribe.allTitle')}</h2>
      <p safe>{text('unsubscribe.allLead')}</p>
      <ChoiceForm {...props} choice="all" label="unsubscribe.all" />
      <p class="hint" safe>
        {text('unsubscribe.stored')}
      </p>
    </section>
  )
}

interface ChoiceProps extends UnsubscribeProps {
  choice: UnsubscribeChoice
  label: TextKey
}

function ChoiceForm({ view, action, choice, label }: ChoiceProps) {
  return (
    <form class="form" method="post" action={action}>
      <button class={choice === 'kind' ? 'primary' : undefined} type="submit" name="choice" value={choice} safe>
        {view.text(label)}
      </button>
    </form>
  )
}
