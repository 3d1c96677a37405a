import type { Inline } from '../src/privacy/policy/markdown.ts'
import type { FilledBlock, TableBlock as TableOf } from '../src/privacy/policy/placeholders.ts'
import { Table } from './parts.tsx'
import type { View } from './view.ts'

interface Props {
  view: View
  parts: readonly FilledBlock[]
}

/** A text that was written in our Markdown: every word of it is escaped, every link was looked at where it was read. */
export function Markdown({ view, parts }: Props) {
  return (
    <>
      {parts.map((part) => (
        <PartOf view={view} part={part} />
      ))}
    </>
  )
}

function PartOf({ view, part }: { view: View; part: FilledBlock }) {
  if (part.kind === 'table') return <TableBlock table={part} />
  if (part.kind === 'list') return <List view={view} ordered={part.ordered} items={part.items} />
  const inlines = <Inlines view={view} inlines={part.inlines} />
  if (part.kind === 'paragraph') return <p>{inlines as 'safe'}</p>
  if (part.level === 2) return <h2 id={part.id}>{inlines as 'safe'}</h2>
  return <h3 id={part.id}>{inlines as 'safe'}</h3>
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
      return <Words words={inline.text} />
    default:
      return ''
  }
}

function Words({ words }: { words: string }) {
  return <span safe>{words}</span>
}

// On a phone the table is wider than the column and scrolls by itself, for the keyboard too.
function TableBlock({ table: { label, head, rows, code } }: { table: TableOf }) {
  return (
    <Table label={label} heads={head}>
      {rows.map(([name = '', ...cells]) => (
        <tr>
          <th scope="row">{code ? <code safe>{name}</code> : <Words words={name} />}</th>
          {cells.map((cell) => (
            <td safe>{cell}</td>
          ))}
        </tr>
      ))}
    </Table>
  )
}
