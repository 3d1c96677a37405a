import { type Static, Type } from '@sinclair/typebox'
import { maxMessageLength } from '../../../templates/privacy/complaints.tsx'
import { AnswerPage, DisclosuresPage, LegalHoldsPage, MessagesPage } from '../../../templates/privacy/operator.tsx'
import { type Member, requireOperator } from '../../accounts/access.ts'
import { findAccount } from '../../accounts/account.ts'
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
    .get('/operator/messages', (web) =>
      forOperator(app, web, () =>
        web.html(<MessagesPage view={viewOf(app, web.request)} messages={listMessages(app)} />),
      ),
    )
    .get('/operator/messages/:number', ({ params, ...web }) =>
      forOperator(app, web, () => answerPage(app, web, parseId(params.number))),
    )
    .post('/operator/messages/:number', ({ params, body, ...web }) => answer(app, web, parseId(params.number), body), {
      body: AnswerForm,
    })
    .get('/operator/holds', (web) => forOperator(app, web, (member) => legalHoldsPage(app, web, member)))
    .post('/operator/holds', ({ body, ...web }) => place(app, web, body), { body: HoldForm })
    .post('/operator/holds/:id/confirm', ({ params, ...web }) => confirm(app, web, params.id), { body: NoFields })
    .post('/operator/holds/:id/release', ({ params, ...web }) => release(app, web, params.id), { body: NoFields })
    .get('/operator/disclosures', (web) =>
      forOperator(app, web, () =>
        web.html(<DisclosuresPage view={viewOf(app, web.request)} disclosures={listDisclosures(app)} />),
      ),
    )
}

function forOperator(app: App, web: PageContext, page: (member: Member) => Page): Page {
  return forMember(app, web, () => page(operatorOf(web)))
}

function operatorOf({ request }: PageContext): Member {
  return requireOperator(contextOf(request).actor)
}

function answerPage(app: App, web: PageContext, id: number, error?: AppError) {
  setErrorStatus(web, error)
  const props = { message: readReceivedMessage(app, id), error: error && sentenceOf(error) }
  return web.html(<AnswerPage view={viewOf(app, web.request)} {...props} />)
}

function answer(app: App, web: PageContext, id: number, form: Static<typeof AnswerForm>) {
  operatorOf(web)
  return rerenderOnError(
    (error) => answerPage(app, web, id, error),
    async () => {
      const text = requireText(form.answer, { field: 'answer', rule: 'message', max: maxMessageLength })
      await answerMessage(app, id, text)
      return seeOther(`${app.config.baseUrl}/operator/messages`)
    },
  )
}

function legalHoldsPage(app: App, web: PageContext, member: Member, error?: AppError) {
  setErrorStatus(web, error)
  const props = { holds: listLegalHolds(app, member), error: error && sentenceOf(error) }
  return web.html(<LegalHoldsPage view={viewOf(app, web.request)} {...props} />)
}

function changeHolds(app: App, web: PageContext, change: (member: Member) => Promise<unknown>) {
  const member = operatorOf(web)
  return rerenderOnError(
    (error) => legalHoldsPage(app, web, member, error),
    async () => {
      await change(member)
      return seeOther(`${app.config.baseUrl}/operator/holds`)
    },
  )
}

function place(app: App, web: PageContext, form: Static<typeof HoldForm>) {
  return changeHolds(app, web, (member) => {
    const account = findAccount(app, form.account)
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

function confirm(app: App, web: PageContext, id: string) {
  return changeHolds(app, web, (member) => confirmLegalHold(app, member, id))
}

function release(app: App, web: PageContext, id: string) {
  return changeHolds(app, web, () => releaseLegalHold(app, id))
}
