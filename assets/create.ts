import { createFragment, deriveFragmentKeys, sealWithFragment, toBase64Url } from '../src/crypto/end-to-end.ts'
import { postJson } from './shared/api.ts'
import { fillPlaceholders, findHook, runWhileBusy, showError, showSection } from './shared/dom.ts'
import { enhance } from './shared/enhance.ts'
import { qrCode } from './shared/qr.ts'

enhance()
const form = findHook<HTMLFormElement>('create')
// WebCrypto exists on HTTPS and on localhost only. Elsewhere the form works without script, and says how it locks.
if (form && crypto.subtle) enableSealing(form)

function enableSealing(form: HTMLFormElement): void {
  const content = form.elements.namedItem('content') as HTMLTextAreaElement
  const recipient = form.elements.namedItem('recipient') as HTMLInputElement | null
  recipient?.addEventListener('input', () => showMode(form, recipient))
  showMode(form, recipient)
  content.addEventListener('input', () => showSize(form, content))
  content.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit()
  })
  showSize(form, content)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    runWhileBusy(form, () => (recipient?.value ? createForMail(form, content, recipient) : createSealed(form, content)))
  })
}

function showMode(form: HTMLFormElement, recipient: HTMLInputElement | null): void {
  const mode = findHook('mode', form)
  if (mode) mode.textContent = mode.dataset[recipient?.value ? 'withMail' : 'withScript'] ?? ''
}

function showSize(form: HTMLFormElement, content: HTMLTextAreaElement): void {
  const used = [...content.value].length
  const bytes = new TextEncoder().encode(content.value).length
  const limit = Number(form.dataset['limit'])
  const fits = bytes <= limit
  // The limit is in bytes; the page shows how many characters of this kind fit.
  const size = { used, limit: used === 0 ? limit : Math.floor((limit * used) / bytes) }
  const message = fillPlaceholders((fits ? form.dataset['used'] : form.dataset['tooLarge']) ?? '', size)
  const count = findHook('count', form)
  if (count) count.textContent = used === 0 ? '' : message
  content.setCustomValidity(fits ? '' : message)
}

async function createSealed(form: HTMLFormElement, content: HTMLTextAreaElement): Promise<void> {
  const fragment = createFragment()
  const keys = await deriveFragmentKeys(fragment)
  const sealed = await sealWithFragment(keys, new TextEncoder().encode(content.value))
  const created = await create(form, { sealed: toBase64Url(sealed), proof: toBase64Url(keys.proof) })
  if (created) showLink(`${created.url}#${toBase64Url(fragment)}`, created.receipt.url)
}

// To email the link, the server has to know all of it. If it refuses, the content is still in the form.
async function createForMail(
  form: HTMLFormElement,
  content: HTMLTextAreaElement,
  recipient: HTMLInputElement,
): Promise<void> {
  const created = await create(form, { content: content.value, recipient: recipient.value })
  if (created) location.assign(`${new URL(created.receipt.url).pathname}?mailed`)
}

async function create(form: HTMLFormElement, content: object): Promise<Created | undefined> {
  showError(undefined)
  const passphrase = (form.elements.namedItem('passphrase') as HTMLInputElement).value
  const notify = form.elements.namedItem('notify') as HTMLInputElement | null
  const body = {
    ...content,
    ttl: (form.elements.namedItem('ttl') as HTMLSelectElement).value,
    ...(passphrase && { passphrase }),
    ...(notify?.checked && { notify: true }),
  }
  try {
    const response = await postJson<Created>(form.dataset['create'] ?? '', body, crypto.randomUUID())
    if (response.ok) return response.fields
    showError(response.detail)
  } catch {
    showError(form.dataset['lost'])
  }
  return undefined
}

interface Created {
  readonly url: string
  readonly receipt: { readonly url: string }
}

// The whole link is in this page only: not in an address, the history or a request. The address becomes that of the
// receipt, so that a reload shows the state of the secret.
function showLink(link: string, receipt: string): void {
  findHook<HTMLFormElement>('create')?.reset()
  const section = findHook('created')
  const textarea = findHook<HTMLTextAreaElement>('link')
  if (!section || !textarea) return
  textarea.value = link
  const { pathname } = new URL(receipt)
  history.replaceState(null, '', pathname)
  findHook('receipt', section)?.setAttribute('href', pathname)
  findHook('qr-image', section)?.replaceChildren(qrCode(link))
  const qr = findHook('qr', section)
  if (qr) qr.hidden = false
  showSection(section, findHook('form'))
}
