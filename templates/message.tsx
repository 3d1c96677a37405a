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
      <h1 safe>{title}</h1>
      {sentences.map((sentence) => (
        <p class="lead" safe>
          {sentence}
        </p>
      ))}
      <p>
        <a href={path('/')} safe>
          {text('error.back')}
        </a>
      </p>
    </Layout>
  )
}
