import type { Children } from '@kitajs/html'
import { Layout, type Script } from '../layout.tsx'
import type { View } from '../view.ts'

interface SignedOutProps {
  view: View
  title: string
  script?: Script | undefined
  lead: string
  error?: string | undefined
  children: Children
}

/** Renders a page of sign-in, sign-up or a mailed link, without the account menu. */
export function SignedOutPage({ view, title, script, lead, error, children }: SignedOutProps) {
  const { text } = view
  return (
    <Layout view={view} title={error ? text('layout.errorTitle', { title }) : title} script={script} current="account">
      <h1 safe>{title}</h1>
      <p class="lead" safe>
        {lead}
      </p>
      {children as 'safe'}
    </Layout>
  )
}

interface ConfirmActionProps {
  view: View
  title: string
  lead: string
  action: string
  button: string
}

/** Renders the page of a mailed link: it describes the action, which only the button carries out. */
export function ConfirmActionPage({ view, title, lead, action, button }: ConfirmActionProps) {
  return (
    <SignedOutPage view={view} title={title} lead={lead}>
      <form class="form" method="post" action={action}>
        <button class="primary" type="submit" safe>
          {button}
        </button>
      </form>
    </SignedOutPage>
  )
}
