import { serverVariable } from '../../config/environment.ts'
import { parseBaseUrl } from '../../config/network.ts'
import { CommandError } from '../../errors.ts'
import type { Invocation } from '../framework/command.ts'
import type { Fields } from './fields.ts'
import type { Link } from './link.ts'
import { type ApiRequest, sendRequest } from './request.ts'

const defaultServer = 'http://127.0.0.1:8080'

/** The flag that names the server, the same for every command of the client. */
export const serverFlag = {
  server: {
    value: 'URL',
    sentence: `the instance to ask; else $${serverVariable}, else the link's own, else ${defaultServer}`,
  },
} as const

type ServerInput = { readonly flags: { readonly server?: string }; readonly env: Invocation['env'] }

/** The address to ask: the flag, the variable, the link's own, or the instance on this machine. */
export function resolveServer({ flags, env }: ServerInput, link?: Link): string {
  if (flags.server !== undefined) return parseServer('--server', flags.server, 'invalid')
  const variable = env[serverVariable]
  if (variable !== undefined && variable !== '') return parseServer(serverVariable, variable, 'misconfigured')
  return link?.server ?? defaultServer
}

/** Asks about a link. What another instance than the link's own does not have may well be where the link says. */
export async function requestByLink(link: Link, question: ApiRequest): Promise<Fields> {
  try {
    return await sendRequest(question)
  } catch (error) {
    const isElsewhere = error instanceof CommandError && error.kind === 'gone' && question.server !== link.server
    if (!isElsewhere) throw error
    throw new CommandError(
      'gone',
      `not at ${question.server}, which --server or ${serverVariable} names; the link is of ${link.server}`,
    )
  }
}

function parseServer(where: string, text: string, kind: 'invalid' | 'misconfigured'): string {
  const address = parseBaseUrl(text.trim())
  if (address === undefined)
    throw new CommandError(kind, `${where}: expected the address of an instance, e.g. https://secrets.example.org`)
  return address
}
