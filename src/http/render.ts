import type { View } from '../../templates/view.ts'
import type { App } from '../app.ts'
import type { AppError } from '../errors.ts'
import { errorText, text } from '../i18n/text.ts'
import { assetPath } from './assets.ts'
import { contextOf } from './context.ts'

/** Returns the props that every page of this instance receives. */
export function viewOf(app: App, request: Request): View {
  const { config } = app
  const { actor, invalid, path, theme } = contextOf(request)
  return {
    text,
    theme,
    name: config.name,
    regionName: config.regionName,
    peers: config.peers,
    contact: config.contact,
    now: app.now(),
    isSuspended: app.continuation.suspension !== undefined,
    isSignedIn: actor.account !== null,
    isOperator: actor.role === 'operator',
    sendsMail: config.smtpUrl !== undefined,
    invalid,
    returnPath: request.method === 'GET' ? path.slice(config.basePath.length) || '/' : undefined,
    path: (path) => config.basePath + path,
    asset: (name) => assetPath(config.basePath, name),
  }
}

/** Returns the message of an error for a page, where lengths are counted in characters. */
export function sentenceOf({ code, facts }: AppError): string {
  return code === 'content_too_large' ? text('create.tooLong', facts) : errorText(code, facts)
}
