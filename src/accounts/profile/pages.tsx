import type { Static } from '@sinclair/typebox'
import { ProfilePage } from '../../../templates/accounts/profile.tsx'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { contextOf } from '../../http/context.ts'
import { type PageContext, pageRoutes, rerenderOnError, seeOther, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import type { Member } from '../access.ts'
import {
  addressOf,
  EmailForm,
  NoFields,
  pictureOf,
  RealNameForm,
  realNameOf,
  UserNameForm,
  userNameOf,
} from '../input.ts'
import { confirmActionPage, messagePage, noMailNotice } from '../link-pages.tsx'
import { forMember, sessionMemberOf } from '../member-page.ts'
import { confirmEmailChange, peekEmailChange, requestEmailChange } from './email-change.ts'
import { erasePicture, pictureLimits, readPicture, setPicture } from './picture.ts'
import { changeProfile, readProfile } from './profile.ts'

/** The pages of a member's profile: names, picture and email address. */
export function profilePages(app: App) {
  const change = (context: PageContext, work: (member: Member) => Promise<unknown>) => submitChange(app, context, work)
  return pageRoutes(app.config.basePath)
    .get('/account', (context) => forMember(app, context, (member) => profilePage(app, context, member)))
    .post(
      '/account/user-name',
      ({ body, ...context }) =>
        change(context, (member) => changeProfile(app, member, { userName: userNameOf(body.user_name) })),
      { body: UserNameForm },
    )
    .post(
      '/account/real-name',
      ({ body, ...context }) =>
        change(context, (member) => changeProfile(app, member, { realName: realNameOf(body.real_name) })),
      { body: RealNameForm },
    )
    .get('/account/picture', ({ request }) => sendPicture(app, request))
    .post('/account/picture', ({ body, ...context }) =>
      change(context, (member) => setPicture(app, member, pictureOf(body))),
    )
    .post('/account/picture/erase', (context) => change(context, (member) => erasePicture(app, member)), {
      body: NoFields,
    })
    .post('/account/email', ({ body, ...context }) => submitEmail(app, context, body), { body: EmailForm })
    .get('/account/email/sent', (context) =>
      messagePage(app, context, 'email.sentTitle', ['email.sent', ...noMailNotice(app)]),
    )
    .get('/email/done', (context) => messagePage(app, context, 'email.doneTitle', ['email.done']))
    .get('/email/:code', ({ params, ...context }) => confirmEmailPage(app, context, params.code))
    .post('/email/:code', ({ params, request }) => confirmEmail(app, request, params.code), { body: NoFields })
}

async function profilePage(app: App, context: PageContext, member: Member, error?: AppError) {
  setErrorStatus(context, error)
  const props = { profile: await readProfile(app, member), pictureBytes: pictureLimits.bytes }
  return context.html(<ProfilePage view={viewOf(app, context.request)} {...props} error={error && sentenceOf(error)} />)
}

function submitChange(
  app: App,
  context: PageContext,
  work: (member: Member) => Promise<unknown>,
  location = '/account',
) {
  const member = sessionMemberOf(context.request)
  return rerenderOnError(
    (error) => profilePage(app, context, member, error),
    async () => {
      await work(member)
      return seeOther(app.config.baseUrl + location)
    },
  )
}

function submitEmail(app: App, context: PageContext, { email, password }: Static<typeof EmailForm>) {
  const work = (member: Member) => requestEmailChange(app, member, addressOf(email), password)
  return submitChange(app, context, work, '/account/email/sent')
}

async function confirmEmailPage(app: App, context: PageContext, code: string) {
  const facts = { address: await peekEmailChange(app, code) }
  const path = `/email/${code}`
  return confirmActionPage(app, context, {
    path,
    title: 'email.title',
    lead: 'email.lead',
    button: 'email.submit',
    facts,
  })
}

async function confirmEmail(app: App, request: Request, code: string): Promise<Response> {
  await confirmEmailChange(app, contextOf(request).actor, code)
  return seeOther(`${app.config.baseUrl}/email/done`)
}

async function sendPicture(app: App, request: Request): Promise<Response> {
  return new Response(new Uint8Array(await readPicture(app, sessionMemberOf(request))), {
    headers: { 'content-type': 'image/webp' },
  })
}
