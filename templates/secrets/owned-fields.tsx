import { Checkbox } from '../accounts/fields.tsx'
import { describedBy, Field, ruleOf } from '../parts.tsx'
import type { View } from '../view.ts'

/** The checkbox by which a member requests a notification, if the instance sends mail. Never ticked in advance (P09). */
export function NotifyBox({ view }: { view: View }) {
  if (!view.isSignedIn || !view.sendsMail) return ''
  return <Checkbox name="notify" label={view.text('owned.notify')} required={false} />
}

/** The address to email the link to. Its hint says that the secret is then locked on the server. */
export function RecipientField({ view }: { view: View }) {
  const { text } = view
  return (
    <Field
      id="recipient"
      label={text('owned.recipient')}
      note={text('create.optional')}
      hint={text('owned.recipientHint')}
      error={ruleOf(view, 'recipient')}
    >
      <input
        id="recipient"
        name="recipient"
        type="email"
        autocomplete="off"
        maxlength="254"
        aria-describedby={describedBy('recipient', { hint: true, error: ruleOf(view, 'recipient') !== undefined })}
      />
    </Field>
  )
}
