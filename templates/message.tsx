import { Layout } from './layout.tsx'
import type { View } from './view.ts'

interface MessageProps {
  view: View
  title: string
  sentences: readonly string[]
}

/** A page with only a title and sentences, for errors and confirmations. */
export function MessagePage({ view, title, sentences }: MessageProps) {
  const { text, path } = view
  return (
    <Layout view={view} title={title}>
      <EmptyLogo />
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

// The logo of the header without its keyhole.
function EmptyLogo() {
  return (
    <svg class="empty" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <circle cx="12" cy="12" r="10" />
    </svg>
  )
}
