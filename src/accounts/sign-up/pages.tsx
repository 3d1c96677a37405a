import type { Static } from '@sinclair/typebox'
import { ConfirmPage, SignUpPage } from '../../../templates/accounts/sign-up.tsx'
import { MessagePage } from '../../../templates/message.tsx'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { browserOf } from '../../http/browser-type.ts'
import { contextOf } from '../../http/context.ts'
import { type PageContext, pageRoutes, rerenderOnError, seeOther, setErrorStatus } from '../../http/page.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { signUpOffers } from '../../privacy/consent/consents.ts'
import { ConfirmForm, SignUpForm, signUpOf, userNameOf } from '../input.ts'
import { continueSignIn, message, noMail, privateView } from '../sign-in/pages.tsx'
import { type Invited, peekInvitation, signUpInvited } from './invitations.ts'
import { confirmSignUp, peekSignUp, signUp } from './sign-up.ts'

type Form = Static<typeof SignUpForm>

/** The pages by which an account is made: translation only. */
export function signUpPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/sign-up', (web) => signUpPage(app, web))
    .post('/sign-up', ({ body, ...web }) => signUpHere(app, web, body), { body: SignUpForm })
    .get('/sign-up/sent', (web) => message(app, web, 'signUp.sentTitle', ['signUp.sent', ...noMail(app)]))
    .get('/sign-up/confirm/:code', ({ params, ...web }) => confirmPage(app, web, params.code))
    .post('/sign-up/confirm/:code', ({ params, body, ...web }) => confirm(app, web, params.code, body), {
      body: ConfirmForm,
    })
    .get('/sign-up/with/:code', ({ params, ...web }) => invitedPage(app, web, params.code))
    .post('/sign-up/with/:code', ({ params, body, ...web }) => signUpWith(app, web, params.code, body), {
      body: SignUpForm,
    })
}

function signUpPage(app: App, web: PageContext, form?: Form, error?: AppError) {
  const { signUp, passwordSignIn } = app.config
  setErrorStatus(web, error)
  const view = viewOf(app, web.request)
  if (signUp === 'open' || signUp === 'domains')
    if (passwordSignIn)
      return web.html(<SignUpPage {...propsOf(app, web, form, error)} action={view.path('/sign-up')} />)
  const sentences = [view.text('error.sign_up_closed')]
  return web.html(<MessagePage view={view} title={view.text('signUp.title')} sentences={sentences} />)
}

function signUpHere(app: App, web: PageContext, form: Form) {
  return rerenderOnError(
    (error) => signUpPage(app, web, form, error),
    async () => {
      await signUp(app, contextOf(web.request).actor, signUpOf(app, form))
      return seeOther(`${app.config.baseUrl}/sign-up/sent`)
    },
  )
}

function invitedPage(app: App, web: PageContext, code: string, form?: Form, error?: AppError) {
  const invited = peekInvitation(app, code)
  setErrorStatus(web, error)
  const props = propsOf(app, web, form, error, invited)
  return web.html(<SignUpPage {...props} action={props.view.path(`/sign-up/with/${code}`)} />)
}

function signUpWith(app: App, web: PageContext, code: string, form: Form) {
  return rerenderOnError(
    (error) => invitedPage(app, web, code, form, error),
    async () => {
      const wish = signUpOf(app, form, peekInvitation(app, code).email)
      return continueSignIn(
        app,
        await signUpInvited(app, contextOf(web.request).actor, code, wish, browserOf(web.request)),
      )
    },
  )
}

function propsOf(app: App, { request }: PageContext, form?: Form, error?: AppError, invited?: Invited) {
  const { minimumAge, signUp, signUpDomains } = app.config
  return {
    view: invited ? privateView(app, request) : viewOf(app, request),
    invited: invited?.email,
    operator: invited?.role === 'operator',
    minimumAge,
    offers: signUpOffers(app),
    domains: signUp === 'domains' && !invited ? signUpDomains : [],
    before: form && { userName: form.user_name, email: form.email ?? '', ticked: Object.keys(form) },
    error: error && sentenceOf(error),
  }
}

function confirmPage(app: App, web: PageContext, code: string, error?: AppError) {
  const { userName } = peekSignUp(app, code)
  setErrorStatus(web, error)
  const view = privateView(app, web.request)
  const props = { view, userName, action: view.path(`/sign-up/confirm/${code}`), error: error && sentenceOf(error) }
  return web.html(<ConfirmPage {...props} />)
}

function confirm(app: App, web: PageContext, code: string, body: Static<typeof ConfirmForm>) {
  return rerenderOnError(
    (error) => confirmPage(app, web, code, error),
    async () => {
      const typed = { userName: userNameOf(body.user_name), password: body.password }
      return continueSignIn(
        app,
        await confirmSignUp(app, contextOf(web.request).actor, code, typed, browserOf(web.request)),
      )
    },
  )
}
