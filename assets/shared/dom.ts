/** Returns the first element with the attribute `data-{hook}`, or null. */
export function findHook<Kind extends HTMLElement = HTMLElement>(
  hook: string,
  root: ParentNode = document,
): Kind | null {
  return root.querySelector<Kind>(`[data-${hook}]`)
}

/** Replaces the `{placeholders}` of a text with numbers, formatted for the language of the page. */
export function fillPlaceholders(template: string, values: Record<string, number>): string {
  const numbers = new Intl.NumberFormat(document.documentElement.lang)
  return template.replace(/\{(\w+)\}/g, (_, name: string) => numbers.format(values[name] ?? 0))
}

/** Shows an error message, which screen readers announce; without a message, hides the last one. */
export function showError(message: string | undefined): void {
  const fault = findHook('fault')
  if (!fault) return
  fault.textContent = message ?? ''
  fault.hidden = message === undefined
}

/** Runs `work` with the submit button of a form showing progress; ignores further submits meanwhile. */
export async function runWhileBusy(form: HTMLFormElement, work: () => Promise<void>): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>('button[type=submit]')
  if (!button || button.getAttribute('aria-disabled') === 'true') return
  const label = button.textContent
  button.setAttribute('aria-disabled', 'true')
  button.textContent = form.dataset['working'] ?? label
  try {
    await work()
  } finally {
    button.removeAttribute('aria-disabled')
    button.textContent = label
  }
}

/** Shows a section instead of another, sets the title of the page, and moves the focus to its heading. */
export function showSection(section: HTMLElement, previous: HTMLElement | null): void {
  if (previous) previous.hidden = true
  section.hidden = false
  const heading = section.querySelector<HTMLElement>('h1')
  document.title = document.title.replace(/^.*(?= · )/, section.dataset['title'] ?? '')
  heading?.focus()
  scrollTo({ top: 0 })
}
