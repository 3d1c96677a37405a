import { type Static, Type } from '@sinclair/typebox'
import { formatSize } from '../config/units.ts'
import { AppError } from '../errors.ts'
import { parseAddress } from '../mail/addresses.ts'
import type { CloseOptions } from './closing/close-account.ts'
import { pictureLimits } from './profile/picture.ts'
import type { SignUpAgreements } from './sign-up/agreements.ts'
import type { SignUpInput } from './sign-up/sign-up.ts'

const closed = { additionalProperties: false } as const
// `rule` and `limits` are for the error message: see `schemaFacts`.
const line = (maxLength: number, options = {}) => Type.String({ maxLength, ...options })
const Password = line(1024, { rule: 'password' })
const Checkbox = Type.Optional(line(8, { rule: 'checkbox' }))
const maxRealNameLength = 100

/** A form without fields. */
export const NoFields = Type.Object({}, closed)

/** The sign-up form, with one checkbox per agreement; `email` is missing where the invitation names the address. */
export const SignUpForm = Type.Object(
  {
    user_name: line(64),
    email: Type.Optional(line(320)),
    password: Password,
    age: Checkbox,
    agree_statement: Checkbox,
    agree_news: Checkbox,
    agree_feedback: Checkbox,
  },
  closed,
)

/** The form that confirms a sign-up. */
export const ConfirmForm = Type.Object({ user_name: line(64), password: Password }, closed)

/** The sign-in form. */
export const SignInForm = Type.Object({ name: line(320, { rule: 'login' }), password: Password }, closed)

/** The form that requests a password reset link. */
export const RequestResetForm = Type.Object({ name: line(320, { rule: 'login' }) }, closed)

/** The form that sets a new password with a reset link. */
export const NewPasswordForm = Type.Object({ password: Password }, closed)

/** The form that changes a password. */
export const ChangePasswordForm = Type.Object({ current: Type.Optional(Password), password: Password }, closed)

/** The form that changes the user name. */
export const UserNameForm = Type.Object({ user_name: line(64) }, closed)

/** The form that changes the real name; an empty value erases it. */
export const RealNameForm = Type.Object({ real_name: line(400, { limits: { max: maxRealNameLength } }) }, closed)

/** The form that requests a new email address. */
export const EmailForm = Type.Object({ email: line(320), password: Type.Optional(Password) }, closed)

/** The form that gives or withdraws one consent. */
export const ConsentForm = Type.Object(
  { purpose: line(32), answer: Type.Union([Type.Literal('given'), Type.Literal('withdrawn')], { rule: 'choice' }) },
  closed,
)

/** The form that ends one session. */
export const EndSessionForm = Type.Object({ session: line(64, { rule: 'choice' }) }, closed)

const closing = {
  password: Type.Optional(Password),
  secrets: Type.Union([Type.Literal('burn'), Type.Literal('leave')]),
  when: Type.Union([Type.Literal('grace'), Type.Literal('now')]),
}

/** The form that closes an account. */
export const CloseForm = Type.Object({ ...closing, sure: line(8, { rule: 'checkbox' }) }, closed)

/** The JSON body that closes an account. */
export const CloseBody = Type.Object(closing, closed)

/** The JSON body that changes a profile; `null` erases the value. */
export const ProfileBody = Type.Object(
  {
    user_name: Type.Optional(line(64)),
    real_name: Type.Optional(Type.Union([line(400), Type.Null()], { limits: { max: maxRealNameLength } })),
  },
  closed,
)

/** Returns the input of a sign-up form. `email` is the address of an invitation, if it has one. Throws `field_invalid`. */
export function signUpOf(form: Static<typeof SignUpForm>, email = addressOf(form.email ?? '')): SignUpInput {
  return { userName: userNameOf(form.user_name), email, password: form.password, ...agreementsOf(form) }
}

/** Returns the age statement and the consents of a sign-up form. */
export function agreementsOf(form: Partial<Static<typeof SignUpForm>>): SignUpAgreements {
  const agreed = (['statement', 'news', 'feedback'] as const).filter((name) => form[`agree_${name}`] !== undefined)
  return { ageStated: form.age !== undefined, agreed }
}

/** Returns a user name in its stored form, trimmed and in lower case. Throws `field_invalid`. */
export function userNameOf(input: string): string {
  const name = input.trim().toLowerCase()
  if (!/^[a-z0-9._-]{2,32}$/.test(name)) throw new AppError('field_invalid', { field: 'user_name' })
  return name
}

/** Returns an email address in its stored form, in lower case. Throws `field_invalid`. */
export function addressOf(input: string): string {
  const address = parseAddress(input)
  if (address === undefined) throw new AppError('field_invalid', { field: 'email' })
  return address.toLowerCase()
}

/** Returns a real name, normalized and trimmed; null for an empty one. Throws `field_invalid`. */
export function realNameOf(input: string | null): string | null {
  const name = (input ?? '').normalize('NFC').trim()
  if (name.length > maxRealNameLength || /\p{Cc}/u.test(name) || !name.isWellFormed())
    throw new AppError('field_invalid', { field: 'real_name', max: maxRealNameLength })
  return name === '' ? null : name
}

/** Returns the uploaded picture of a form. Throws `field_invalid`. */
export function pictureOf(body: unknown): Uint8Array {
  const picture = typeof body === 'object' && body !== null && 'picture' in body ? body.picture : undefined
  if (!(picture instanceof Uint8Array))
    throw new AppError('field_invalid', { field: 'picture', max: formatSize(pictureLimits.bytes) })
  return picture
}

/** Returns the options of closing an account from a form or JSON body. */
export function closeOptionsOf({ secrets, when }: Static<typeof CloseBody>): CloseOptions {
  return { burnSecrets: secrets === 'burn', eraseNow: when === 'now' }
}
