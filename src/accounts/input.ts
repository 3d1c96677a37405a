import { type Static, Type } from '@sinclair/typebox'
import type { App } from '../app.ts'
import { AppError } from '../errors.ts'
import { parseAddress } from '../mail/addresses.ts'
import { type ConsentPurpose, signUpOffers } from '../privacy/consent/consents.ts'
import type { CloseOptions } from './closing.ts'
import type { SignUp } from './sign-up/sign-up.ts'

const closed = { additionalProperties: false } as const
const line = (maxLength: number) => Type.String({ maxLength })
const Password = line(1024)
const Tick = Type.Optional(line(8))

/** A form without fields. */
export const NoFields = Type.Object({}, closed)

/** The form of sign-up; `email` is not there where the invitation has it. Each box to agree to is a field of its own. */
export const SignUpForm = Type.Object(
  {
    user_name: line(64),
    email: Type.Optional(line(320)),
    password: Password,
    age: Tick,
    agree_statement: Tick,
    agree_news: Tick,
    agree_feedback: Tick,
  },
  closed,
)

/** The form by which a sign-up is confirmed. */
export const ConfirmForm = Type.Object({ user_name: line(64), password: Password }, closed)

/** The form of sign-in. */
export const SignInForm = Type.Object({ name: line(320), password: Password }, closed)

/** The form that asks for a new password by mail. */
export const AskResetForm = Type.Object({ name: line(320) }, closed)

/** The form of a new password. */
export const NewPasswordForm = Type.Object({ password: Password }, closed)

/** The form that changes a password. */
export const ChangePasswordForm = Type.Object({ current: Type.Optional(Password), password: Password }, closed)

/** The form of one field of the profile. */
export const UserNameForm = Type.Object({ user_name: line(64) }, closed)
/** An empty real name erases it. */
export const RealNameForm = Type.Object({ real_name: line(400) }, closed)
/** The form of a new address. */
export const EmailForm = Type.Object({ email: line(320), password: Type.Optional(Password) }, closed)

/** The form that gives or takes back one consent. */
export const ConsentForm = Type.Object(
  { purpose: line(32), answer: Type.Union([Type.Literal('given'), Type.Literal('withdrawn')]) },
  closed,
)

/** The form that ends one session. */
export const EndSessionForm = Type.Object({ session: line(64) }, closed)

const closing = {
  password: Type.Optional(Password),
  secrets: Type.Union([Type.Literal('burn'), Type.Literal('leave')]),
  when: Type.Union([Type.Literal('grace'), Type.Literal('now')]),
}

/** The form that closes an account. */
export const CloseForm = Type.Object({ ...closing, sure: line(8) }, closed)

/** The same for a program. */
export const CloseBody = Type.Object(closing, closed)

/** The API's correction of a profile; `null` erases. */
export const ProfileBody = Type.Object(
  { user_name: Type.Optional(line(64)), real_name: Type.Optional(Type.Union([line(400), Type.Null()])) },
  closed,
)

/** What somebody who signs up has filled in. Throws `field_invalid`, `age_missing`, `agreement_missing`. */
export function signUpOf(app: App, form: Static<typeof SignUpForm>, email = addressOf(form.email ?? '')): SignUp {
  const wish = { userName: userNameOf(form.user_name), email, password: form.password }
  if (form.age === undefined) throw new AppError('age_missing', { age: app.config.minimumAge })
  const ticks: Partial<Record<ConsentPurpose, string | undefined>> = {
    statement: form.agree_statement,
    news: form.agree_news,
    feedback: form.agree_feedback,
  }
  const offers = signUpOffers(app)
  const agreed = offers.map(({ purpose }) => purpose).filter((purpose) => ticks[purpose] !== undefined)
  if (offers.some(({ purpose, required }) => required && !agreed.includes(purpose)))
    throw new AppError('agreement_missing')
  return { ...wish, agreed }
}

/** A user name in the form it is kept in. Throws `field_invalid`. */
export function userNameOf(typed: string): string {
  const name = typed.trim().toLowerCase()
  if (!/^[a-z0-9._-]{2,32}$/.test(name)) throw new AppError('field_invalid', { field: 'user_name' })
  return name
}

/** An e-mail address in the form it is kept in. Throws `field_invalid`. */
export function addressOf(typed: string): string {
  const address = parseAddress(typed)
  if (address === undefined) throw new AppError('field_invalid', { field: 'email' })
  return address.toLowerCase()
}

/** A real name, or nothing where the field was emptied. Throws `field_invalid`. */
export function realNameOf(typed: string | null): string | null {
  const name = (typed ?? '').normalize('NFC').trim()
  if (name.length > 100 || /\p{Cc}/u.test(name) || !name.isWellFormed())
    throw new AppError('field_invalid', { field: 'real_name' })
  return name === '' ? null : name
}

/** The bytes of the one file of a form. Throws `field_invalid`. */
export function fileOf(body: unknown): Uint8Array {
  const file = typeof body === 'object' && body !== null && 'picture' in body ? body.picture : undefined
  if (!(file instanceof Uint8Array)) throw new AppError('field_invalid', { field: 'picture' })
  return file
}

/** How an account is to be closed. */
export function closeOptionsOf({ secrets, when }: Static<typeof CloseBody>): CloseOptions {
  return { burn: secrets === 'burn', now: when === 'now' }
}
