import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { scopes } from '../../actor.ts'
import type { App } from '../../app.ts'
import { toIso } from '../../time.ts'
import { memberOf } from '../member-page.ts'
import { createToken, listTokens, maxTokenNameLength, revokeToken, type TokenInfo, tokenDays } from './tokens.ts'

const closed = { additionalProperties: false } as const
const NewTokenBody = Type.Object(
  {
    name: Type.String({ maxLength: maxTokenNameLength }),
    scopes: Type.Array(Type.Union(scopes.map((scope) => Type.Literal(scope))), {
      minItems: 1,
      maxItems: scopes.length,
    }),
    days: Type.Optional(Type.Integer({ minimum: tokenDays.min, maximum: tokenDays.max })),
    password: Type.Optional(Type.String({ maxLength: 1024 })),
  },
  closed,
)

/** The JSON API of a member's API tokens. */
export function tokenApi(app: App) {
  return new Elysia({ prefix: `${app.config.basePath}/api/v3/tokens`, normalize: false })
    .get('', async ({ request }) => ({
      tokens: (await listTokens(app, memberOf(request).account)).map(tokenAnswer),
    }))
    .post(
      '',
      async ({ request, body: { password, ...body }, set }) => {
        const input = { days: tokenDays.default, ...body }
        const { token, info } = await createToken(app, memberOf(request), input, password)
        set.status = 201
        return { token, ...tokenAnswer(info) }
      },
      { body: NewTokenBody },
    )
    .delete(
      '/:id',
      async ({ request, params, set }) => {
        await revokeToken(app, memberOf(request).account, params.id)
        set.status = 204
      },
      { body: Type.Optional(Type.Object({}, closed)) },
    )
}

function tokenAnswer({ id, name, scopes, createdAt, expiresAt, usedOn }: TokenInfo) {
  return {
    id,
    name,
    scopes,
    created_at: toIso(createdAt),
    expires_at: toIso(expiresAt),
    ...(usedOn !== null && { used_on: toIso(usedOn).slice(0, 10) }),
  }
}
