import { type Static, Type } from '@sinclair/typebox'
import { TokenCreatedPage, TokensPage } from '../../../templates/accounts/tokens.tsx'
import { scopes } from '../../actor.ts'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { type Page, type PageContext, pageRoutes, rerenderOnError, seeOther, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import type { Member } from '../access.ts'
import { forMember, memberOf } from '../member-page.ts'
import { createToken, listTokens, maxTokenNameLength, type NewToken, revokeToken, tokenDays } from './tokens.ts'

const closed = { additionalProperties: false } as const
const Checkbox = Type.Optional(Type.Literal('on', { rule: 'checkbox' }))
const NewTokenForm = Type.Object(
  {
    name: Type.String({ maxLength: 200, limits: { max: maxTokenNameLength } }),
    days: Type.Optional(Type.String({ maxLength: 8, limits: tokenDays })),
    password: Type.Optional(Type.String({ maxLength: 1024 })),
    create: Checkbox,
    status: Checkbox,
    reveal: Checkbox,
    burn: Checkbox,
    account: Checkbox,
    admin: Checkbox,
  },
  closed,
)

/** The pages of a member's API tokens. */
export function tokenPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/account/tokens', (context) => forMember(app, context, (member) => tokensPage(app, context, member)))
    .post('/account/tokens', ({ body, ...context }) => submitToken(app, context, body), { body: NewTokenForm })
    .post(
      '/account/tokens/:id/revoke',
      async ({ request, params }) => {
        await revokeToken(app, memberOf(request).account, params.id)
        return seeOther(`${app.config.baseUrl}/account/tokens`)
      },
      { body: Type.Object({}, closed) },
    )
}

async function tokensPage(
  app: App,
  context: PageContext,
  { account, role }: Member,
  error?: AppError,
): Promise<Awaited<Page>> {
  setErrorStatus(context, error)
  const props = {
    tokens: await listTokens(app, account),
    scopes: scopes.filter((scope) => scope !== 'admin' || role === 'operator'),
    days: tokenDays,
    error: error && sentenceOf(error),
  }
  return context.html(<TokensPage view={viewOf(app, context.request)} {...props} />)
}

function submitToken(app: App, context: PageContext, form: Static<typeof NewTokenForm>): Promise<Awaited<Page>> {
  const member = memberOf(context.request)
  return rerenderOnError(
    (error) => tokensPage(app, context, member, error),
    async () => {
      const { token, info } = await createToken(app, member, newTokenOf(form), form.password)
      return context.html(<TokenCreatedPage view={viewOf(app, context.request)} token={token} info={info} />)
    },
  )
}

function newTokenOf({ name, days = '', password: _, ...checkboxes }: Static<typeof NewTokenForm>): NewToken {
  return {
    name: name.trim(),
    scopes: scopes.filter((scope) => checkboxes[scope] !== undefined),
    days: /^\d{1,3}$/.test(days) ? Number(days) : days === '' ? tokenDays.default : 0,
  }
}
