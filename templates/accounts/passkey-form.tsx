import type { Children } from '@kitajs/html'
import type { TextKey } from '../../src/i18n/text.ts'
import type { View } from '../view.ts'

interface PasskeyFormProps {
  view: View
  /** Where the answer is posted; what the browser needs first is asked for behind it, at `/options`. */
  action: string
  /** Whether a passkey is made or shown. */
  kind: 'make' | 'show'
  submit: TextKey
  button: 'primary' | undefined
  children?: Children
}

/** A form that a passkey answers. Only script can ask for one: without it the form stays hidden, and says so. */
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
        data-working={text('factors.passkeyWorking')}
        data-lost={text('factors.passkeyLost')}
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
        {text('factors.passkeyNeedsScript')}
      </p>
    </>
  )
}
