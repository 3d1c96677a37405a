import type { TextKey } from '../../src/i18n/text.ts'
import type { Message } from '../../src/privacy/registers/complaints.ts'
import type { DisclosureNotice } from '../../src/privacy/registers/disclosure-notices.ts'
import { Line, OutsidePage } from '../accounts/parts.tsx'
import { Layout } from '../layout.tsx'
import { ErrorSummary, Event, Field, Moment } from '../parts.tsx'
import type { View } from '../view.ts'

/** Props of the complaint and feedback form. */
export interface MessageFormProps {
  view: View
  kind: Message['kind']
  /** The submitted values, if the form is shown again with an error. */
  input?: { body: string; email: string } | undefined
  error?: string | undefined
}

const texts = {
  complaint: { title: 'complaint.title', lead: 'complaint.lead', label: 'complaint.body', path: '/complaint' },
  feedback: { title: 'feedback.title', lead: 'feedback.lead', label: 'feedback.body', path: '/feedback' },
} as const satisfies Record<Message['kind'], { title: TextKey; lead: TextKey; label: TextKey; path: string }>

/** Maximum length of a message and of an answer, in characters. */
export const maxMessageLength = 8000

/** The complaint or feedback form. */
export function MessageFormPage({ view, kind, input, error }: MessageFormProps) {
  const { text, path, contact } = view
  const { title, lead, label, path: action } = texts[kind]
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
            {input?.body ?? ''}
          </textarea>
        </Field>
        <Line
          id="email"
          type="email"
          label={text('message.email')}
          note={text('create.optional')}
          hint={text('message.emailHint')}
          autocomplete="email"
          value={input?.email}
          required={false}
        />
        <button class="primary" type="submit" safe>
          {text('message.submit')}
        </button>
      </form>
      <p class="hint" safe>
        {text('message.retention')}
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

/** Returns the title of a message, with its number. */
export function messageTitle({ text }: View, { kind, id }: Message): string {
  return text(titles[kind], { number: String(id) })
}

/** The page on which a sender follows a message. Its URL is the only credential. */
export function MessagePage({ view, message }: { view: View; message: Message }) {
  const { text } = view
  const { receivedAt, dueAt, answer, answeredAt } = message
  const lead =
    answer === undefined ? (dueAt === null ? 'message.waiting' : 'message.waitingComplaint') : 'message.answered'
  return (
    <OutsidePage view={view} title={messageTitle(view, message)} lead={text(lead)}>
      {answer === undefined ? '' : <Quotation text={answer} />}
      <dl class="history">
        <Event view={view} name="message.received" at={receivedAt} />
        <Event view={view} name="message.due" at={answeredAt === null ? dueAt : null} />
        <Event view={view} name="message.answeredAt" at={answeredAt} />
      </dl>
      <p class="notice" safe>
        {text('message.keepAddress')}
      </p>
    </OutsidePage>
  )
}

/** A text entered by a person, with its line breaks. */
export function Quotation({ text }: { text: string }) {
  return (
    <blockquote class="quote" safe>
      {text}
    </blockquote>
  )
}

interface NoticeProps {
  view: View
  notice: DisclosureNotice
}

/** Tells the reader what a legal request about them asked for, and what was disclosed. */
export function DisclosurePage({ view, notice }: NoticeProps) {
  const { text } = view
  return (
    <OutsidePage view={view} title={text('disclosure.title')} lead={text('disclosure.lead')}>
      <p>
        <Moment view={view} at={notice.recordedAt} />
      </p>
      <h2 safe>{text('disclosure.requested')}</h2>
      <Quotation text={notice.requested} />
      <h2 safe>{text('disclosure.disclosed')}</h2>
      {notice.disclosed === undefined ? (
        <p safe>{text('disclosure.nothing')}</p>
      ) : (
        <Quotation text={notice.disclosed} />
      )}
    </OutsidePage>
  )
}
