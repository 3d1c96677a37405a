import type { TextKey } from '../../src/i18n/text.ts'
import { describedBy, Field, ruleOf } from '../parts.tsx'
import type { View } from '../view.ts'

interface TextFieldProps {
  id: string
  label: string
  hint?: string | undefined
  note?: string | undefined
  type?: 'text' | 'email' | 'password'
  autocomplete: string
  value?: string | undefined
  maxlength?: number
  required?: boolean
  error?: string | undefined
}

/** Renders a labelled single-line input whose name is its id. */
export function TextField(props: TextFieldProps) {
  const { id, label, hint, note, type = 'text', autocomplete, value, maxlength = 320, required = true, error } = props
  return (
    <Field id={id} label={label} hint={hint} note={note} error={error}>
      <input
        id={id}
        name={id}
        type={type}
        value={value}
        autocomplete={autocomplete}
        autocapitalize="off"
        spellcheck="false"
        maxlength={String(maxlength)}
        required={required}
        aria-describedby={describedBy(id, { hint: hint !== undefined, error: error !== undefined })}
        aria-invalid={error === undefined ? undefined : 'true'}
      />
    </Field>
  )
}

interface PasswordFieldProps {
  view: View
  id?: string
  isNew: boolean
  label?: TextKey
  hint?: TextKey | undefined
  required?: boolean
}

/** Renders a password input, for a new password or the existing one. */
export function PasswordField({
  view: { text },
  id = 'password',
  isNew,
  label = isNew ? 'account.newPassword' : 'account.yourPassword',
  hint = isNew ? 'account.passwordHint' : undefined,
  required = true,
}: PasswordFieldProps) {
  return (
    <TextField
      id={id}
      type="password"
      maxlength={1024}
      required={required}
      label={text(label)}
      hint={hint && text(hint)}
      autocomplete={isNew ? 'new-password' : 'current-password'}
    />
  )
}

/** Renders the input of a user name. */
export function UserNameField({ view, value }: { view: View; value: string | undefined }) {
  const { text } = view
  return (
    <TextField
      id="user_name"
      error={ruleOf(view, 'user_name')}
      label={text('account.userName')}
      hint={text('account.userNameHint')}
      autocomplete="username"
      value={value}
      maxlength={32}
    />
  )
}

interface CheckboxProps {
  name: string
  label: string
  required: boolean
  checked?: boolean
}

/** Renders a checkbox. A consent is never checked in advance (GDPR Art. 7). */
export function Checkbox({ name, label, required, checked = false }: CheckboxProps) {
  return (
    <label class="tick">
      <input type="checkbox" name={name} value="on" required={required} checked={checked} />
      <span safe>{label}</span>
    </label>
  )
}
