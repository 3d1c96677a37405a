import type { Static } from '@sinclair/typebox'
import { ProfilePage } from '../../../templates/accounts/profile.tsx'
import { ClosePage, ConsentsPage, PasswordPage, SessionsPage } from '../../../templates/accounts/settings.tsx'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { browserOf } from '../../http/browser-type.ts'
import { type PageContext, pageRoutes, rerenderOnError, seeOther, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { formatLongDuration } from '../../i18n/text.ts'
import { consentHistory } from '../../privacy/consent/consent-ledger.ts'
import { answerOffer, changeableOffers, hasConsent } from '../../privacy/consent/consents.ts'
import type { Member } from '../access.ts'
import { closeOwnAccount } from '../closing.ts'
import {
  addressOf,
  ChangePasswordForm,
  CloseForm,
  ConsentForm,
  closeOptionsOf,
  EmailForm,
  EndSessionForm,
  fileOf,
  NoFields,
  RealNameForm,
  realNameOf,
  UserNameForm,
  userNameOf,
} from '../input.ts'
import { forMember, sessionMemberOf } from '../member-page.ts'
import { goSignedIn, goSignedOut } from '../session-cookie.ts'
import { endOtherSessions, endOwnSession, listSessions } from '../sessions.ts'
import { message, noMail } from '../sign-in/pages.tsx'
import { changePassword } from '../sign-in/password-sign-in.ts'
import { askNewAddress } from './email-change.ts'
import { erasePicture, pictureLimits, readPicture, setPicture } from './picture.ts'
import { changeProfile, readProfile } from './profile.ts'

/** The pages of one's own account: translation only. */
export function profilePages(app: App) {
  const change = (web: PageContext, work: (member: Member) => Promise<unknown>) => changed(app, web, work)
  return pageRoutes(app.config.basePath)
    .get('/account', (web) => forMember(app, web, (member) => profilePage(app, web, member)))
    .post(
      '/account/user-name',
      ({ body, ...web }) =>
        change(web, (member) => changeProfile(app, member, { userName: userNameOf(body.user_name) })),
      { body: UserNameForm },
    )
    .post(
      '/account/real-name',
      ({ body, ...web }) =>
        change(web, (member) => changeProfile(app, member, { realName: realNameOf(body.real_name) })),
      { body: RealNameForm },
    )
    .post('/account/email', ({ body, ...web }) => newAddress(app, web, body), { body: EmailForm })
    .get('/account/email/sent', (web) => message(app, web, 'email.sentTitle', ['email.sent', ...noMail(app)]))
    .get('/account/picture', ({ request }) => picture(app, request))
    .post('/account/picture', ({ body, ...web }) => change(web, (member) => setPicture(app, member, fileOf(body))))
    .post('/account/picture/erase', (web) => change(web, (member) => erasePicture(app, member)), { body: NoFields })
    .get('/account/password', (web) => forMember(app, web, (member) => passwordPage(app, web, member)))
    .post('/account/password', ({ body, ...web }) => newPassword(app, web, body), { body: ChangePasswordForm })
    .get('/account/sessions', (web) => forMember(app, web, (member) => sessionsPage(app, web, member)))
    .post('/account/sessions/end', ({ body, request }) => endOne(app, request, body), { body: EndSessionForm })
    .post('/account/sessions/end-others', ({ request }) => endOthers(app, request), { body: NoFields })
    .get('/account/consents', (web) => forMember(app, web, (member) => consentsPage(app, web, member)))
    .post('/account/consents', ({ body, request }) => consent(app, request, body), { body: ConsentForm })
    .get('/account/close', (web) => forMember(app, web, (member) => closePage(app, web, member)))
    .post('/account/close', ({ body, ...web }) => close(app, web, body), { body: CloseForm })
}

function profilePage(app: App, web: PageContext, member: Member, error?: AppError) {
  setErrorStatus(web, error)
  const props = { profile: readProfile(app, member), pictureBytes: pictureLimits.bytes }
  return web.html(<ProfilePage view={viewOf(app, web.request)} {...props} error={error && sentenceOf(error)} />)
}

function changed(app: App, web: PageContext, work: (member: Member) => Promise<unknown>, then = '/account') {
  const member = sessionMemberOf(web.request)
  return rerenderOnError(
    (error) => profilePage(app, web, member, error),
    async () => {
      await work(member)
      return seeOther(app.config.baseUrl + then)
    },
  )
}

function newAddress(app: App, web: PageContext, { email, password }: Static<typeof EmailForm>) {
  const work = (member: Member) => askNewAddress(app, member, addressOf(email), password)
  return changed(app, web, work, '/account/email/sent')
}

function picture(app: App, request: Request): Response {
  return new Response(new Uint8Array(readPicture(app, sessionMemberOf(request))), {
    headers: { 'content-type': 'image/webp' },
  })
}

function passwordPage(app: App, web: PageContext, member: Member, error?: AppError) {
  setErrorStatus(web, error)
  const { hasPassword } = readProfile(app, member)
  const props = { view: viewOf(app, web.request), hasPassword, error: error && sentenceOf(error) }
  return web.html(<PasswordPage {...props} />)
}

function newPassword(app: App, web: PageContext, { current, password }: Static<typeof ChangePasswordForm>) {
  const member = sessionMemberOf(web.request)
  return rerenderOnError(
    (error) => passwordPage(app, web, member, error),
    async () => {
      const cookie = await changePassword(app, member, { current, wanted: password }, browserOf(web.request))
      return goSignedIn(app, cookie, '/account')
    },
  )
}

function sessionsPage(app: App, { request, html }: PageContext, { account, session }: Member) {
  const current = session === null ? '' : session.toHex()
  return html(<SessionsPage view={viewOf(app, request)} sessions={listSessions(app, account)} current={current} />)
}

async function endOne(app: App, request: Request, { session }: Static<typeof EndSessionForm>): Promise<Response> {
  await endOwnSession(app, sessionMemberOf(request), session)
  return seeOther(`${app.config.baseUrl}/account/sessions`)
}

async function endOthers(app: App, request: Request): Promise<Response> {
  await endOtherSessions(app, sessionMemberOf(request))
  return seeOther(`${app.config.baseUrl}/account/sessions`)
}

function consentsPage(app: App, { request, html }: PageContext, { account }: Member) {
  const offers = changeableOffers(app).map((offer) => ({ ...offer, given: hasConsent(app, account, offer.purpose) }))
  return html(<ConsentsPage view={viewOf(app, request)} offers={offers} history={consentHistory(app, account)} />)
}

async function consent(app: App, request: Request, body: Static<typeof ConsentForm>): Promise<Response> {
  await answerOffer(app, sessionMemberOf(request), body.purpose, body.answer)
  return seeOther(`${app.config.baseUrl}/account/consents`)
}

function closePage(app: App, web: PageContext, member: Member, error?: AppError) {
  setErrorStatus(web, error)
  const { grace } = app.config
  const { hasPassword } = readProfile(app, member)
  const props = { hasPassword, grace: grace === 0 ? undefined : formatLongDuration(grace) }
  return web.html(<ClosePage view={viewOf(app, web.request)} {...props} error={error && sentenceOf(error)} />)
}

function close(app: App, web: PageContext, body: Static<typeof CloseForm>) {
  const member = sessionMemberOf(web.request)
  return rerenderOnError(
    (error) => closePage(app, web, member, error),
    async () => {
      await closeOwnAccount(app, member, body.password, closeOptionsOf(body))
      return goSignedOut(app, '/closed')
    },
  )
}
