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

/** Asks who is signed in to show again who they are. Who has nothing to show must have signed in a moment ago. */
export function ProofField({ view, id, factors: { hasPassword, totpSince, recoveryCodes } }: ProofProps) {
  const { text } = view
  if (!hasPassword && totpSince === null)
    return (
      <p class="hint" safe>
        {text('factors.proofRecent')}
      </p>
    )
  const hasCodes = totpSince !== null || recoveryCodes > 0
  const label = !hasPassword ? 'factors.proofCode' : hasCodes ? 'factors.proof' : 'account.yourPassword'
  return (
    <Field id={id} label={text(label)} hint={text(hasCodes ? 'factors.proofHint' : 'factors.proofOnly')}>
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

interface FoldProps {
  summary: string
  /** Whether there is nothing else to choose from. */
  isOpen: boolean
  children: Children
}

/** A form that only shows itself to who wants it. */
export function Disclosure({ summary, isOpen, children }: FoldProps) {
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
  /** Digits only, so a phone shows its number pad; recovery codes have letters. */
  isNumeric: boolean
}

/** The field for a code of the app, or for one of the recovery codes: those stay good, so no browser may keep them. */
export function CodeField({ view, hint, isNumeric }: CodeProps) {
  return (
    <Field id="code" label={view.text('factors.code')} hint={hint}>
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

/** What the page of second factors shows. */
export interface MfaSettingsProps {
  view: View
  factors: Factors
  passkeys: readonly PasskeyInfo[]
  /** Browsers tie passkeys to a name; where the address is a number there are none. */
  arePasskeysSupported: boolean
  /** Somebody who has to get a second factor before anything else. */
  isEnrolling: boolean
  /** The host of the OpenID provider, where there is one. */
  provider: string | undefined
  error?: string | undefined
}
