/** The element of a `data-` hook, or nothing. */
export function findHook<Kind extends HTMLElement = HTMLElement>(
  hook: string,
  within: ParentNode = document,
): Kind | null {
  return within.querySelector<Kind>(`[data-${hook}]`)
}

/** Fills the `{facts}` of a sentence that the server wrote. Numbers are grouped as the page's language does. */
export function formatSentence(sentence: string, facts: Record<string, number>): string {
  const numbers = new Intl.NumberFormat(document.documentElement.lang)
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => numbers.format(facts[name] ?? 0))
}

/** Says what went wrong, where a screen reader hears it. Without words it is taken away. */
export function showError(words: string | undefined): void {
  const fault = findHook('fault')
  if (!fault) return
  fault.textContent = words ?? ''
  fault.hidden = words === undefined
}

/** Shows that something is going on, and keeps a second press from doing it twice. */
export async function runWhileBusy(form: HTMLFormElement, work: () => Promise<void>): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>('button[type=submit]')
  if (!button || button.getAttribute('aria-disabled') === 'true') return
  const words = button.textContent
  button.setAttribute('aria-disabled', 'true')
  button.textContent = form.dataset['working'] ?? words
  try {
    await work()
  } finally {
    button.removeAttribute('aria-disabled')
    button.textContent = words
  }
}

/** Puts one section in the place of another, with its own title, and takes the reader there. */
export function showSection(section: HTMLElement, from: HTMLElement | null): void {
  if (from) from.hidden = true
  section.hidden = false
  const heading = section.querySelector<HTMLElement>('h1')
  document.title = document.title.replace(/^.*(?= · )/, section.dataset['title'] ?? '')
  heading?.focus()
  scrollTo({ top: 0 })
}
