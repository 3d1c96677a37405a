/** What is shared: text that the server seals, or bytes that were sealed before they came, with a proof of the fragment. */
export type SecretContent = { readonly text: string } | { readonly sealed: Uint8Array; readonly proof: Uint8Array }

/**
 * A secret to be made. `ttl` is in milliseconds and within the instance's range. Somebody with an account may have its
 * link mailed to `recipient`, and, with `notify`, be told when it is opened.
 */
export interface CreateInput {
  readonly content: SecretContent
  readonly passphrase: string | undefined
  readonly ttl: number
  readonly recipient?: string | undefined
  readonly notify?: boolean | undefined
}

/** What the sender gets: the two keys, each shown once, and the moments. */
export interface CreatedSecret {
  readonly key: string
  readonly receiptKey: string
  readonly createdAt: number
  readonly expiresAt: number
}
