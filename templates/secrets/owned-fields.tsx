import { Checkbox } from '../accounts/fields.tsx'
import { describedBy, Field } from '../parts.tsx'
import type { View } from '../view.ts'

/** The box by which somebody with an account asks to be told, where mail is sent at all. Never ticked in advance (P09). */
export function NotifyBox({ view }: { view: View }) {
  if (!view.member || !view.sendsMail) return ''
  return <Checkbox name="notify" label={view.text('mine.notify')} required={false} />
}

/** To whom the link is mailed. What this means for how the secret is locked stands beside it. */
export function RecipientField({ view }: { view: View }) {
  const { text } = view
  return (
    <Field
      id="recipient"
      label={text('mine.recipient')}
      note={text('create.optional')}
      hint={text('mine.recipientHint')}
    >
      <input
        id="recipient"
        name="recipient"
        type="email"
        autocomplete="off"
        maxlength="254"
        aria-describedby={describedBy('recipient', { hint: true })}
      />
    </Field>
  )
}
