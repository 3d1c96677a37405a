import type { Actor } from '../actor.ts'
import type { App } from '../app.ts'
import { generatePassword, generateWords } from './generate.ts'
import type { GenerateInput } from './input.ts'
import type { Created } from './new-secret.ts'
import { createSecret } from './secret.ts'

/** Makes a value by chance and a secret of it. The value is in the answer and nowhere else. */
export async function createGenerated(
  app: App,
  actor: Actor,
  { password, words, ...rest }: GenerateInput,
): Promise<{ created: Created; value: string; bits: number }> {
  const { value, bits } = password
    ? generatePassword(password, app.random)
    : generateWords(words === undefined ? {} : { words }, app.random)
  const created = await createSecret(app, actor, { content: { text: value }, ...rest })
  return { created, value, bits }
}
