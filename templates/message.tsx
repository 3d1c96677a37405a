import { Layout } from './layout.tsx'
import type { View } from './view.ts'

interface MessageProps {
  view: View
  title: string
  sentences: readonly string[]
}

/** A page that only says something: an error, or that there is nothing. */
export function MessagePage({ view, title, sentences }: MessageProps) {
  const { text, path } = view
  return (
    <Layout view={view} title={title}>
      <Empty />
      <h1 safe>{title}</h1>
      {sentences.map((sentence, index) => (
        <p class={index === 0 ? 'lead' : undefined} safe>
          {sentence}
        </p>
      ))}
      <p class="onward">
        <a href={path('/')} safe>
          {text('error.back')}
        </a>
      </p>
    </Layout>
  )
}

// The mark of the masthead with nothing in it.
function Empty() {
  return (
    <svg class="empty" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <circle cx="12" cy="12" r="10" />
    </svg>
  )
}
