import { ErrorSummary } from '../parts.tsx'
import type { View } from '../view.ts'
import { CodeField } from './mfa-parts.tsx'
import { PasskeyForm } from './passkey-form.tsx'
import { SignedOutPage } from './signed-out-page.tsx'

/** The properties of `MfaPromptPage`. */
export interface MfaPromptProps {
  view: View
  hasApp: boolean
  hasPasskey: boolean
  error?: string | undefined
}

/** Renders the prompt for the second factor. */
export function MfaPromptPage({ view, hasApp, hasPasskey, error }: MfaPromptProps) {
  const { text, path } = view
  return (
    <SignedOutPage
      view={view}
      title={text('mfaPrompt.title')}
      script="passkeys.js"
      lead={text('mfaPrompt.lead')}
      error={error}
    >
      {hasPasskey ? (
        <PasskeyForm
          view={view}
          action="/sign-in/factor/passkey"
          kind="use"
          submit="mfaPrompt.passkey"
          button="primary"
        />
      ) : (
        ''
      )}
      <form class="form" method="post" action={path('/sign-in/factor')}>
        <ErrorSummary message={error} />
        <CodeField
          view={view}
          hint={text(hasApp ? 'mfaPrompt.codeHint' : 'mfaPrompt.recoveryHint')}
          isNumeric={false}
        />
        <button class={hasPasskey ? undefined : 'primary'} type="submit" safe>
          {text('mfaPrompt.submit')}
        </button>
      </form>
    </SignedOutPage>
  )
}
