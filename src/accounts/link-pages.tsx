import { ConfirmActionPage } from '../../templates/accounts/signed-out-page.tsx'
import { MessagePage } from '../../templates/message.tsx'
import type { App } from '../app.ts'
import type { Facts } from '../errors.ts'
import type { PageContext } from '../http/page.ts'
import { viewOf } from '../http/render.ts'
import type { TextKey } from '../i18n/text.ts'

/** Renders a page with a title and sentences only. */
export function messagePage(app: App, { request, html }: PageContext, title: TextKey, sentences: readonly TextKey[]) {
  const view = viewOf(app, request)
  return html(<MessagePage view={view} title={view.text(title)} sentences={sentences.map((key) => view.text(key))} />)
}

/** Returns the notice that the operator hands over links, for an instance without a mail server. */
export function noMailNotice({ config }: App): TextKey[] {
  return config.smtpUrl === undefined ? ['account.noMail'] : []
}

/** Returns the view of a page with a secret in its URL: no link or form of the page repeats the current URL. */
export function privateView(app: App, request: Request) {
  return { ...viewOf(app, request), returnPath: undefined }
}

/** The texts of a page that a mailed link leads to. */
export interface ConfirmAction {
  readonly path: string
  readonly title: TextKey
  readonly lead: TextKey
  readonly button: TextKey
  readonly facts?: Facts
}

/** Renders the page of a mailed link: a GET changes nothing, the button of the page does. */
export function confirmActionPage(app: App, { request, html }: PageContext, action: ConfirmAction) {
  const view = privateView(app, request)
  const { text, path } = view
  const texts = { title: text(action.title), lead: text(action.lead, action.facts), button: text(action.button) }
  return html(<ConfirmActionPage view={view} {...texts} action={path(action.path)} />)
}
