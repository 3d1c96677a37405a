import type { Factors } from '../src/accounts/factors.ts'
import { describedBy, Field } from './parts.tsx'
import type { View } from './view.ts'

interface ProofProps {
  view: View
  id: string
  factors: Pick<Factors, 'hasPassword' | 'totpSince'>
}

/** Asks who is signed in to show again who they are. Who has nothing to show must have signed in a moment ago. */
export function ProofField({ view, id, factors: { hasPassword, totpSince } }: ProofProps) {
  const { text } = view
  if (!hasPassword && totpSince === null)
    return (
      <p class="hint" safe>
        {text('factors.proofRecent')}
      </p>
    )
  return (
    <Field id={id} label={text(hasPassword ? 'factors.proof' : 'factors.proofCode')} hint={text('factors.proofHint')}>
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

interface CodeProps {
  view: View
  hint: string
  /** Digits only, so a phone shows its number pad; recovery codes have letters. */
  isNumeric: boolean
}

/** The field for a code of the app. */
export function CodeField({ view, hint, isNumeric }: CodeProps) {
  return (
    <Field id="code" label={view.text('factors.code')} hint={hint}>
      <input
        id="code"
        name="code"
        type="text"
        inputmode={isNumeric ? 'numeric' : 'text'}
        required
        maxlength="40"
        autocomplete="one-time-code"
        autocapitalize="off"
        spellcheck="false"
        aria-describedby={describedBy('code', { hint: true })}
      />
    </Field>
  )
}
