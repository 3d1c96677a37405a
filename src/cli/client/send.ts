import type { Call } from '../framework/command.ts'
import { contentOf } from './input.ts'
import { serverOf } from './server.ts'
import { report, share, shareFlags } from './share.ts'

/** The flags of `sotto send`. */
export const sendFlags = {
  file: { value: 'FILE', sentence: 'share what this file holds; else stdin, or a hidden prompt on a terminal' },
  ...shareFlags,
} as const

/** `sotto send`: the link to stdout and nothing else. */
export async function send({ given, env }: Call<typeof sendFlags>): Promise<number> {
  const server = serverOf({ given, env })
  report(await share(server, await contentOf(given.file), given), given)
  return 0
}
