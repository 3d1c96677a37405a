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
if (form) prepare(form)

// This page's own word: if a line drops, the same page may ask again for a minute, and nobody else can.
function prepare(form: HTMLFormElement): void {
  const endToEnd = form.dataset['endToEnd'] !== undefined
  const fragment = fromBase64Url(location.hash.slice(1))
  const hindrance = crypto.subtle ? (fragment?.length === 32 ? undefined : 'halfLink') : 'needsHttps'
  if (endToEnd && hindrance) showError(form.dataset[hindrance])
  if (!crypto.subtle || (endToEnd && hindrance)) return
  const button = form.querySelector('button')
  if (!button) return
  button.hidden = false
  // A script that presses the button is no reader. Enter in the form presses it too, by hand.
  let byHand = false
  button.addEventListener('click', (event) => {
    byHand = event.isTrusted
  })
  const repeat = crypto.randomUUID()
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (!byHand) return
    byHand = false
    runWhileBusy(form, async () =>
      reveal(form, endToEnd && fragment ? await deriveFragmentKeys(fragment) : undefined, repeat),
    )
  })
}

async function reveal(form: HTMLFormElement, keys: FragmentKeys | undefined, repeat: string): Promise<void> {
  showError(undefined)
  const api = form.dataset['reveal'] ?? ''
  const field = form.elements.namedItem('passphrase')
  const passphrase = field instanceof HTMLInputElement ? field.value : ''
  const body = { ...(passphrase && { passphrase }), ...(keys && { proof: toBase64Url(keys.proof) }) }
  try {
    const answer = await postJson<Revealed>(`${api}/reveal`, body, repeat)
    if (!answer.ok) return refused(form, answer.code, answer.detail)
    show(await contentOf(answer.fields, keys))
  } catch {
    return showError(form.dataset['lost'])
  }
  await postJson(`${api}/acknowledge`, {}, repeat).catch(() => undefined)
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

function refused(form: HTMLFormElement, code: string, detail: string): void {
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

// The link opens nothing any more, so its last part need not stay in the address bar.
function show(content: string): void {
  const section = findHook('revealed')
  const place = findHook<HTMLTextAreaElement>('content')
  if (!section || !place) return
  history.replaceState(null, '', location.pathname)
  setVerbatim(place, content)
  const at = findHook<HTMLTimeElement>('revealed-at')
  if (at) {
    at.dateTime = new Date().toISOString()
    writeLocalTime(at)
  }
  showSection(section, findHook('confirm'))
}

function enableSave(): void {
  const button = findHook<HTMLButtonElement>('save')
  const place = findHook<HTMLTextAreaElement>('content')
  if (!button || !place) return
  button.hidden = false
  button.addEventListener('click', () => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([readVerbatim(place)], { type: 'text/plain' }))
    link.download = 'secret.txt'
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  })
}

addEventListener('pagehide', () => {
  const place = findHook<HTMLTextAreaElement>('content')
  if (place) setVerbatim(place, '')
})
