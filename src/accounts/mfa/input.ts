import { Type } from '@sinclair/typebox'

const closed = { additionalProperties: false } as const
const Proof = Type.Optional(Type.String({ maxLength: 1024, rule: 'credential' }))
const PasskeyResponse = Type.String({ maxLength: 12_000, rule: 'passkey' })

/** A form that is protected by re-authentication only. */
export const ProofForm = Type.Object({ proof: Proof }, closed)

/** The form for a TOTP or recovery code. */
export const CodeForm = Type.Object({ code: Type.String({ maxLength: 40 }) }, closed)

/** The form that adds a passkey; `answer` is the JSON response of the browser. */
export const AddPasskeyForm = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 64 }), answer: PasskeyResponse, proof: Proof },
  closed,
)

/** The same form as sent for the creation options, before the browser has a response. */
export const PasskeyOptionsForm = Type.Partial(AddPasskeyForm, closed)

/** The form that removes a passkey. */
export const RemovePasskeyForm = Type.Object(
  { id: Type.String({ maxLength: 1400, rule: 'choice' }), proof: Proof },
  closed,
)

/** The form that signs in with a passkey; `answer` is the JSON response of the browser. */
export const PasskeyLoginForm = Type.Object({ answer: PasskeyResponse }, closed)

/** The same form as sent for the request options, before the browser has a response. */
export const PasskeyLoginOptionsForm = Type.Partial(PasskeyLoginForm, closed)
