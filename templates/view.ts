import type { Text } from '../src/i18n/text.ts'
import type { Banner } from '../src/privacy/policy/banners.ts'

/** What every page is given beside its own facts. Templates are pure: they read nothing else. */
export interface View {
  readonly text: Text
  readonly theme: 'light' | 'dark' | undefined
  readonly name: string
  readonly regionName: string
  readonly peers: readonly { readonly name: string; readonly url: string }[]
  readonly contact: string | undefined
  readonly now: number
  /** What is announced; only the home page has any. */
  readonly banners?: readonly Banner[]
  /** Whether somebody is signed in. */
  readonly isSignedIn: boolean
  /** Whether that is an operator. */
  readonly isOperator: boolean
  /** Whether this instance sends mail. */
  readonly sendsMail: boolean
  /** The path of this request without the base path, to come back to; only for pages that are safe to load again. */
  readonly returnPath: string | undefined
  /** A path of this instance, under its base path. */
  path(path: string): string
  /** The address of a built asset, by its plain name. */
  asset(name: string): string
}
