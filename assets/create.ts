import { deriveFragmentKeys, newFragment, sealWithFragment, toBase64Url } from '../src/crypto/end-to-end.ts'
import { postJson } from './shared/api.ts'
import { findHook, formatSentence, runWhileBusy, showError, showSection } from './shared/dom.ts'
import { enhance } from './shared/enhance.ts'
import { qrCode } from './shared/qr.ts'

enhance()
const form = findHook<HTMLFormElement>('create')
// WebCrypto is there on HTTPS and on localhost only. Elsewhere the plain form stays, and says what it does.
if (form && crypto.subtle) sealHere(form)

function sealHere(form: HTMLFormElement): void {
  const content = form.elements.namedItem('content') as HTMLTextAreaElement
  const recipient = form.elements.namedItem('recipient') as HTMLInputElement | null
  recipient?.addEventListener('input', () => sayMode(form, recipient))
  sayMode(form, recipient)
  content.addEventListener('input', () => showSize(form, content))
  content.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit()
  })
  showSize(form, content)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    runWhileBusy(form, () => (recipient?.value ? mail(form, content, recipient) : seal(form, content)))
  })
}

function sayMode(form: HTMLFormElement, recipient: HTMLInputElement | null): void {
  const mode = findHook('mode', form)
  if (mode) mode.textContent = mode.dataset[recipient?.value ? 'withMail' : 'withScript'] ?? ''
}

function showSize(form: HTMLFormElement, content: HTMLTextAreaElement): void {
  const facts = { used: new TextEncoder().encode(content.value).length, limit: Number(form.dataset['limit']) }
  const fits = facts.used <= facts.limit
  const words = formatSentence((fits ? form.dataset['used'] : form.dataset['tooLarge']) ?? '', facts)
  const count = findHook('count', form)
  if (count) count.textContent = facts.used === 0 ? '' : words
  content.setCustomValidity(fits ? '' : words)
}

async function seal(form: HTMLFormElement, content: HTMLTextAreaElement): Promise<void> {
  const fragment = newFragment()
  const keys = await deriveFragmentKeys(fragment)
  const sealed = await sealWithFragment(keys, new TextEncoder().encode(content.value))
  const created = await create(form, { sealed: toBase64Url(sealed), proof: toBase64Url(keys.proof) })
  if (created) show(`${created.url}#${toBase64Url(fragment)}`, created.receipt.url)
}

// A link that the server is to mail is one that it has to know whole. What it refuses is still in the form.
async function mail(form: HTMLFormElement, content: HTMLTextAreaElement, recipient: HTMLInputElement): Promise<void> {
  const created = await create(form, { content: content.value, recipient: recipient.value })
  if (created) location.assign(`${new URL(created.receipt.url).pathname}?mailed`)
}

async function create(form: HTMLFormElement, what: object): Promise<Created | undefined> {
  showError(undefined)
  const passphrase = (form.elements.namedItem('passphrase') as HTMLInputElement).value
  const notify = form.elements.namedItem('notify') as HTMLInputElement | null
  const body = {
    ...what,
    ttl: (form.elements.namedItem('ttl') as HTMLSelectElement).value,
    ...(passphrase && { passphrase }),
    ...(notify?.checked && { notify: true }),
  }
  try {
    const answer = await postJson<Created>(form.dataset['create'] ?? '', body, crypto.randomUUID())
    if (answer.ok) return answer.fields
    showError(answer.detail)
  } catch {
    showError(form.dataset['lost'])
  }
  return undefined
}

interface Created {
  readonly url: string
  readonly receipt: { readonly url: string }
}

// The whole link is only ever in this page: not in an address, not in the history, not in a request. The address
// becomes the receipt's, so that loading again shows what became of the secret.
function show(link: string, receipt: string): void {
  findHook<HTMLFormElement>('create')?.reset()
  const section = findHook('created')
  const place = findHook<HTMLTextAreaElement>('link')
  if (!section || !place) return
  place.value = link
  const { pathname } = new URL(receipt)
  history.replaceState(null, '', pathname)
  findHook('receipt', section)?.setAttribute('href', pathname)
  findHook('qr-image', section)?.replaceChildren(qrCode(link))
  const qr = findHook('qr', section)
  if (qr) qr.hidden = false
  showSection(section, findHook('form'))
}
