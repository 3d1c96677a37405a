import { findHook } from './dom.ts'

/** Enhances a page: copy buttons, times in the user's time zone, and a colour theme without a reload. */
export function enhance(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) enableCopy(button)
  for (const element of document.querySelectorAll<HTMLElement>('[data-local-time]')) writeLocalTime(element)
  const themes = findHook<HTMLFormElement>('themes')
  themes?.addEventListener('submit', (event) => chooseTheme(event, themes))
}

const verbatimTexts = new WeakMap<HTMLTextAreaElement, string>()

/** Shows a text in a textarea, and stores the original: the value of a textarea loses carriage returns. */
export function setVerbatim(textarea: HTMLTextAreaElement, text: string): void {
  textarea.value = text
  verbatimTexts.set(textarea, text)
}

/** Returns the original text of a textarea, or its value if none was stored. */
export function readVerbatim(textarea: HTMLTextAreaElement): string {
  return verbatimTexts.get(textarea) ?? textarea.value
}

function enableCopy(button: HTMLButtonElement): void {
  const source = document.getElementById(button.dataset['copy'] ?? '')
  if (!(source instanceof HTMLTextAreaElement) || !navigator.clipboard) return
  const label = button.textContent
  const status = button.closest('section, div')?.parentElement?.querySelector<HTMLElement>('[data-copy-status]')
  button.hidden = false
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(readVerbatim(source))
    button.textContent = button.dataset['copied'] ?? label
    if (status) status.textContent = button.dataset['copied'] ?? ''
    setTimeout(() => {
      button.textContent = label
      if (status) status.textContent = ''
    }, 3000)
  })
}

/** Formats the moment of the surrounding `<time>` in the user's time zone. */
export function writeLocalTime(element: HTMLElement): void {
  const moment = element.closest('time')?.dateTime
  if (!moment) return
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'long', timeStyle: 'short' })
  element.textContent = format.format(new Date(moment))
}

// A reload would lose the form input, or the fragment of a link.
async function chooseTheme(event: SubmitEvent, form: HTMLFormElement): Promise<void> {
  event.preventDefault()
  const selected = event.submitter instanceof HTMLButtonElement ? event.submitter : null
  if (!selected) return
  const body = new URLSearchParams({ theme: selected.value })
  await fetch(form.action, { method: 'POST', body, redirect: 'manual' })
  const root = document.documentElement
  if (selected.value === 'system') delete root.dataset['theme']
  else root.dataset['theme'] = selected.value
  const scheme = document.querySelector<HTMLMetaElement>('meta[name=color-scheme]')
  if (scheme) scheme.content = selected.value === 'system' ? 'light dark' : selected.value
  for (const button of form.querySelectorAll('button')) button.setAttribute('aria-pressed', String(button === selected))
}
