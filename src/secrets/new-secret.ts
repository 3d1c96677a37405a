/** The content: text for the server to seal, or bytes that the client sealed, with the proof of the fragment (end to end). */
export type SecretContent = { readonly text: string } | { readonly sealed: Uint8Array; readonly proof: Uint8Array }

/**
 * A validated create. `ttl` is in milliseconds and within the instance's range. An account may have the link mailed to
 * `recipient`, and a notification mailed to its owner when the secret is revealed (`notify`).
 */
export interface CreateInput {
  readonly content: SecretContent
  readonly passphrase: string | undefined
  readonly ttl: number
  readonly recipient?: string | undefined
  readonly notify?: boolean | undefined
}

/** What the sender receives: the two keys, each shown once, and the moments. */
export interface CreatedSecret {
  readonly key: string
  readonly receiptKey: string
  readonly createdAt: number
  readonly expiresAt: number
}
