import { CommandError, type ErrorCode, errors, type Facts, type Kind, kinds } from '../../errors.ts'
import { errorText } from '../../i18n/text.ts'
import type { Fields } from './fields.ts'

/** Whether a proxy responded for a server that it could not reach. */
export function isGatewayFailure(status: number, fields: Fields | undefined): boolean {
  return (status === 502 || status === 504) && codeOf(fields) === undefined
}

/** The error of a refused request. Its message comes from this program: a server's text could control the terminal. */
export function errorFromResponse(server: string, status: number, fields: Fields | undefined): CommandError {
  const code = codeOf(fields)
  if (code !== undefined) return new CommandError(errors[code], toCliSentence(errorText(code, factsOf(fields))))
  const kind = typeof fields?.['code'] === 'string' ? kindOf(status) : undefined
  if (kind) return new CommandError(kind, `${server} refused the request for a reason unknown to this version`)
  if (status >= 300 && status < 400)
    return new CommandError('failed', `${server} redirects to another address; pass its public URL with --server`)
  if (status === 503) return new CommandError('busy', `${server} is not available at the moment`)
  return unexpectedResponse(server)
}

/** The error of a response that does not come from Sotto. */
export function unexpectedResponse(server: string): CommandError {
  return new CommandError('failed', `${server} does not answer like a Sotto instance`)
}

/** Converts a sentence of the pages to the style of the command line: lower case, no full stop. */
export function toCliSentence(sentence: string): string {
  return sentence
    .replace(/\.$/, '')
    .replace(/(^|\. )(\p{Lu})(?=\p{Ll}|\s)/gu, (_, before, letter) => `${before && '; '}${letter.toLowerCase()}`)
}

function codeOf(fields: Fields | undefined): ErrorCode | undefined {
  const code = fields?.['code']
  return typeof code === 'string' && Object.hasOwn(errors, code) ? (code as ErrorCode) : undefined
}

function kindOf(status: number): Kind | undefined {
  return (Object.keys(kinds) as Kind[]).find((kind) => kinds[kind].status === status)
}

function factsOf(fields: Fields | undefined): Facts {
  const facts = Object.entries(fields?.['facts'] ?? {}).map(([name, fact]) => [name, sanitise(fact)])
  return Object.fromEntries(facts)
}

function sanitise(fact: unknown): string | number {
  return typeof fact === 'number' ? fact : String(fact).replace(/[^\w .-]/g, '')
}
