import type { View } from '../view.ts'
import { AccountPage } from './account-page.tsx'
import { Checkbox, PasswordField } from './fields.tsx'

/** The properties of `ClosePage`. */
export interface CloseProps {
  view: View
  hasPassword: boolean
  /** The grace period in words; undefined if every account is erased at once. */
  grace: string | undefined
  error?: string | undefined
}

/** Renders the form that closes an account. */
export function ClosePage({ view, hasPassword, grace, error }: CloseProps) {
  const { text, path } = view
  return (
    <AccountPage view={view} section="close" lead={text('close.lead')} error={error}>
      <form class="form" method="post" action={path('/account/close')}>
        <fieldset class="ticks">
          <legend safe>{text('close.secrets')}</legend>
          <Radio name="secrets" value="burn" label={text('close.burn')} />
          <Radio name="secrets" value="leave" label={text('close.leave')} />
        </fieldset>
        <fieldset class="ticks">
          <legend safe>{text('close.when')}</legend>
          {grace === undefined ? (
            ''
          ) : (
            <Radio name="when" value="grace" label={text('close.afterGrace', { grace })} checked />
          )}
          <Radio name="when" value="now" label={text('close.now')} checked={grace === undefined} />
        </fieldset>
        {hasPassword ? (
          <PasswordField view={view} isNew={false} hint="mfa.proofOnly" />
        ) : (
          <p class="hint" safe>
            {text('close.reauthenticate')}
          </p>
        )}
        <Checkbox name="sure" label={text('close.confirm')} required />
        <button class="danger" type="submit" safe>
          {text('close.submit')}
        </button>
      </form>
    </AccountPage>
  )
}

interface RadioProps {
  name: string
  value: string
  label: string
  checked?: boolean
}

function Radio({ name, value, label, checked = false }: RadioProps) {
  return (
    <label class="tick">
      <input type="radio" name={name} value={value} checked={checked} required />
      <span safe>{label}</span>
    </label>
  )
}
