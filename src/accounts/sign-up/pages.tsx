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
import { messagePage, noMailNotice, privateView } from '../link-pages.tsx'
import { continueSignIn } from '../sign-in/continue-sign-in.ts'
import { type Invitation, peekInvitation, signUpInvited } from './invitations.ts'
import { confirmSignUp, peekSignUp, signUp } from './sign-up.ts'

type Form = Static<typeof SignUpForm>

/** The pages of sign-up, its confirmation and invitations. */
export function signUpPages(app: App) {
  return pageRoutes(app.config.basePath)
    .get('/sign-up', (context) => signUpPage(app, context))
    .post('/sign-up', ({ body, ...context }) => submitSignUp(app, context, body), { body: SignUpForm })
    .get('/sign-up/sent', (context) =>
      messagePage(app, context, 'signUp.sentTitle', ['signUp.sent', ...noMailNotice(app)]),
    )
    .get('/sign-up/confirm/:code', ({ params, ...context }) => confirmPage(app, context, params.code))
    .post('/sign-up/confirm/:code', ({ params, body, ...context }) => submitConfirm(app, context, params.code, body), {
      body: ConfirmForm,
    })
    .get('/sign-up/with/:code', ({ params, ...context }) => invitedPage(app, context, params.code))
    .post('/sign-up/with/:code', ({ params, body, ...context }) => submitInvited(app, context, params.code, body), {
      body: SignUpForm,
    })
}

function signUpPage(app: App, context: PageContext, form?: Form, error?: AppError) {
  const { signUp, passwordSignIn } = app.config
  setErrorStatus(context, error)
  const view = viewOf(app, context.request)
  if (signUp === 'open' || signUp === 'domains')
    if (passwordSignIn)
      return context.html(<SignUpPage {...propsOf(app, context, form, error)} action={view.path('/sign-up')} />)
  const sentences = [view.text('error.sign_up_closed')]
  return context.html(<MessagePage view={view} title={view.text('signUp.title')} sentences={sentences} />)
}

function submitSignUp(app: App, context: PageContext, form: Form) {
  return rerenderOnError(
    (error) => signUpPage(app, context, form, error),
    async () => {
      await signUp(app, contextOf(context.request).actor, signUpOf(form))
      return seeOther(`${app.config.baseUrl}/sign-up/sent`)
    },
  )
}

async function invitedPage(app: App, context: PageContext, code: string, form?: Form, error?: AppError) {
  const invitation = await peekInvitation(app, code)
  setErrorStatus(context, error)
  const props = propsOf(app, context, form, error, invitation)
  return context.html(<SignUpPage {...props} action={props.view.path(`/sign-up/with/${code}`)} />)
}

function submitInvited(app: App, context: PageContext, code: string, form: Form) {
  return rerenderOnError(
    (error) => invitedPage(app, context, code, form, error),
    async () => {
      const input = signUpOf(form, (await peekInvitation(app, code)).email)
      return continueSignIn(
        app,
        await signUpInvited(app, contextOf(context.request).actor, code, input, browserOf(context.request)),
      )
    },
  )
}

function propsOf(app: App, { request }: PageContext, form?: Form, error?: AppError, invitation?: Invitation) {
  const { minimumAge, signUp, signUpDomains } = app.config
  return {
    view: invitation ? privateView(app, request) : viewOf(app, request),
    invitedEmail: invitation?.email,
    isOperator: invitation?.role === 'operator',
    minimumAge,
    offers: signUpOffers(app),
    domains: signUp === 'domains' && !invitation ? signUpDomains : [],
    previousInput: form && { userName: form.user_name, email: form.email ?? '', checked: Object.keys(form) },
    error: error && sentenceOf(error),
  }
}

async function confirmPage(app: App, context: PageContext, code: string, error?: AppError) {
  const { userName } = await peekSignUp(app, code)
  setErrorStatus(context, error)
  const view = privateView(app, context.request)
  const props = { view, userName, action: view.path(`/sign-up/confirm/${code}`), error: error && sentenceOf(error) }
  return context.html(<ConfirmPage {...props} />)
}

function submitConfirm(app: App, context: PageContext, code: string, body: Static<typeof ConfirmForm>) {
  return rerenderOnError(
    (error) => confirmPage(app, context, code, error),
    async () => {
      const input = { userName: userNameOf(body.user_name), password: body.password }
      return continueSignIn(
        app,
        await confirmSignUp(app, contextOf(context.request).actor, code, input, browserOf(context.request)),
      )
    },
  )
}
