import type { Children } from '@kitajs/html'
import type { TextKey } from '../../src/i18n/text.ts'
import type { View } from '../view.ts'

interface PasskeyFormProps {
  view: View
  /** The path that the response is posted to; the options are fetched from its subpath `/options`. */
  action: string
  /** Create a passkey or use an existing one. */
  kind: 'create' | 'use'
  submit: TextKey
  button: 'primary' | undefined
  children?: Children
}

/** Renders a form that a passkey completes. It needs JavaScript; without it a notice is shown in place of the form. */
export function PasskeyForm({ view, action, kind, submit, button, children = '' }: PasskeyFormProps) {
  const { text, path } = view
  return (
    <>
      <form
        class="form"
        method="post"
        action={path(action)}
        data-passkey={kind}
        data-options={path(`${action}/options`)}
        data-working={text('mfa.passkeyWorking')}
        data-lost={text('mfa.passkeyFailed')}
        hidden
      >
        {children as 'safe'}
        <input type="hidden" name="answer" value="" />
        <button class={button} type="submit" safe>
          {text(submit)}
        </button>
        <p class="fault" role="alert" data-fault hidden></p>
      </form>
      <p class="hint" data-passkey-needs-script safe>
        {text('mfa.passkeyNeedsScript')}
      </p>
    </>
  )
}
