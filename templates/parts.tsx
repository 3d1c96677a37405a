import type { Children } from '@kitajs/html'
import { formatRelativeTime, formatTime, type TextKey } from '../src/i18n/text.ts'
import { toIso } from '../src/time.ts'
import type { View } from './view.ts'

/** A time, absolute in UTC and relative. Scripts convert the absolute part to the reader's time zone. */
export function Moment({ view, at }: { view: View; at: number }) {
  return (
    <time datetime={toIso(at)}>
      <span data-local-time safe>
        {formatTime(at)}
      </span>{' '}
      <span class="relative" safe>
        {`(${formatRelativeTime(at, view.now)})`}
      </span>
    </time>
  )
}

interface FieldProps {
  id: string
  label: string
  hint?: string | undefined
  note?: string | undefined
  error?: string | undefined
  children: Children
}

/** A labelled form field with a hint and an error; the control refers to them with `describedBy`. */
export function Field({ id, label, hint, note, error, children }: FieldProps) {
  return (
    <div class="field">
      <label for={id}>
        <span safe>{label}</span> {note ? <small safe>{note}</small> : ''}
      </label>
      {error ? (
        <p class="fault" id={`${id}-error`} safe>
          {error}
        </p>
      ) : (
        ''
      )}
      {children as 'safe'}
      {hint ? (
        <p class="hint" id={`${id}-hint`} safe>
          {hint}
        </p>
      ) : (
        ''
      )}
    </div>
  )
}

/** Returns the rule of a field if it was rejected, to show it next to the field. */
export function ruleOf({ invalid }: View, field: string): string | undefined {
  return invalid?.field === field ? invalid.rule : undefined
}

/** Returns the value of `aria-describedby` for the control of a field. */
export function describedBy(id: string, parts: { hint?: boolean; error?: boolean }): string | undefined {
  const ids = [parts.hint && `${id}-hint`, parts.error && `${id}-error`].filter(Boolean)
  return ids.length === 0 ? undefined : ids.join(' ')
}

interface PassphraseProps {
  label: string
  hint: string
  note?: string | undefined
  error?: string | undefined
  required?: boolean
}

/** The passphrase field, without autocomplete and spell checking. It is focused if it has an error. */
export function PassphraseField({ label, hint, note, error, required = false }: PassphraseProps) {
  return (
    <Field id="passphrase" label={label} hint={hint} note={note} error={error}>
      <input
        id="passphrase"
        name="passphrase"
        type="password"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        maxlength="1024"
        required={required}
        aria-describedby={describedBy('passphrase', { hint: true, error: error !== undefined })}
        aria-invalid={error === undefined ? undefined : 'true'}
        autofocus={error !== undefined}
      />
    </Field>
  )
}

/**
 * Keeps the posted form out of the session files of the browser: Chromium saves the body of a POST that returned a page,
 * unless the form has a password field with a value. This one is hidden and not submitted.
 */
export function UnsavedBody() {
  return <input type="password" value="-" autocomplete="off" hidden disabled />
}

/** The error of a submitted form. It is focused, so that screen readers announce it. */
export function ErrorSummary({ message }: { message: string | undefined }) {
  if (message === undefined) return ''
  return (
    <div class="summary" role="alert" tabindex="-1" autofocus>
      <p safe>{message}</p>
    </div>
  )
}

/** A padlock icon, for text that says how a secret is encrypted. */
export function Lock() {
  return (
    <svg viewBox="0 0 18 18" aria-hidden="true" focusable="false">
      <rect x="3" y="7.75" width="12" height="8.25" rx="2" />
      <path d="M5.75 7.5V5.25a3.25 3.25 0 0 1 6.5 0V7.5" />
    </svg>
  )
}

/** An event with its time in a definition list; empty if it has not happened. */
export function Event({ view, name, at }: { view: View; name: TextKey; at: number | null }) {
  if (at === null) return ''
  return (
    <>
      <dt safe>{view.text(name)}</dt>
      <dd>
        <Moment view={view} at={at} />
      </dd>
    </>
  )
}

interface TableProps {
  label: string
  heads: readonly string[]
  children: Children
}

/** A labelled table that scrolls on a narrow screen, also by keyboard; its children are the rows. */
export function Table({ label, heads, children }: TableProps) {
  return (
    <section class="table" aria-label={label} tabindex="0">
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th scope="col" safe>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children as 'safe'}</tbody>
      </table>
    </section>
  )
}

/** A collapsed form that burns a secret without opening it. */
export function BurnForm({ view, action }: { view: View; action: string }) {
  const { text } = view
  return (
    <details class="burn">
      <summary safe>{text('receipt.burnTitle')}</summary>
      <form method="post" action={action}>
        <p safe>{text('receipt.burnLead')}</p>
        <button class="danger" type="submit" safe>
          {text('receipt.burn')}
        </button>
      </form>
    </details>
  )
}

/** Links to the privacy statement and the terms, for forms that request consent. */
export function PolicyLinks({ view }: { view: View }) {
  const { text, path } = view
  return (
    <p class="hint">
      <a href={path('/privacy')} safe>
        {text('layout.privacy')}
      </a>{' '}
      <a href={path('/terms')} safe>
        {text('layout.terms')}
      </a>
    </p>
  )
}
