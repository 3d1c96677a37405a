/** A piece of a line. A placeholder stands for a value of this instance, such as its name, contact or region. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'strong' | 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }
  | { readonly kind: 'placeholder'; readonly name: string; readonly strong: boolean }

/** A block of a page. */
export type Block =
  | { readonly kind: 'heading'; readonly level: 2 | 3; readonly id: string; readonly inlines: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'placeholder'; readonly name: string }

/**
 * Parses the subset of Markdown that a policy needs: headings of levels 2 and 3, paragraphs, flat lists, **strong**,
 * `code`, links and {placeholders}; a placeholder in a paragraph of its own is a block. Everything else, HTML included,
 * is plain text.
 */
export function parseMarkdown(source: string): Block[] {
  return partsOf(source).map(blockOf)
}

/** Splits a source at its empty lines. */
export function partsOf(source: string): string[] {
  return source
    .replaceAll('\r\n', '\n')
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** Returns the names of all placeholders in a source. */
export function placeholdersIn(source: string): string[] {
  return [...new Set([...source.matchAll(/\{([a-z]+)\}/g)].map(([, name = '']) => name))]
}

function blockOf(part: string): Block {
  const heading = /^(#{2,3}) +([^\n]+)$/.exec(part)
  if (heading) {
    const [, hashes = '', title = ''] = heading
    return { kind: 'heading', level: hashes.length === 2 ? 2 : 3, id: idOf(title), inlines: inlinesOf(title) }
  }
  const placeholder = /^\{([a-z]+)\}$/.exec(part)
  if (placeholder) return { kind: 'placeholder', name: placeholder[1] ?? '' }
  const lines = part.split('\n')
  if (lines.every((line) => /^- /.test(line))) return listOf(lines, false)
  if (lines.every((line) => /^\d+\. /.test(line))) return listOf(lines, true)
  return { kind: 'paragraph', inlines: inlinesOf(lines.join(' ')) }
}

function listOf(lines: readonly string[], ordered: boolean): Block {
  return { kind: 'list', ordered, items: lines.map((line) => inlinesOf(line.replace(/^(?:-|\d+\.) /, ''))) }
}

function idOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

const syntax = /\*\*([^*]+)\*\*|`([^`]+)`|\[([^\]]+)\]\(([^()\s]+)\)|\{([a-z]+)\}/g

function inlinesOf(line: string): Inline[] {
  const inlines: Inline[] = []
  let end = 0
  for (const match of line.matchAll(syntax)) {
    if (match.index > end) inlines.push({ kind: 'text', text: line.slice(end, match.index) })
    inlines.push(...inlinesOfMatch(match))
    end = match.index + match[0].length
  }
  if (end < line.length) inlines.push({ kind: 'text', text: line.slice(end) })
  return inlines
}

function inlinesOfMatch([all, strong, code, label, href, placeholder]: RegExpMatchArray): Inline[] {
  if (strong !== undefined) return strongOf(strong)
  if (code !== undefined) return [{ kind: 'code', text: code }]
  if (label !== undefined && href !== undefined)
    return [isSafeLink(href) ? { kind: 'link', text: label, href } : { kind: 'text', text: all }]
  return [{ kind: 'placeholder', name: placeholder ?? '', strong: false }]
}

// Strong text may contain placeholders, but no other markup.
function strongOf(source: string): Inline[] {
  return source.split(/(\{[a-z]+\})/).flatMap((text): Inline[] => {
    const [, name] = /^\{([a-z]+)\}$/.exec(text) ?? []
    if (name !== undefined) return [{ kind: 'placeholder', name, strong: true }]
    return text === '' ? [] : [{ kind: 'strong', text }]
  })
}

// Allows a path of this instance, an anchor, an HTTPS URL or a mail address; no other scheme, and no "//host".
function isSafeLink(href: string): boolean {
  return /^(?:\/(?![/\\])|#|https:\/\/|mailto:)[^\s"'<>\\]*$/.test(href)
}
