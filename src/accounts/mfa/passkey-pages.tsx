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
      ({ body, ...web }) =>
        jsonOrProblem(async () => passkeyRegistrationOptions(app, factorOwnerFor(app, web), body.proof)),
      { body: PasskeyOptionsForm },
    )
    .post(path, ({ body, ...web }) => submitPasskey(app, web, body), { body: AddPasskeyForm })
    .post(
      `${path}/remove`,
      ({ body, ...web }) => changeFactors(app, web, (owner) => removePasskey(app, owner, body.id, body.proof)),
      { body: RemovePasskeyForm },
    )
}

function submitPasskey(app: App, web: PageContext, { name, answer }: Static<typeof AddPasskeyForm>) {
  return rerenderOnError(
    (error) => mfaSettingsPage(app, web, error),
    async () => {
      const owner = factorOwnerFor(app, web)
      return afterFactorAdded(app, web, owner, await addPasskey(app, owner, name, answer))
    },
  )
}
