import type { Offer } from '../src/accounts/consents.ts'
import type { Newcomer } from '../src/accounts/oidc-newcomer.ts'
import { PasskeyForm } from './factor-passkey.tsx'
import { Layout } from './layout.tsx'
import { describedBy, ErrorSummary, Field } from './parts.tsx'
import type { View } from './view.ts'

/** On the way to the organization's own sign-in. The browser goes on by itself; the link is for one that does not. */
export function LeavePage({ view, provider, url }: { view: View; provider: string; url: string }) {
  const { text } = view
  return (
    <Layout view={view} title={text('outside.title')}>
      <h1 safe>{text('outside.title')}</h1>
      <p class="lead" safe>
        {text('outside.lead', { provider })}
      </p>
      <p class="onward">
        <a href={url} rel="noreferrer" safe>
          {text('outside.go')}
        </a>
      </p>
    </Layout>
  )
}

export interface NewcomerProps {
  view: View
  newcomer: Newcomer
  offers: readonly Offer[]
  age: number
  error?: string | undefined
}

/** The first time: the same questions as at sign-up, but for what the organization has answered already. */
export function NewcomerPage({ view, newcomer, offers, age, error }: NewcomerProps) {
  const { text, path } = view
  const title = text('newcomer.title')
  return (
    <Layout view={view} title={error ? text('layout.errorTitle', { title }) : title}>
      <h1 safe>{title}</h1>
      <p class="lead" safe>
        {text('newcomer.lead', { email: newcomer.email })}
      </p>
      <form class="form" method="post" action={path('/sign-in/oidc/welcome')}>
        <ErrorSummary message={error} />
        <Field id="user_name" label={text('newcomer.userName')} hint={text('newcomer.userNameHint')}>
          <input
            id="user_name"
            name="user_name"
            type="text"
            value={newcomer.name}
            required
            maxlength="32"
            autocomplete="username"
            autocapitalize="off"
            spellcheck="false"
            aria-describedby={describedBy('user_name', { hint: true })}
          />
        </Field>
        <fieldset class="classes">
          <legend safe>{text('newcomer.agree')}</legend>
          <Box name="age" words={text('newcomer.age', { age })} required />
          {offers.map(({ purpose, wording, required }) => (
            <Box name={`agree_${purpose}`} words={wording} required={required} />
          ))}
        </fieldset>
        <button class="primary" type="submit" safe>
          {text('newcomer.submit')}
        </button>
      </form>
    </Layout>
  )
}

// No box is ticked in advance (P09).
function Box({ name, words, required }: { name: string; words: string; required: boolean }) {
  return (
    <label>
      <input type="checkbox" name={name} value="yes" required={required} />
      <span safe>{words}</span>
    </label>
  )
}

/** The other ways in, for the page of signing in: a passkey, and the organization's own account. */
export function OtherWays({ view, provider, passkeysWork }: OtherWaysProps) {
  const { text, path } = view
  return (
    <>
      {passkeysWork ? (
        <PasskeyForm view={view} action="/sign-in/passkey" kind="show" submit="ways.passkey" button={undefined} />
      ) : (
        ''
      )}
      {provider === undefined ? (
        ''
      ) : (
        <form class="form" method="post" action={path('/sign-in/oidc')}>
          <button type="submit" safe>
            {text('ways.outside', { provider })}
          </button>
        </form>
      )}
    </>
  )
}

export interface OtherWaysProps {
  view: View
  /** The host of the OpenID provider, where there is one. */
  provider: string | undefined
  passkeysWork: boolean
}
