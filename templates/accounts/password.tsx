import { ErrorSummary } from '../parts.tsx'
import type { View } from '../view.ts'
import { AccountPage } from './account-page.tsx'
import { PasswordField, TextField } from './fields.tsx'
import { SignedOutPage } from './signed-out-page.tsx'

/** The properties of `ChangePasswordPage`. */
export interface ChangePasswordProps {
  view: View
  hasPassword: boolean
  error?: string | undefined
}

/** Renders the form that changes the password, or sets the first one. */
export function ChangePasswordPage({ view, hasPassword, error }: ChangePasswordProps) {
  const { text, path } = view
  return (
    <AccountPage view={view} section="password" lead={text('password.lead')} error={error}>
      <form class="form" method="post" action={path('/account/password')}>
        {hasPassword ? <PasswordField view={view} id="current" isNew={false} label="password.current" /> : ''}
        <PasswordField view={view} isNew />
        <button class="primary" type="submit" safe>
          {text('password.submit')}
        </button>
      </form>
    </AccountPage>
  )
}

/** Renders the form that requests a password reset link. */
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

/** The properties of `NewPasswordPage`. */
export interface NewPasswordProps {
  view: View
  action: string
  error?: string | undefined
}

/** Renders the form that sets a new password with a reset link. */
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
