import type { Actor } from '../accounts/actor.ts'
import type { App } from '../app.ts'
import { createSecret } from './create.ts'
import { generatePassword, generateWords } from './generate.ts'
import type { GenerateInput } from './input.ts'
import type { CreatedSecret } from './new-secret.ts'

/** Generates a password or passphrase and creates a secret with it. The value is only in the response. Throws as createSecret does. */
export async function createGenerated(
  app: App,
  actor: Actor,
  { password, words, ...rest }: GenerateInput,
): Promise<{ created: CreatedSecret; value: string; bits: number }> {
  const { value, bits } = password
    ? generatePassword(password, app.random)
    : generateWords(words === undefined ? {} : { words }, app.random)
  const created = await createSecret(app, actor, { content: { text: value }, ...rest })
  return { created, value, bits }
}
