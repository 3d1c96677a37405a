import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import type { App } from '../app.ts'
import { contextOf } from '../http/context.ts'
import { type ConsentRecord, consentHistory } from '../privacy/consent/consent-ledger.ts'
import { answerOffer, changeableOffers, hasConsent } from '../privacy/consent/consents.ts'
import { toIso } from '../time.ts'
import { type Member, requireScope } from './access.ts'
import { closeOwnAccount } from './closing/close-account.ts'
import {
  addressOf,
  CloseBody,
  ConsentForm,
  closeOptionsOf,
  EmailForm,
  NoFields,
  ProfileBody,
  realNameOf,
  userNameOf,
} from './input.ts'
import { requestEmailChange } from './profile/email-change.ts'
import { changeProfile, type Profile, readProfile } from './profile/profile.ts'
import { endOtherSessions, endOwnSession, listSessions } from './sessions/sessions.ts'

/** The JSON API of the member's account. */
export function accountApi(app: App) {
  return new Elysia({ prefix: `${app.config.basePath}/api/v3`, normalize: false })
    .get('/account', async ({ request }) => profileAnswer(await readProfile(app, memberOf(request))))
    .post(
      '/account',
      async ({ body, request }) =>
        profileAnswer(
          await changeProfile(app, memberOf(request), {
            ...(body.user_name !== undefined && { userName: userNameOf(body.user_name) }),
            ...(body.real_name !== undefined && { realName: realNameOf(body.real_name) }),
          }),
        ),
      { body: ProfileBody },
    )
    .post(
      '/account/email',
      async ({ body, request, set }) => {
        await requestEmailChange(app, memberOf(request), addressOf(body.email), body.password)
        set.status = 204
      },
      { body: EmailForm },
    )
    .get('/account/consents', ({ request }) => consentsAnswer(app, memberOf(request)))
    .post(
      '/account/consents',
      async ({ body, request }) => {
        await answerOffer(app, memberOf(request), body.purpose, body.answer)
        return consentsAnswer(app, memberOf(request))
      },
      { body: ConsentForm },
    )
    .get('/account/sessions', ({ request }) => sessionsAnswer(app, memberOf(request)))
    .post(
      '/account/sessions/end-others',
      async ({ request }) => {
        await endOtherSessions(app, memberOf(request))
        return sessionsAnswer(app, memberOf(request))
      },
      { body: NoFields },
    )
    .post(
      '/account/sessions/:id/end',
      async ({ params, request, set }) => {
        await endOwnSession(app, memberOf(request), params.id)
        set.status = 204
      },
      { body: NoFields, params: Type.Object({ id: Type.String() }) },
    )
    .post(
      '/account/close',
      async ({ body, request, set }) => {
        await closeOwnAccount(app, memberOf(request), body.password, closeOptionsOf(body))
        set.status = 204
      },
      { body: CloseBody },
    )
}

function memberOf(request: Request): Member {
  return requireScope(contextOf(request).actor, 'account')
}

function profileAnswer(profile: Profile) {
  return {
    user_name: profile.userName,
    email: profile.email,
    real_name: profile.realName,
    picture: profile.hasPicture,
    password: profile.hasPassword,
    role: profile.role,
    second_factor_since: toIso(profile.secondFactorSince),
    age_stated_at: toIso(profile.ageStatedAt),
    created_at: toIso(profile.createdAt),
    confirmed_at: toIso(profile.confirmedAt),
  }
}

async function sessionsAnswer(app: App, { account, session }: Member) {
  const current = session?.toHex()
  return (await listSessions(app, account)).map(({ id, browser, createdAt, usedOn }) => ({
    id,
    browser,
    created_at: toIso(createdAt),
    used_on: toIso(usedOn)?.slice(0, 10),
    current: id === current,
  }))
}

async function consentsAnswer(app: App, { account }: Member) {
  return {
    offers: await Promise.all(
      changeableOffers(app).map(async ({ purpose, version, wording }) => ({
        purpose,
        version,
        wording,
        given: await hasConsent(app, account, purpose),
      })),
    ),
    history: (await consentHistory(app, account)).map(consentRecordAnswer),
  }
}

function consentRecordAnswer({ wordingHash, withdrawnAt, at, ...record }: ConsentRecord) {
  return { ...record, wording_hash: wordingHash, at: toIso(at), withdrawn_at: toIso(withdrawnAt) }
}
