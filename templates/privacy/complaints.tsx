import type { TextKey } from '../../src/i18n/text.ts'
import type { Message } from '../../src/privacy/registers/complaints.ts'
import type { Disclosure } from '../../src/privacy/registers/disclosures.ts'
import { TextField } from '../accounts/fields.tsx'
import { SignedOutPage } from '../accounts/signed-out-page.tsx'
import { Layout } from '../layout.tsx'
import { ErrorSummary, Field, Moment } from '../parts.tsx'
import type { View } from '../view.ts'

export interface MessageFormProps {
  view: View
  kind: Message['kind']
  /** What was typed before, where the form comes back. */
  typed?: { body: string; email: string } | undefined
  error?: string | undefined
}

const words = {
  complaint: { title: 'complaint.title', lead: 'complaint.lead', label: 'complaint.body', path: '/complaint' },
  feedback: { title: 'feedback.title', lead: 'feedback.lead', label: 'feedback.body', path: '/feedback' },
} as const satisfies Record<Message['kind'], { title: TextKey; lead: TextKey; label: TextKey; path: string }>

/** The longest text that fits into a form to the operator. */
export const maxMessageLength = 8000

/** The form by which anybody tells the operator something. */
export function MessageFormPage({ view, kind, typed, error }: MessageFormProps) {
  const { text, path, contact } = view
  const { title, lead, label, path: action } = words[kind]
  return (
    <Layout view={view} title={error ? text('layout.errorTitle', { title: text(title) }) : text(title)}>
      <h1 safe>{text(title)}</h1>
      <p class="lead" safe>
        {text(lead)}
      </p>
      <form class="form" method="post" action={path(action)}>
        <ErrorSummary message={error} />
        <Field id="body" label={text(label)} hint={text('message.bodyHint')}>
          <textarea
            id="body"
            name="body"
            autocomplete="off"
            rows="8"
            required
            maxlength={String(maxMessageLength)}
            aria-describedby="body-hint"
            safe
          >
            {typed?.body ?? ''}
          </textarea>
        </Field>
        <TextField
          id="email"
          type="email"
          label={text('message.email')}
          note={text('create.optional')}
          hint={text('message.emailHint')}
          autocomplete="email"
          value={typed?.email}
          required={false}
        />
        <button class="primary" type="submit" safe>
          {text('message.submit')}
        </button>
      </form>
      <p class="hint" safe>
        {text('message.kept')}
      </p>
      {contact ? (
        <p class="hint" safe>
          {text('message.contact', { contact })}
        </p>
      ) : (
        ''
      )}
    </Layout>
  )
}

const titles = { complaint: 'message.complaint', feedback: 'message.feedback' } as const

/** What a message is called. */
export function titleOf({ text }: View, { kind, number }: Message): string {
  return text(titles[kind], { number: String(number) })
}

/** What became of a message, for who wrote it. The address of the page is all that it takes. */
export function MessagePage({ view, message }: { view: View; message: Message }) {
  const { text } = view
  const { receivedAt, dueAt, answer, answeredAt } = message
  const lead =
    answer === undefined ? (dueAt === null ? 'message.waiting' : 'message.waitingComplaint') : 'message.answered'
  return (
    <SignedOutPage view={view} title={titleOf(view, message)} lead={text(lead)}>
      {answer === undefined ? '' : <Quote words={answer} />}
      <dl class="history">
        <dt safe>{text('message.received')}</dt>
        <dd>
          <Moment view={view} at={receivedAt} />
        </dd>
        {dueAt === null || answeredAt !== null ? '' : <Due view={view} at={dueAt} />}
        {answeredAt === null ? '' : <Answered view={view} at={answeredAt} />}
      </dl>
      <p class="notice" safe>
        {text('message.keepAddress')}
      </p>
    </SignedOutPage>
  )
}

function Due({ view, at }: { view: View; at: number }) {
  return (
    <>
      <dt safe>{view.text('message.due')}</dt>
      <dd>
        <Moment view={view} at={at} />
      </dd>
    </>
  )
}

function Answered({ view, at }: { view: View; at: number }) {
  return (
    <>
      <dt safe>{view.text('message.answeredAt')}</dt>
      <dd>
        <Moment view={view} at={at} />
      </dd>
    </>
  )
}

/** What somebody wrote, with its lines. */
export function Quote({ words }: { words: string }) {
  return (
    <blockquote class="quote" safe>
      {words}
    </blockquote>
  )
}

interface NoticeProps {
  view: View
  notice: Pick<Disclosure, 'asked' | 'given' | 'recordedAt'>
}

/** What an order asked about the reader of this page, and what was handed over. */
export function DisclosurePage({ view, notice }: NoticeProps) {
  const { text } = view
  return (
    <SignedOutPage view={view} title={text('disclosure.title')} lead={text('disclosure.lead')}>
      <p>
        <Moment view={view} at={notice.recordedAt} />
      </p>
      <h2 safe>{text('disclosure.asked')}</h2>
      <Quote words={notice.asked} />
      <h2 safe>{text('disclosure.given')}</h2>
      {notice.given === undefined ? <p safe>{text('disclosure.nothing')}</p> : <Quote words={notice.given} />}
    </SignedOutPage>
  )
}
