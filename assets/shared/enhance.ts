import { findHook } from './dom.ts'

/** What script adds to every page: copy buttons, times in the reader's own zone, and colours without leaving the page. */
export function enhance(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) enableCopy(button)
  for (const place of document.querySelectorAll<HTMLElement>('[data-local-time]')) writeLocalTime(place)
  const themes = findHook<HTMLFormElement>('themes')
  themes?.addEventListener('submit', (event) => chooseTheme(event, themes))
}

const verbatims = new WeakMap<HTMLTextAreaElement, string>()

/** Shows a text, and keeps it as it is: a textarea's own value knows no carriage return. */
export function setVerbatim(place: HTMLTextAreaElement, text: string): void {
  place.value = text
  verbatims.set(place, text)
}

/** The text of a place, byte for byte where it was kept. */
export function readVerbatim(place: HTMLTextAreaElement): string {
  return verbatims.get(place) ?? place.value
}

function enableCopy(button: HTMLButtonElement): void {
  const source = document.getElementById(button.dataset['copy'] ?? '')
  if (!(source instanceof HTMLTextAreaElement) || !navigator.clipboard) return
  const words = button.textContent
  const status = button.closest('section, div')?.parentElement?.querySelector<HTMLElement>('[data-copy-status]')
  button.hidden = false
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(readVerbatim(source))
    button.textContent = button.dataset['copied'] ?? words
    if (status) status.textContent = button.dataset['copied'] ?? ''
    setTimeout(() => {
      button.textContent = words
      if (status) status.textContent = ''
    }, 3000)
  })
}

/** Writes a moment in the reader's time zone; the element sits in a `<time>`. */
export function writeLocalTime(place: HTMLElement): void {
  const moment = place.closest('time')?.dateTime
  if (!moment) return
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'long', timeStyle: 'short' })
  place.textContent = format.format(new Date(moment))
}

// Loading the page again would lose what was typed, or the last part of a link.
async function chooseTheme(event: SubmitEvent, form: HTMLFormElement): Promise<void> {
  event.preventDefault()
  const chosen = event.submitter instanceof HTMLButtonElement ? event.submitter : null
  if (!chosen) return
  const body = new URLSearchParams({ theme: chosen.value })
  await fetch(form.action, { method: 'POST', body, redirect: 'manual' })
  const root = document.documentElement
  if (chosen.value === 'system') delete root.dataset['theme']
  else root.dataset['theme'] = chosen.value
  const scheme = document.querySelector<HTMLMetaElement>('meta[name=color-scheme]')
  if (scheme) scheme.content = chosen.value === 'system' ? 'light dark' : chosen.value
  for (const button of form.querySelectorAll('button')) button.setAttribute('aria-pressed', String(button === chosen))
}
