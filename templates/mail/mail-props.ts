/** The content of a mail, for both its forms. */
export interface MailProps {
  readonly lang: string
  readonly subject: string
  /** The name of this instance. */
  readonly instance: string
  readonly lead: string
  readonly button: { readonly label: string; readonly url: string } | undefined
  readonly note: string
  /** Why the mail was sent, and by whom. */
  readonly footer: readonly string[]
  readonly unsubscribe: { readonly label: string; readonly url: string }
}
