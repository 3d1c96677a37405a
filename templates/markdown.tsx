import type { Inline } from '../src/privacy/policy/markdown.ts'
import type { FilledBlock } from '../src/privacy/policy/placeholders.ts'
import type { TableBlock } from '../src/privacy/policy/tables.ts'
import { Table } from './parts.tsx'
import type { View } from './view.ts'

interface MarkdownProps {
  view: View
  blocks: readonly FilledBlock[]
}

/** Renders a parsed Markdown text. All text is escaped; the parser has checked every link. */
export function Markdown({ view, blocks }: MarkdownProps) {
  return (
    <>
      {blocks.map((block) => (
        <BlockOf view={view} block={block} />
      ))}
    </>
  )
}

function BlockOf({ view, block }: { view: View; block: FilledBlock }) {
  if (block.kind === 'table') return <TableOf table={block} />
  if (block.kind === 'list') return <List view={view} ordered={block.ordered} items={block.items} />
  const inlines = <Inlines view={view} inlines={block.inlines} />
  if (block.kind === 'paragraph') return <p>{inlines as 'safe'}</p>
  if (block.level === 2) return <h2 id={block.id}>{inlines as 'safe'}</h2>
  return <h3 id={block.id}>{inlines as 'safe'}</h3>
}

function List({ view, ordered, items }: { view: View; ordered: boolean; items: readonly (readonly Inline[])[] }) {
  const lines = items.map((item) => (
    <li>
      <Inlines view={view} inlines={item} />
    </li>
  ))
  return ordered ? <ol>{lines as 'safe'[]}</ol> : <ul>{lines as 'safe'[]}</ul>
}

function Inlines({ view, inlines }: { view: View; inlines: readonly Inline[] }) {
  return (
    <>
      {inlines.map((inline) => (
        <InlineOf view={view} inline={inline} />
      ))}
    </>
  )
}

function InlineOf({ view, inline }: { view: View; inline: Inline }) {
  switch (inline.kind) {
    case 'strong':
      return <strong safe>{inline.text}</strong>
    case 'code':
      return <code safe>{inline.text}</code>
    case 'link':
      return (
        <a href={inline.href.startsWith('/') ? view.path(inline.href) : inline.href} rel="noreferrer" safe>
          {inline.text}
        </a>
      )
    case 'text':
      return <PlainText text={inline.text} />
    default:
      return ''
  }
}

function PlainText({ text }: { text: string }) {
  return <span safe>{text}</span>
}

function TableOf({ table: { label, head, rows, code } }: { table: TableBlock }) {
  return (
    <Table label={label} heads={head}>
      {rows.map(([name = '', ...cells]) => (
        <tr>
          <th scope="row">{code ? <code safe>{name}</code> : <PlainText text={name} />}</th>
          {cells.map((cell) => (
            <td safe>{cell}</td>
          ))}
        </tr>
      ))}
    </Table>
  )
}
