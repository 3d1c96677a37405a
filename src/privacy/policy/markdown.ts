/** A piece of a line. A `fill` stands for what this instance knows: its name, its contact, its region. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'strong' | 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }
  | { readonly kind: 'fill'; readonly name: string; readonly strong: boolean }

/** A part of a page. */
export type Block =
  | { readonly kind: 'heading'; readonly level: 2 | 3; readonly id: string; readonly inlines: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'fill'; readonly name: string }

/**
 * Reads the little Markdown that a statement needs: headings of the second and third level, paragraphs, lists of one
 * level, **strong**, `code`, links, and {placeholders}; one that stands alone is a block. Anything else is text, markup
 * too: what comes out is data, and no string of it is ever taken for markup.
 */
export function parseMarkdown(source: string): Block[] {
  return partsOf(source).map(blockOf)
}

/** The parts of a source, as they are written: what is between empty lines. */
export function partsOf(source: string): string[] {
  return source
    .replaceAll('\r\n', '\n')
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** The names of all placeholders in a source. */
export function placeholdersIn(source: string): string[] {
  return [...new Set([...source.matchAll(/\{([a-z]+)\}/g)].map(([, name = '']) => name))]
}

function blockOf(part: string): Block {
  const heading = /^(#{2,3}) +([^\n]+)$/.exec(part)
  if (heading) {
    const [, marks = '', words = ''] = heading
    return { kind: 'heading', level: marks.length === 2 ? 2 : 3, id: idOf(words), inlines: inlinesOf(words) }
  }
  const alone = /^\{([a-z]+)\}$/.exec(part)
  if (alone) return { kind: 'fill', name: alone[1] ?? '' }
  const lines = part.split('\n')
  if (lines.every((line) => /^- /.test(line))) return listOf(lines, false)
  if (lines.every((line) => /^\d+\. /.test(line))) return listOf(lines, true)
  return { kind: 'paragraph', inlines: inlinesOf(lines.join(' ')) }
}

function listOf(lines: readonly string[], ordered: boolean): Block {
  return { kind: 'list', ordered, items: lines.map((line) => inlinesOf(line.replace(/^(?:-|\d+\.) /, ''))) }
}

function idOf(words: string): string {
  return words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

const marks = /\*\*([^*]+)\*\*|`([^`]+)`|\[([^\]]+)\]\(([^()\s]+)\)|\{([a-z]+)\}/g

function inlinesOf(line: string): Inline[] {
  const inlines: Inline[] = []
  let end = 0
  for (const match of line.matchAll(marks)) {
    if (match.index > end) inlines.push({ kind: 'text', text: line.slice(end, match.index) })
    inlines.push(...marked(match))
    end = match.index + match[0].length
  }
  if (end < line.length) inlines.push({ kind: 'text', text: line.slice(end) })
  return inlines
}

function marked([all, strong, code, label, href, fill]: RegExpMatchArray): Inline[] {
  if (strong !== undefined) return strongOf(strong)
  if (code !== undefined) return [{ kind: 'code', text: code }]
  if (label !== undefined && href !== undefined)
    return [mayLink(href) ? { kind: 'link', text: label, href } : { kind: 'text', text: all }]
  return [{ kind: 'fill', name: fill ?? '', strong: false }]
}

// What is strong may hold placeholders, and nothing else.
function strongOf(words: string): Inline[] {
  return words.split(/(\{[a-z]+\})/).flatMap((text): Inline[] => {
    const [, name] = /^\{([a-z]+)\}$/.exec(text) ?? []
    if (name !== undefined) return [{ kind: 'fill', name, strong: true }]
    return text === '' ? [] : [{ kind: 'strong', text }]
  })
}

// A path of this instance, a place on the page, a site over TLS, or a mail address; no other scheme, and no "//host".
function mayLink(href: string): boolean {
  return /^(?:\/(?![/\\])|#|https:\/\/|mailto:)[^\s"'<>\\]*$/.test(href)
}
