import type { Static } from '@sinclair/typebox'
import { ConfirmPage, SignUpPage } from '../../../templates/accounts/sign-up.tsx'
import { MessagePage } from '../../../templates/message.tsx'
import type { App } from '../../app.ts'
import type { AppError } from '../../errors.ts'
import { sentenceOf, viewOf } from '../../http/render.ts'
import { browserOf } from '../../server/request-log.ts'
import { visitOf } from '../../http/context.ts'
import { orAgain, sayWhatWentWrong, seeOther, type Web, web } from '../../http/page.ts'
import { offersAtSignUp } from '../../privacy/consent/consents.ts'
import { ConfirmForm, SignUpForm, signUpOf, userNameOf } from '../input.ts'
import { type Invited, peekInvitation, signUpInvited } from './invitations.ts'
import { goOn, message, noMail, privateView } from '../sign-in/pages.tsx'
import { confirmSignUp, peekSignUp, signUp } from './sign-up.ts'

type Form = Static<typeof SignUpForm>

/** The pages by which an account is made: translation only. */
export function signUpPages(app: App) {
  return web(app.config.basePath)
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

function signUpPage(app: App, web: Web, form?: Form, error?: AppError) {
  const { signUp, passwordSignIn } = app.config
  sayWhatWentWrong(web, error)
  const view = viewOf(app, web.request)
  if (signUp === 'open' || signUp === 'domains')
    if (passwordSignIn)
      return web.html(<SignUpPage {...propsOf(app, web, form, error)} action={view.path('/sign-up')} />)
  const sentences = [view.text('error.sign_up_closed')]
  return web.html(<MessagePage view={view} title={view.text('signUp.title')} sentences={sentences} />)
}

function signUpHere(app: App, web: Web, form: Form) {
  return orAgain(
    (error) => signUpPage(app, web, form, error),
    async () => {
      await signUp(app, visitOf(web.request).actor, signUpOf(app, form))
      return seeOther(`${app.config.baseUrl}/sign-up/sent`)
    },
  )
}

function invitedPage(app: App, web: Web, code: string, form?: Form, error?: AppError) {
  const invited = peekInvitation(app, code)
  sayWhatWentWrong(web, error)
  const props = propsOf(app, web, form, error, invited)
  return web.html(<SignUpPage {...props} action={props.view.path(`/sign-up/with/${code}`)} />)
}

function signUpWith(app: App, web: Web, code: string, form: Form) {
  return orAgain(
    (error) => invitedPage(app, web, code, form, error),
    async () => {
      const wish = signUpOf(app, form, peekInvitation(app, code).email)
      return goOn(app, await signUpInvited(app, visitOf(web.request).actor, code, wish, browserOf(web.request)))
    },
  )
}

function propsOf(app: App, { request }: Web, form?: Form, error?: AppError, invited?: Invited) {
  const { minimumAge, signUp, signUpDomains } = app.config
  return {
    view: invited ? privateView(app, request) : viewOf(app, request),
    invited: invited?.email,
    operator: invited?.role === 'operator',
    minimumAge,
    offers: offersAtSignUp(app),
    domains: signUp === 'domains' && !invited ? signUpDomains : [],
    before: form && { userName: form.user_name, email: form.email ?? '', ticked: Object.keys(form) },
    error: error && sentenceOf(error),
  }
}

function confirmPage(app: App, web: Web, code: string, error?: AppError) {
  const { userName } = peekSignUp(app, code)
  sayWhatWentWrong(web, error)
  const view = privateView(app, web.request)
  const props = { view, userName, action: view.path(`/sign-up/confirm/${code}`), error: error && sentenceOf(error) }
  return web.html(<ConfirmPage {...props} />)
}

function confirm(app: App, web: Web, code: string, body: Static<typeof ConfirmForm>) {
  return orAgain(
    (error) => confirmPage(app, web, code, error),
    async () => {
      const typed = { userName: userNameOf(body.user_name), password: body.password }
      return goOn(app, await confirmSignUp(app, visitOf(web.request).actor, code, typed, browserOf(web.request)))
    },
  )
}
