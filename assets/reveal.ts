import {
  deriveFragmentKeys,
  type FragmentKeys,
  fromBase64Url,
  openWithFragment,
  toBase64Url,
} from '../src/crypto/end-to-end.ts'
import { postJson } from './shared/api.ts'
import { findHook, runWhileBusy, showError, showSection } from './shared/dom.ts'
import { enhance, readVerbatim, setVerbatim, writeLocalTime } from './shared/enhance.ts'

enhance()
enableSave()
const form = findHook<HTMLFormElement>('reveal')
if (form) enableReveal(form)

function enableReveal(form: HTMLFormElement): void {
  const endToEnd = form.dataset['endToEnd'] !== undefined
  const fragment = fromBase64Url(location.hash.slice(1))
  const obstacle = crypto.subtle ? (fragment?.length === 32 ? undefined : 'halfLink') : 'needsHttps'
  if (endToEnd && obstacle) showError(form.dataset[obstacle])
  if (!crypto.subtle || (endToEnd && obstacle)) return
  const button = form.querySelector('button')
  if (!button) return
  button.hidden = false
  // Only a person may reveal: a click by script is not trusted. Enter in the form is a trusted click.
  let isTrusted = false
  button.addEventListener('click', (event) => {
    isTrusted = event.isTrusted
  })
  // With this key the same page can repeat the reveal for a minute if the connection fails; no other client can.
  const idempotencyKey = crypto.randomUUID()
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (!isTrusted) return
    isTrusted = false
    runWhileBusy(form, async () =>
      reveal(form, endToEnd && fragment ? await deriveFragmentKeys(fragment) : undefined, idempotencyKey),
    )
  })
}

async function reveal(form: HTMLFormElement, keys: FragmentKeys | undefined, idempotencyKey: string): Promise<void> {
  showError(undefined)
  const api = form.dataset['reveal'] ?? ''
  const field = form.elements.namedItem('passphrase')
  const passphrase = field instanceof HTMLInputElement ? field.value : ''
  const body = { ...(passphrase && { passphrase }), ...(keys && { proof: toBase64Url(keys.proof) }) }
  try {
    const response = await postJson<Revealed>(`${api}/reveal`, body, idempotencyKey)
    if (!response.ok) return showRefusal(form, response.code, response.detail)
    showContent(await contentOf(response.fields, keys))
  } catch {
    return showError(form.dataset['lost'])
  }
  await postJson(`${api}/acknowledge`, {}, idempotencyKey).catch(() => undefined)
}

interface Revealed {
  readonly content?: string
  readonly sealed?: string
}

async function contentOf({ content, sealed }: Revealed, keys: FragmentKeys | undefined): Promise<string> {
  const message = sealed === undefined ? undefined : fromBase64Url(sealed)
  if (!message || !keys) return content ?? ''
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await openWithFragment(keys, message))
}

function showRefusal(form: HTMLFormElement, code: string, detail: string): void {
  if (code === 'secret_gone') {
    location.reload()
    return
  }
  showError(code === 'proof_wrong' ? form.dataset['wrongLink'] : detail)
  const field = form.elements.namedItem('passphrase')
  if (!(field instanceof HTMLInputElement)) return
  field.value = ''
  field.focus()
}

// The link is used up, so the fragment is removed from the address bar.
function showContent(content: string): void {
  const section = findHook('revealed')
  const textarea = findHook<HTMLTextAreaElement>('content')
  if (!section || !textarea) return
  history.replaceState(null, '', location.pathname)
  setVerbatim(textarea, content)
  const at = findHook<HTMLTimeElement>('revealed-at')
  if (at) {
    at.dateTime = new Date().toISOString()
    writeLocalTime(at)
  }
  showSection(section, findHook('confirm'))
}

function enableSave(): void {
  const button = findHook<HTMLButtonElement>('save')
  const textarea = findHook<HTMLTextAreaElement>('content')
  if (!button || !textarea) return
  button.hidden = false
  button.addEventListener('click', () => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([readVerbatim(textarea)], { type: 'text/plain' }))
    link.download = 'secret.txt'
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  })
}

addEventListener('pagehide', () => {
  const textarea = findHook<HTMLTextAreaElement>('content')
  if (textarea) setVerbatim(textarea, '')
})
