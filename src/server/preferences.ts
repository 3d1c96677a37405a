import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import type { App } from '../app.ts'
import { AppError } from '../errors.ts'
import { setCookie } from '../http/cookies.ts'

const Body = Type.Object(
  {
    theme: Type.Union([Type.Literal('system'), Type.Literal('light'), Type.Literal('dark')], { rule: 'choice' }),
    back: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { additionalProperties: false },
)

/** Creates the route that stores the colour theme in a cookie, or deletes it. It is the only preference cookie (P16). */
export function preferences({ config }: App) {
  const scope = { basePath: config.basePath, secure: config.baseUrl.startsWith('https:') }
  return new Elysia({ prefix: config.basePath, normalize: false }).post(
    '/preferences/theme',
    ({ body: { theme, back = '/' } }) => {
      if (!/^\/(?:[a-z0-9-]+\/)*[a-z0-9-]*$/.test(back)) throw new AppError('field_invalid', { field: 'back' })
      const cookie = setCookie('sotto_theme', theme === 'system' ? '' : theme, scope)
      return new Response(null, { status: 303, headers: { location: config.baseUrl + back, 'set-cookie': cookie } })
    },
    { body: Body },
  )
}
