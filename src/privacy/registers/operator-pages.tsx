import { type Static, Type } from '@sinclair/typebox'
import { maxMessageLength } from '../../../templates/privacy/complaints.tsx'
import { AnswerPage, DisclosuresPage, LegalHoldsPage, MessagesPage } from '../../../templates/privacy/operator.tsx'
import { type Member, requireOperator } from '../../accounts/access.ts'
import { lookUpAccount } from '../../accounts/account.ts'
import { NoFields } from '../../accounts/input.ts'
import { forMember } from '../../accounts/member-page.ts'
import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { contextOf } from '../../http/context.ts'
import { type Page, type PageContext, pageRoutes, rerenderOnError, seeOther, setErrorStatus } from '../../http/page.ts'
import { parseId } from '../../http/path-id.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { parseIsoDay } from '../../time.ts'
import { answerMessage, listMessages, readReceivedMessage } from './complaints.ts'
import { listDisclosures } from './disclosures.ts'
import { requireText } from './input.ts'
import { confirmLegalHold, listLegalHolds, releaseLegalHold, setLegalHold } from './legal-holds.ts'

const closed = { additionalProperties: false } as const
const AnswerForm = Type.Object({ answer: Type.String({ maxLength: maxMessageLength, rule: 'message' }) }, closed)
const string = (maxLength: number) => Type.String({ maxLength })
const maxReferenceLength = 320
const HoldForm = Type.Object(
  { account: string(320), reference: string(maxReferenceLength), review: string(10) },
  closed,
)

/** The pages on which operators answer messages, manage legal holds and read the register of legal requests. */
export function operatorPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/operator/messages', (context) =>
      forOperator(app, context, async () =>
        context.html(<MessagesPage view={viewOf(app, context.request)} messages={await listMessages(app)} />),
      ),
    )
    .get('/operator/messages/:number', ({ params, ...context }) =>
      forOperator(app, context, () => answerPage(app, context, parseId(params.number))),
    )
    .post(
      '/operator/messages/:number',
      ({ params, body, ...context }) => answer(app, context, parseId(params.number), body),
      {
        body: AnswerForm,
      },
    )
    .get('/operator/holds', (context) => forOperator(app, context, (member) => legalHoldsPage(app, context, member)))
    .post('/operator/holds', ({ body, ...context }) => place(app, context, body), { body: HoldForm })
    .post('/operator/holds/:id/confirm', ({ params, ...context }) => confirm(app, context, params.id), {
      body: NoFields,
    })
    .post('/operator/holds/:id/release', ({ params, ...context }) => release(app, context, params.id), {
      body: NoFields,
    })
    .get('/operator/disclosures', (context) =>
      forOperator(app, context, async () =>
        context.html(<DisclosuresPage view={viewOf(app, context.request)} disclosures={await listDisclosures(app)} />),
      ),
    )
}

function forOperator(app: App, context: PageContext, page: (member: Member) => Page): Promise<Awaited<Page>> {
  return forMember(app, context, () => page(operatorOf(context)))
}

function operatorOf({ request }: PageContext): Member {
  return requireOperator(contextOf(request).actor)
}

async function answerPage(app: App, context: PageContext, id: number, error?: AppError) {
  setErrorStatus(context, error)
  const props = { message: await readReceivedMessage(app, id), error: error && sentenceOf(error) }
  return context.html(<AnswerPage view={viewOf(app, context.request)} {...props} />)
}

function answer(app: App, context: PageContext, id: number, form: Static<typeof AnswerForm>) {
  operatorOf(context)
  return rerenderOnError(
    (error) => answerPage(app, context, id, error),
    async () => {
      const text = requireText(form.answer, { field: 'answer', rule: 'message', max: maxMessageLength })
      await answerMessage(app, id, text)
      return seeOther(`${app.config.baseUrl}/operator/messages`)
    },
  )
}

async function legalHoldsPage(app: App, context: PageContext, member: Member, error?: AppError) {
  setErrorStatus(context, error)
  const props = { holds: await listLegalHolds(app, member), error: error && sentenceOf(error) }
  return context.html(<LegalHoldsPage view={viewOf(app, context.request)} {...props} />)
}

function changeHolds(app: App, context: PageContext, change: (member: Member) => Promise<unknown>) {
  const member = operatorOf(context)
  return rerenderOnError(
    (error) => legalHoldsPage(app, context, member, error),
    async () => {
      await change(member)
      return seeOther(`${app.config.baseUrl}/operator/holds`)
    },
  )
}

function place(app: App, context: PageContext, form: Static<typeof HoldForm>) {
  return changeHolds(app, context, async (member) => {
    const account = await lookUpAccount(app, form.account)
    if (!account) throw new AppError('field_invalid', { field: 'account' })
    const reviewAt = parseIsoDay(form.review)
    if (reviewAt === undefined) throw new AppError('field_invalid', { field: 'review' })
    return setLegalHold(app, member, {
      account: account.id,
      reference: requireText(form.reference, { field: 'reference', max: maxReferenceLength }),
      reviewAt,
    })
  })
}

function confirm(app: App, context: PageContext, id: string) {
  return changeHolds(app, context, (member) => confirmLegalHold(app, member, id))
}

function release(app: App, context: PageContext, id: string) {
  return changeHolds(app, context, () => releaseLegalHold(app, id))
}
