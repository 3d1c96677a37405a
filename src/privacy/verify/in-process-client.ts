/** Sends requests to this instance without a connection, for its self-checks. */
export interface InProcessClient {
  /** The paths of all pages that need neither a key nor a parameter. */
  readonly pages: readonly string[]
  fetch(path: string, init?: RequestInit): Promise<Response>
}
