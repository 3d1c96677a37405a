import type { Children } from '@kitajs/html'
import { ErrorSummary } from '../parts.tsx'
import type { View } from '../view.ts'
import { PasswordField, TextField } from './fields.tsx'
import { SignedOutPage } from './signed-out-page.tsx'

/** The properties of `SignInPage`. */
export interface SignInProps {
  view: View
  /** Password sign-in is on. */
  passwordSignIn: boolean
  /** Sign-up is open to everyone, or to some mail domains. */
  isSignUpOpen: boolean
  name?: string | undefined
  error?: string | undefined
  /** The other sign-in methods. */
  children?: Children
}

/** Renders the sign-in page. */
export function SignInPage({ view, passwordSignIn, isSignUpOpen, name, error, children }: SignInProps) {
  const { text, path } = view
  return (
    <SignedOutPage
      view={view}
      title={text('signIn.title')}
      script="passkeys.js"
      lead={text('signIn.lead')}
      error={error}
    >
      {passwordSignIn ? (
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
        {passwordSignIn ? (
          <a href={path('/reset')} safe>
            {text('signIn.forgotPassword')}
          </a>
        ) : (
          ''
        )}
        {isSignUpOpen ? (
          <a href={path('/sign-up')} safe>
            {text('signIn.signUp')}
          </a>
        ) : (
          ''
        )}
      </p>
      {isSignUpOpen ? (
        ''
      ) : (
        <p class="hint" safe>
          {text('signIn.closed')}
        </p>
      )}
    </SignedOutPage>
  )
}
