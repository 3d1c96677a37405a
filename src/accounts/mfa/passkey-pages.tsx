import type { Static } from '@sinclair/typebox'
import type { App } from '../../app.ts'
import { type PageContext, pageRoutes, rerenderOnError } from '../../http/page.ts'
import { AddPasskeyForm, PasskeyOptionsForm, RemovePasskeyForm } from './input.ts'
import { jsonOrProblem } from './json-answer.ts'
import { addPasskey, passkeyRegistrationOptions, removePasskey } from './passkeys.ts'
import { afterFactorAdded, changeFactors, factorOwnerFor, mfaSettingsPage, mfaSettingsPath } from './settings-page.tsx'

const path = `${mfaSettingsPath}/passkeys`

/** The forms that add and remove passkeys on the page of sign-in methods. */
export function passkeyPages(app: App) {
  return pageRoutes(app.config.basePath)
    .post(
      `${path}/options`,
      ({ body, ...context }) =>
        jsonOrProblem(async () => passkeyRegistrationOptions(app, await factorOwnerFor(app, context), body.proof)),
      { body: PasskeyOptionsForm },
    )
    .post(path, ({ body, ...context }) => submitPasskey(app, context, body), { body: AddPasskeyForm })
    .post(
      `${path}/remove`,
      ({ body, ...context }) => changeFactors(app, context, (owner) => removePasskey(app, owner, body.id, body.proof)),
      { body: RemovePasskeyForm },
    )
}

function submitPasskey(app: App, context: PageContext, { name, answer }: Static<typeof AddPasskeyForm>) {
  return rerenderOnError(
    (error) => mfaSettingsPage(app, context, error),
    async () => {
      const owner = await factorOwnerFor(app, context)
      return afterFactorAdded(app, context, owner, await addPasskey(app, owner, name, answer))
    },
  )
}
