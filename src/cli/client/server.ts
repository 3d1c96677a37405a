import { serverVariable } from '../../config/environment.ts'
import { parseBaseUrl } from '../../config/network.ts'
import { CommandError } from '../../errors.ts'
import type { Call } from '../framework/command.ts'
import { ask, type Question } from './ask.ts'
import type { Fields } from './fields.ts'
import type { Link } from './link.ts'

const nearest = 'http://127.0.0.1:8080'

/** The flag that names the server, the same for every command of the client. */
export const serverFlag = {
  server: {
    value: 'URL',
    sentence: `the instance to ask; else $${serverVariable}, else the link's own, else ${nearest}`,
  },
} as const

type Asking = { readonly given: { readonly server?: string }; readonly env: Call['env'] }

/** The address to ask: the flag, the variable, the link's own, or the instance on this machine. */
export function serverOf({ given, env }: Asking, link?: Link): string {
  if (given.server !== undefined) return readAddress('--server', given.server, 'invalid')
  const variable = env[serverVariable]
  if (variable !== undefined && variable !== '') return readAddress(serverVariable, variable, 'misconfigured')
  return link?.server ?? nearest
}

/** Asks about a link. What another instance than the link's own does not have may well be where the link says. */
export async function requestByLink(link: Link, question: Question): Promise<Fields> {
  try {
    return await ask(question)
  } catch (error) {
    const isElsewhere = error instanceof CommandError && error.kind === 'gone' && question.server !== link.server
    if (!isElsewhere) throw error
    throw new CommandError(
      'gone',
      `not at ${question.server}, which --server or ${serverVariable} names; the link is of ${link.server}`,
    )
  }
}

function readAddress(where: string, text: string, kind: 'invalid' | 'misconfigured'): string {
  const address = parseBaseUrl(text.trim())
  if (address === undefined)
    throw new CommandError(kind, `${where}: expected the address of an instance, e.g. https://secrets.example.org`)
  return address
}
