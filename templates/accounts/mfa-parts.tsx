import type { Children } from '@kitajs/html'
import type { Factors } from '../../src/accounts/mfa/factors.ts'
import type { PasskeyInfo } from '../../src/accounts/mfa/passkeys.ts'
import { describedBy, Field, UnsavedBody } from '../parts.tsx'
import type { View } from '../view.ts'

interface ProofProps {
  view: View
  id: string
  factors: Factors
}

/** Renders the field of re-authentication, or the notice that a recent sign-in is required. */
export function ProofField({ view, id, factors: { hasPassword, totpSince, recoveryCodes } }: ProofProps) {
  const { text } = view
  if (!hasPassword && totpSince === null)
    return (
      <p class="hint" safe>
        {text('mfa.proofRecent')}
      </p>
    )
  const hasCodes = totpSince !== null || recoveryCodes > 0
  const label = !hasPassword ? 'mfa.proofCode' : hasCodes ? 'mfa.proof' : 'account.yourPassword'
  return (
    <Field id={id} label={text(label)} hint={text(hasCodes ? 'mfa.proofHint' : 'mfa.proofOnly')}>
      <input
        id={id}
        name="proof"
        type="password"
        required
        autocomplete="current-password"
        maxlength="1024"
        aria-describedby={describedBy(id, { hint: true })}
      />
    </Field>
  )
}

interface DisclosureProps {
  summary: string
  /** Show the content without the summary. */
  isOpen: boolean
  children: Children
}

/** Renders content that is hidden until its summary is activated. */
export function Disclosure({ summary, isOpen, children }: DisclosureProps) {
  if (isOpen) return <>{children as 'safe'}</>
  return (
    <details>
      <summary safe>{summary}</summary>
      {children as 'safe'}
    </details>
  )
}

interface CodeProps {
  view: View
  hint: string
  /** Only digits are expected, for the keyboard of a phone; recovery codes have letters. */
  isNumeric: boolean
}

/** Renders the field for a TOTP or recovery code. Browsers must not save it, because recovery codes stay valid. */
export function CodeField({ view, hint, isNumeric }: CodeProps) {
  return (
    <Field id="code" label={view.text('mfa.code')} hint={hint}>
      {isNumeric ? '' : <UnsavedBody />}
      <input
        id="code"
        name="code"
        type="text"
        inputmode={isNumeric ? 'numeric' : 'text'}
        required
        maxlength="40"
        autocomplete={isNumeric ? 'one-time-code' : 'off'}
        autocapitalize="off"
        spellcheck="false"
        aria-describedby={describedBy('code', { hint: true })}
      />
    </Field>
  )
}

/** The properties of `MfaSettingsPage`. */
export interface MfaSettingsProps {
  view: View
  factors: Factors
  passkeys: readonly PasskeyInfo[]
  /** The base URL has a host name, which passkeys need. */
  arePasskeysSupported: boolean
  /** The member must enrol a second factor to complete the sign-in. */
  isEnrolling: boolean
  /** The host of the OpenID provider, if one is configured. */
  provider: string | undefined
  error?: string | undefined
}
