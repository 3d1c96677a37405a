import { serverVariable } from '../../config/environment.ts'
import { parseBaseUrl } from '../../config/network.ts'
import { CommandError } from '../../errors.ts'
import type { Invocation } from '../framework/command.ts'
import type { Fields } from './fields.ts'
import type { Link } from './link.ts'
import { type ApiRequest, sendRequest } from './request.ts'

const defaultServer = 'http://127.0.0.1:8080'

/** The flag that names the server, shared by all client commands. */
export const serverFlag = {
  server: {
    value: 'URL',
    sentence: `URL of the instance (default: $${serverVariable}, else that of the link, else ${defaultServer})`,
  },
} as const

type ServerInput = { readonly flags: { readonly server?: string }; readonly env: Invocation['env'] }

/** The server to use: the flag, the variable, the link's own, or the instance on this machine. Throws a CommandError. */
export function resolveServer({ flags, env }: ServerInput, link?: Link): string {
  if (flags.server !== undefined) return parseServer('--server', flags.server, 'invalid')
  const variable = env[serverVariable]
  if (variable !== undefined && variable !== '') return parseServer(serverVariable, variable, 'misconfigured')
  return link?.server ?? defaultServer
}

/** Sends a request about a link. If it was sent to another server than the link's own, a `gone` error says so. */
export async function requestByLink(link: Link, request: ApiRequest): Promise<Fields> {
  try {
    return await sendRequest(request)
  } catch (error) {
    const isOtherServer = error instanceof CommandError && error.kind === 'gone' && request.server !== link.server
    if (!isOtherServer) throw error
    throw new CommandError(
      'gone',
      `not found at ${request.server}, set by --server or ${serverVariable}; the link belongs to ${link.server}`,
    )
  }
}

function parseServer(source: string, text: string, kind: 'invalid' | 'misconfigured'): string {
  const address = parseBaseUrl(text.trim())
  if (address === undefined)
    throw new CommandError(kind, `${source}: expected the URL of an instance, e.g. https://secrets.example.org`)
  return address
}
