import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import { runWhileBusy, showError } from './shared/dom.ts'
import { enhance } from './shared/enhance.ts'

enhance()
if (browserSupportsWebAuthn()) {
  for (const hint of document.querySelectorAll<HTMLElement>('[data-passkey-needs-script]')) hint.hidden = true
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey]')) enablePasskey(form)
}

function enablePasskey(form: HTMLFormElement): void {
  form.hidden = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    runWhileBusy(form, () => submitWithPasskey(form))
  })
}

// The form is submitted as usual, with the passkey's response in it. The proof was sent with the request for options.
async function submitWithPasskey(form: HTMLFormElement): Promise<void> {
  showError(undefined)
  const proof = form.elements.namedItem('proof')
  try {
    const body = new URLSearchParams(proof instanceof HTMLInputElement ? { proof: proof.value } : {})
    const response = await fetch(form.dataset['options'] ?? '', { method: 'POST', body })
    const options = await response.json()
    if (!response.ok) return showError(options.detail)
    const field = form.elements.namedItem('answer') as HTMLInputElement
    field.value = JSON.stringify(await credential(form, options))
    if (proof instanceof HTMLInputElement) proof.disabled = true
    form.submit()
  } catch {
    showError(form.dataset['lost'])
  }
}

function credential(
  form: HTMLFormElement,
  options: PublicKeyCredentialCreationOptionsJSON & PublicKeyCredentialRequestOptionsJSON,
) {
  return form.dataset['passkey'] === 'make'
    ? startRegistration({ optionsJSON: options })
    : startAuthentication({ optionsJSON: options })
}
