/** The state of the mail server, as seen by delivery. */
export interface MailServerState {
  /** When the current failure began, on the monotonic clock in milliseconds; undefined while the server works. */
  failingSince: number | undefined
}
