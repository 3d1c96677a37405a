import type { Invocation } from '../framework/command.ts'
import { readContent } from './input.ts'
import { resolveServer } from './server.ts'
import { printShared, shareFlags, shareSecret } from './share.ts'

/** The flags of `sotto send`. */
export const sendFlags = {
  file: {
    value: 'FILE',
    sentence: 'share the contents of this file (default: stdin, or a hidden prompt on a terminal)',
  },
  ...shareFlags,
} as const

/** `sotto send`: creates a secret and prints its link. */
export async function send({ flags, env }: Invocation<typeof sendFlags>): Promise<number> {
  const server = resolveServer({ flags, env })
  printShared(await shareSecret(server, await readContent(flags.file), flags), flags)
  return 0
}
