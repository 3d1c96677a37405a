import type { Text } from '../src/i18n/text.ts'
import type { Banner } from '../src/privacy/policy/banners.ts'

/** What every template gets in addition to its own props. Templates are pure and read nothing else. */
export interface View {
  readonly text: Text
  readonly theme: 'light' | 'dark' | undefined
  readonly name: string
  readonly regionName: string
  readonly peers: readonly { readonly name: string; readonly url: string }[]
  readonly contact: string | undefined
  readonly now: number
  /** Announcements; only on the home page. */
  readonly banners?: readonly Banner[]
  /** Whether the instance is suspended after a restore. */
  readonly isSuspended: boolean
  /** Whether the visitor is signed in. */
  readonly isSignedIn: boolean
  /** Whether the visitor is signed in as an operator. */
  readonly isOperator: boolean
  /** Whether this instance sends mail. */
  readonly sendsMail: boolean
  /** The field that was rejected, if a form is shown again, and its rule. */
  readonly invalid?: { readonly field: string; readonly rule: string } | undefined
  /** The path of this page without the base path, to return to; undefined if the page must not be loaded again. */
  readonly returnPath: string | undefined
  /** Prefixes a path with the base path. */
  path(path: string): string
  /** Returns the URL of a built asset by its name without hash. */
  asset(name: string): string
}
