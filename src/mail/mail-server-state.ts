/** What delivery knows of the mail server. */
export interface MailServerState {
  /** Since when it has failed without taking a mail in between; undefined while it works. */
  failingSince: number | undefined
}
