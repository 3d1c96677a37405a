/** A client of this instance that needs no connection: the pages that need no key, and a way to ask. */
export interface InProcessClient {
  readonly pages: readonly string[]
  fetch(path: string, init?: RequestInit): Promise<Response>
}
