import { parseBaseUrl } from '../../config/network.ts'
import { fromBase64Url } from '../../crypto/end-to-end.ts'
import { CommandError } from '../../errors.ts'

/** The parts of a link of Sotto. */
export interface Link {
  readonly kind: 'secret' | 'receipt'
  /** The base URL of the instance. */
  readonly server: string
  readonly key: string
  /** The part after the `#`, if it is complete: 32 bytes. */
  readonly fragment: Uint8Array<ArrayBuffer> | undefined
}

const expected = 'https://…/secret/… or https://…/receipt/…'

/** Parses a link. Returns undefined if it is not a link of Sotto. */
export function parseLink(text: string): Link | undefined {
  const [, address = '', kind, key = '', encodedFragment = ''] =
    /^(https?:\/\/[^\s?#]+)\/(secret|receipt)\/([a-z0-9]{31})\/?(?:#(\S*))?$/i.exec(text.trim()) ?? []
  const server = parseBaseUrl(address)
  if (server === undefined || (kind !== 'secret' && kind !== 'receipt') || key !== key.toLowerCase()) return undefined
  const fragment = fromBase64Url(encodedFragment)
  return { kind, server, key, fragment: fragment?.length === 32 ? fragment : undefined }
}

/** Reads the link argument of a command; `-` reads it from stdin. Throws a CommandError, which never quotes it. */
export async function readLink(argument: string): Promise<Link> {
  const link = parseLink(argument === '-' ? await Bun.stdin.text() : argument)
  if (!link) throw new CommandError('invalid', `not a Sotto link; expected ${expected}`)
  return link
}
