import { type Static, Type } from '@sinclair/typebox'
import { TokenMadePage, TokensPage } from '../../templates/mine-tokens.tsx'
import { scopes } from '../actor.ts'
import type { App } from '../app.ts'
import { AppError } from '../errors.ts'
import { sentenceOf, viewOf } from '../http/render.ts'
import { visitOf } from '../http/visit.ts'
import { type Page, sayWhatWentWrong, type Web, web } from '../http/web.ts'
import { requireAccount } from './access.ts'
import { listTokens, makeToken, type NewToken, revokeToken, tokenDays } from './tokens.ts'

const closed = { additionalProperties: false } as const
const Box = Type.Optional(Type.Literal('on'))
const Form = Type.Object(
  {
    name: Type.String({ maxLength: 200 }),
    days: Type.Optional(Type.String({ maxLength: 8 })),
    create: Box,
    status: Box,
    reveal: Box,
    burn: Box,
    account: Box,
    admin: Box,
  },
  closed,
)

/** The pages of API tokens: translation only. */
export function tokenPages(app: App) {
  return web(app.config.basePath)
    .get('/account/tokens', (web) => tokensPage(app, web))
    .post('/account/tokens', ({ body, ...web }) => make(app, web, body), { body: Form })
    .post(
      '/account/tokens/:id/revoke',
      async ({ request, params }) => {
        await revokeToken(app, requireAccount(visitOf(request).actor).account, params.id)
        return new Response(null, { status: 303, headers: { location: `${app.config.baseUrl}/account/tokens` } })
      },
      { body: Type.Object({}, closed) },
    )
}

function tokensPage(app: App, web: Web, error?: AppError): Page {
  const { account, role } = requireAccount(visitOf(web.request).actor)
  sayWhatWentWrong(web, error)
  const props = {
    tokens: listTokens(app, account),
    scopes: scopes.filter((scope) => scope !== 'admin' || role === 'operator'),
    days: tokenDays,
    error: error && sentenceOf(error),
  }
  return web.html(<TokensPage view={viewOf(app, web.request)} {...props} />)
}

async function make(app: App, web: Web, form: Static<typeof Form>): Promise<Awaited<Page>> {
  try {
    const { token, info } = await makeToken(app, requireAccount(visitOf(web.request).actor), wishOf(form))
    return await web.html(<TokenMadePage view={viewOf(app, web.request)} token={token} info={info} />)
  } catch (error) {
    if (error instanceof AppError && (error.kind === 'invalid' || error.code === 'tokens_full'))
      return tokensPage(app, web, error)
    throw error
  }
}

function wishOf({ name, days = '', ...boxes }: Static<typeof Form>): NewToken {
  return {
    name: name.trim(),
    scopes: scopes.filter((scope) => boxes[scope] !== undefined),
    days: /^\d{1,3}$/.test(days) ? Number(days) : days === '' ? tokenDays.default : 0,
  }
}
