import { parseBaseUrl } from '../../config/network.ts'
import { fromBase64Url } from '../../crypto/end-to-end.ts'
import { CommandError } from '../../errors.ts'

/** A link of Sotto, taken apart. */
export interface Link {
  readonly kind: 'secret' | 'receipt'
  /** The address of the instance, with its base path. */
  readonly server: string
  readonly key: string
  /** The part behind the `#`, where it is whole. */
  readonly fragment: Uint8Array<ArrayBuffer> | undefined
}

const expected = 'https://…/secret/… or https://…/receipt/…'

/** Takes a link apart, or gives nothing where it is none of Sotto's. */
export function parseLink(text: string): Link | undefined {
  const [, address = '', kind, key = '', rest = ''] =
    /^(https?:\/\/[^\s?#]+)\/(secret|receipt)\/([a-z0-9]{31})\/?(?:#(\S*))?$/i.exec(text.trim()) ?? []
  const server = parseBaseUrl(address)
  if (server === undefined || (kind !== 'secret' && kind !== 'receipt') || key !== key.toLowerCase()) return undefined
  const fragment = fromBase64Url(rest)
  return { kind, server, key, fragment: fragment?.length === 32 ? fragment : undefined }
}

/** Reads the link that a command was given; `-` stands for the first line of stdin. Throws a CommandError that does not repeat it. */
export async function readLink(word: string): Promise<Link> {
  const link = parseLink(word === '-' ? await Bun.stdin.text() : word)
  if (!link) throw new CommandError('invalid', `that is no link of Sotto; expected ${expected}`)
  return link
}
