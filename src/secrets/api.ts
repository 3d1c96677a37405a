import { type Static, Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import type { App } from '../app.ts'
import { toBase64Url } from '../crypto/end-to-end.ts'
import { AppError } from '../errors.ts'
import { contextOf } from '../http/context.ts'
import { json } from '../http/json.ts'
import { plainText, wantsPlainText } from '../http/plain-text.ts'
import { toIso } from '../time.ts'
import { burnSecret } from './burn.ts'
import { createSecret } from './create.ts'
import { createGenerated } from './create-generated.ts'
import {
  CreateBody,
  GenerateBody,
  idempotencyKeyOf,
  parseCreateInput,
  parseGenerateInput,
  parseRevealInput,
  RevealBody,
} from './input.ts'
import { receiptUrl, secretUrl } from './links.ts'
import type { CreatedSecret } from './new-secret.ts'
import { peekSecret } from './peek.ts'
import { type Receipt, readReceipt } from './receipt.ts'
import { acknowledgeReveal } from './replay.ts'
import { revealSecret } from './reveal.ts'

const Query = Type.Object({ ttl: Type.Optional(Type.String({ maxLength: 32 })) })

/** Routes of the JSON API, version 3, for secrets and receipts. */
export function secretApi(app: App) {
  return new Elysia({ prefix: `${app.config.basePath}/api/v3`, normalize: false })
    .post(
      '/secrets',
      async ({ body, query, request }) => {
        const input = parseCreateInput(app, { ...query, ...body })
        const created = await createSecret(app, contextOf(request).actor, input, idempotencyKeyOf(request))
        return createdResponse(app, request, created, {})
      },
      { body: CreateBody, query: Query },
    )
    .post(
      '/secrets/generate',
      async ({ body, request }) => {
        if (idempotencyKeyOf(request) !== undefined) throw new AppError('idempotency_unsupported')
        const { created, value } = await createGenerated(app, contextOf(request).actor, parseGenerateInput(app, body))
        return createdResponse(app, request, created, { value })
      },
      { body: GenerateBody },
    )
    .get('/secrets/:key', async ({ params }) => {
      const { passphraseRequired, endToEnd, createdAt, expiresAt } = await peekSecret(app, params.key)
      return {
        state: 'new',
        passphrase_required: passphraseRequired,
        end_to_end: endToEnd,
        created_at: toIso(createdAt),
        expires_at: toIso(expiresAt),
      }
    })
    .post('/secrets/:key/reveal', ({ params, body, request }) => revealResponse(app, request, params.key, body), {
      body: RevealBody,
    })
    .post(
      '/secrets/:key/acknowledge',
      async ({ params, request, set }) => {
        const idempotencyKey = idempotencyKeyOf(request)
        if (idempotencyKey === undefined) throw new AppError('idempotency_key_invalid')
        await acknowledgeReveal(app, params.key, idempotencyKey)
        set.status = 204
      },
      { body: Type.Object({}, { additionalProperties: false }) },
    )
    .get('/receipts/:key', async ({ params }) => receiptJson(app, await readReceipt(app, params.key)))
    .post('/receipts/:key/burn', async ({ params }) => receiptJson(app, await burnSecret(app, params.key)), {
      body: Type.Object({}, { additionalProperties: false }),
    })
}

function createdResponse(app: App, request: Request, created: CreatedSecret, more: { value?: string }): Response {
  const url = secretUrl(app, created.key)
  const location = { location: receiptUrl(app, created.receiptKey) }
  if (wantsPlainText(request)) return plainText(more.value === undefined ? url : `${more.value}\n${url}`, 201, location)
  const receipt = { key: created.receiptKey, url: location.location }
  const body = { key: created.key, url, state: 'new', expires_at: toIso(created.expiresAt), receipt, ...more }
  return json(app, body, 201, location)
}

async function revealResponse(
  app: App,
  request: Request,
  key: string,
  body: Static<typeof RevealBody>,
): Promise<Response> {
  const revealed = await revealSecret(
    app,
    contextOf(request).actor,
    key,
    parseRevealInput(body, idempotencyKeyOf(request)),
  )
  if ('sealed' in revealed) return json(app, { sealed: toBase64Url(revealed.sealed) })
  if (!wantsPlainText(request)) return json(app, { content: revealed.text })
  return new Response(revealed.text, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
}

function receiptJson(app: App, { state, createdAt, expiresAt, revealedAt, burnedAt, withdrawnAt, secretKey }: Receipt) {
  return {
    state,
    created_at: toIso(createdAt),
    expires_at: toIso(expiresAt),
    ...(revealedAt !== null && { revealed_at: toIso(revealedAt) }),
    ...(burnedAt !== null && { burned_at: toIso(burnedAt) }),
    ...(withdrawnAt !== null && { withdrawn_at: toIso(withdrawnAt) }),
    ...(secretKey !== undefined && { secret: { key: secretKey, url: secretUrl(app, secretKey) } }),
  }
}
