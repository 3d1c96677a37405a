import type { App } from '../../app.ts'
import { AppError } from '../../errors.ts'
import { type ConsentPurpose, signUpOffers } from '../../privacy/consent/consents.ts'

/** What a person stated and agreed to at sign-up. */
export interface SignUpAgreements {
  /** The person stated to be of the minimum age. */
  readonly ageStated: boolean
  readonly agreed: readonly ConsentPurpose[]
}

/** Requires the age statement and every required consent of a sign-up. Throws `age_missing`, `agreement_missing`. */
export function requireAgreements(app: App, { ageStated, agreed }: SignUpAgreements): void {
  if (!ageStated) throw new AppError('age_missing', { age: app.config.minimumAge })
  const missing = signUpOffers(app).filter(({ purpose, required }) => required && !agreed.includes(purpose))
  if (missing.length > 0) throw new AppError('agreement_missing')
}
