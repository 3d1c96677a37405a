import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import { sayFault, whileWorking } from './shared/dom.ts'
import { enhance } from './shared/enhance.ts'

enhance()
if (browserSupportsWebAuthn()) {
  for (const hint of document.querySelectorAll<HTMLElement>('[data-passkey-needs-script]')) hint.hidden = true
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey]')) askHere(form)
}

function askHere(form: HTMLFormElement): void {
  form.hidden = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    whileWorking(form, () => answer(form))
  })
}

// The form is sent as any other, with the passkey's answer in it. What showed who asks was sent with the question.
async function answer(form: HTMLFormElement): Promise<void> {
  sayFault(undefined)
  const proof = form.elements.namedItem('proof')
  try {
    const body = new URLSearchParams(proof instanceof HTMLInputElement ? { proof: proof.value } : {})
    const response = await fetch(form.dataset['options'] ?? '', { method: 'POST', body })
    const options = await response.json()
    if (!response.ok) return sayFault(options.detail)
    const field = form.elements.namedItem('answer') as HTMLInputElement
    field.value = JSON.stringify(await credential(form, options))
    if (proof instanceof HTMLInputElement) proof.disabled = true
    form.submit()
  } catch {
    sayFault(form.dataset['lost'])
  }
}

function credential(
  form: HTMLFormElement,
  options: PublicKeyCredentialCreationOptionsJSON & PublicKeyCredentialRequestOptionsJSON,
) {
  return form.dataset['passkey'] === 'create'
    ? startRegistration({ optionsJSON: options })
    : startAuthentication({ optionsJSON: options })
}
