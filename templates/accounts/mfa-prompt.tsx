import { ErrorSummary } from '../parts.tsx'
import type { View } from '../view.ts'
import { CodeField } from './mfa-parts.tsx'
import { SignedOutPage } from './parts.tsx'
import { PasskeyForm } from './passkey-form.tsx'

export interface MfaPromptProps {
  view: View
  hasApp: boolean
  hasPasskey: boolean
  error?: string | undefined
}

/** Asks for the second factor. Until then the browser is nobody. */
export function MfaPromptPage({ view, hasApp, hasPasskey, error }: MfaPromptProps) {
  const { text, path } = view
  return (
    <SignedOutPage
      view={view}
      title={text('second.title')}
      script="passkeys.js"
      lead={text('second.lead')}
      error={error}
    >
      {hasPasskey ? (
        <PasskeyForm
          view={view}
          action="/sign-in/factor/passkey"
          kind="show"
          submit="second.passkey"
          button="primary"
        />
      ) : (
        ''
      )}
      <form class="form" method="post" action={path('/sign-in/factor')}>
        <ErrorSummary message={error} />
        <CodeField view={view} hint={text(hasApp ? 'second.codeHint' : 'second.recoveryHint')} isNumeric={false} />
        <button class={hasPasskey ? undefined : 'primary'} type="submit" safe>
          {text('second.submit')}
        </button>
      </form>
    </SignedOutPage>
  )
}
