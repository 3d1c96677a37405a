/** What a letter says, in both its forms. */
export interface MailProps {
  readonly lang: string
  readonly subject: string
  /** The name of this instance. */
  readonly instance: string
  readonly lead: string
  readonly button: { readonly label: string; readonly url: string } | undefined
  readonly note: string
  /** Why it comes, and from where. */
  readonly footer: readonly string[]
  readonly unsubscribe: { readonly label: string; readonly url: string }
}
