import type { Children } from '@kitajs/html'
import { formatDay, type TextKey } from '../../src/i18n/text.ts'
import type { ReceivedMessage } from '../../src/privacy/registers/complaints.ts'
import type { Disclosure } from '../../src/privacy/registers/disclosures.ts'
import type { LegalHold } from '../../src/privacy/registers/legal-holds.ts'
import { Line } from '../accounts/parts.tsx'
import { Layout } from '../layout.tsx'
import { ErrorSummary, Field, Moment } from '../parts.tsx'
import type { View } from '../view.ts'
import { maxMessageLength, messageTitle, Quotation } from './complaints.tsx'

const sections = {
  messages: { path: '/operator/messages', name: 'operator.messages' },
  holds: { path: '/operator/holds', name: 'operator.holds' },
  disclosures: { path: '/operator/disclosures', name: 'operator.disclosures' },
  support: { path: '/operator/support', name: 'support.title' },
} as const satisfies Record<string, { path: string; name: TextKey }>

interface PageProps {
  view: View
  section: keyof typeof sections
  lead: TextKey
  error?: string | undefined
  children: Children
}

/** The frame of the operator pages, with their menu. */
export function OperatorPage({ view, section, lead, error, children }: PageProps) {
  const { text, path } = view
  const title = text(sections[section].name)
  return (
    <Layout view={view} title={error ? text('layout.errorTitle', { title }) : title} current="account">
      <nav class="sections" aria-label={text('operator.menu')}>
        {Object.entries(sections).map(([name, { path: to, name: label }]) => (
          <a href={path(to)} aria-current={name === section ? 'page' : undefined} safe>
            {text(label)}
          </a>
        ))}
      </nav>
      <h1 safe>{title}</h1>
      <p class="lead" safe>
        {text(lead)}
      </p>
      <ErrorSummary message={error} />
      {children as 'safe'}
    </Layout>
  )
}

/** The messages to the operator, the earliest due date first. */
export function MessagesPage({ view, messages }: { view: View; messages: readonly ReceivedMessage[] }) {
  const { path } = view
  return (
    <OperatorPage
      view={view}
      section="messages"
      lead={messages.length === 0 ? 'operator.noMessages' : 'operator.messagesLead'}
    >
      <ul class="facts register">
        {messages.map((message) => (
          <li>
            <p>
              <a href={path(`/operator/messages/${message.id}`)} safe>
                {messageTitle(view, message)}
              </a>
            </p>
            <p class="hint" safe>
              {statusOf(view, message)}
            </p>
          </li>
        ))}
      </ul>
    </OperatorPage>
  )
}

function statusOf({ text, now }: View, { receivedAt, dueAt, answeredAt }: ReceivedMessage): string {
  if (answeredAt !== null) return text('operator.answered', { day: formatDay(answeredAt) })
  if (dueAt === null) return text('operator.received', { day: formatDay(receivedAt) })
  return text(dueAt <= now ? 'operator.overdue' : 'operator.due', { day: formatDay(dueAt) })
}

interface AnswerProps {
  view: View
  message: ReceivedMessage
  error?: string | undefined
}

/** One message, with the form to answer it or the answer. */
export function AnswerPage({ view, message, error }: AnswerProps) {
  const { text, path } = view
  const { id, body, answer, hasAddress } = message
  return (
    <OperatorPage
      view={view}
      section="messages"
      lead={hasAddress ? 'operator.willMail' : 'operator.willNotMail'}
      error={error}
    >
      <h2 safe>{messageTitle(view, message)}</h2>
      <p class="hint" safe>
        {statusOf(view, message)}
      </p>
      <Quotation text={body} />
      {answer === undefined ? (
        <form class="form" method="post" action={path(`/operator/messages/${id}`)}>
          <Field id="answer" label={text('operator.answer')} hint={text('operator.answerHint')}>
            <textarea
              id="answer"
              name="answer"
              autocomplete="off"
              rows="8"
              required
              maxlength={String(maxMessageLength)}
              aria-describedby="answer-hint"
            ></textarea>
          </Field>
          <button class="primary" type="submit" safe>
            {text('operator.send')}
          </button>
        </form>
      ) : (
        <>
          <h2 safe>{text('operator.answer')}</h2>
          <Quotation text={answer} />
        </>
      )}
    </OperatorPage>
  )
}

interface HoldsProps {
  view: View
  holds: readonly LegalHold[]
  error?: string | undefined
}

const states = { waiting: 'hold.waiting', 'in force': 'hold.inForce', over: 'hold.over' } as const

/** The register of legal holds, with the form to place one. */
export function LegalHoldsPage({ view, holds, error }: HoldsProps) {
  const { text, path } = view
  return (
    <OperatorPage view={view} section="holds" lead="hold.lead" error={error}>
      <ul class="facts register">
        {holds.map((hold) => (
          <li>
            <p safe>{text(states[hold.state], { account: hold.subject ?? text('hold.accountErased') })}</p>
            <Quotation text={hold.reference} />
            <p class="hint" safe>
              {text('hold.days', { set: formatDay(hold.setAt), review: formatDay(hold.reviewAt) })}
            </p>
            {hold.canConfirm ? <HoldButton view={view} hold={hold} action="confirm" label="hold.confirm" /> : ''}
            {hold.state === 'over' ? '' : <HoldButton view={view} hold={hold} action="release" label="hold.release" />}
          </li>
        ))}
      </ul>
      <form class="form" method="post" action={path('/operator/holds')}>
        <h2 safe>{text('hold.new')}</h2>
        <Line id="account" label={text('hold.account')} autocomplete="off" />
        <Line id="reference" label={text('hold.reference')} hint={text('hold.referenceHint')} autocomplete="off" />
        <Line
          id="review"
          label={text('hold.review')}
          hint={text('hold.reviewHint')}
          autocomplete="off"
          maxlength={10}
        />
        <button class="primary" type="submit" safe>
          {text('hold.set')}
        </button>
      </form>
    </OperatorPage>
  )
}

interface HoldButtonProps {
  view: View
  hold: LegalHold
  action: 'confirm' | 'release'
  label: TextKey
}

function HoldButton({ view, hold, action, label }: HoldButtonProps) {
  return (
    <form method="post" action={view.path(`/operator/holds/${hold.id}/${action}`)}>
      <button type="submit" safe>
        {view.text(label)}
      </button>
    </form>
  )
}

/** The register of legal requests. */
export function DisclosuresPage({ view, disclosures }: { view: View; disclosures: readonly Disclosure[] }) {
  const { text } = view
  return (
    <OperatorPage view={view} section="disclosures" lead="operator.disclosuresLead">
      <ul class="facts register">
        {disclosures.map((disclosure) => (
          <li>
            <p>
              <code safe>{disclosure.id}</code> <Moment view={view} at={disclosure.recordedAt} />
            </p>
            <Quotation text={disclosure.requested} />
            <Quotation text={disclosure.disclosed ?? text('disclosure.nothing')} />
            <p class="hint" safe>
              {text('operator.notified', { notified: disclosure.notified, subjects: disclosure.subjects })}
            </p>
            {disclosure.barredUntil === null ? (
              ''
            ) : (
              <Barred view={view} until={disclosure.barredUntil} by={disclosure.barredBy ?? ''} />
            )}
          </li>
        ))}
      </ul>
    </OperatorPage>
  )
}

function Barred({ view, until, by }: { view: View; until: number; by: string }) {
  return (
    <p class="hint" safe>
      {view.text('operator.barred', { day: formatDay(until), law: by })}
    </p>
  )
}
