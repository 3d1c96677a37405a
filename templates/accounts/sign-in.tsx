import type { Children } from '@kitajs/html'
import { ErrorSummary } from '../parts.tsx'
import type { View } from '../view.ts'
import { PasswordField, SignedOutPage, TextField } from './parts.tsx'

export interface SignInProps {
  view: View
  /** Whether a password signs in here. */
  byPassword: boolean
  /** Whether anybody may sign up here. */
  isOpen: boolean
  name?: string | undefined
  error?: string | undefined
  /** The other ways to sign in. */
  children?: Children
}

export function SignInPage({ view, byPassword, isOpen, name, error, children }: SignInProps) {
  const { text, path } = view
  return (
    <SignedOutPage
      view={view}
      title={text('signIn.title')}
      script="passkeys.js"
      lead={text('signIn.lead')}
      error={error}
    >
      {byPassword ? (
        <form class="form" method="post" action={path('/sign-in')}>
          <ErrorSummary message={error} />
          <TextField id="name" label={text('signIn.name')} autocomplete="username" value={name} />
          <PasswordField view={view} isNew={false} />
          <button class="primary" type="submit" safe>
            {text('signIn.submit')}
          </button>
        </form>
      ) : (
        <ErrorSummary message={error} />
      )}
      {(children ?? '') as 'safe'}
      <p class="onward">
        {byPassword ? (
          <a href={path('/reset')} safe>
            {text('signIn.forgotten')}
          </a>
        ) : (
          ''
        )}
        {isOpen ? (
          <a href={path('/sign-up')} safe>
            {text('signIn.signUp')}
          </a>
        ) : (
          ''
        )}
      </p>
      {isOpen ? (
        ''
      ) : (
        <p class="hint" safe>
          {text('signIn.closed')}
        </p>
      )}
    </SignedOutPage>
  )
}

export function RequestResetPage({ view, error }: { view: View; error?: string | undefined }) {
  const { text, path } = view
  return (
    <SignedOutPage view={view} title={text('reset.title')} lead={text('reset.lead')} error={error}>
      <form class="form" method="post" action={path('/reset')}>
        <ErrorSummary message={error} />
        <TextField id="name" label={text('signIn.name')} autocomplete="username" />
        <button class="primary" type="submit" safe>
          {text('reset.submit')}
        </button>
      </form>
    </SignedOutPage>
  )
}

interface NewPasswordProps {
  view: View
  action: string
  error?: string | undefined
}

export function NewPasswordPage({ view, action, error }: NewPasswordProps) {
  const { text } = view
  return (
    <SignedOutPage view={view} title={text('reset.newTitle')} lead={text('reset.newLead')} error={error}>
      <form class="form" method="post" action={action}>
        <ErrorSummary message={error} />
        <PasswordField view={view} isNew />
        <button class="primary" type="submit" safe>
          {text('reset.newSubmit')}
        </button>
      </form>
    </SignedOutPage>
  )
}
