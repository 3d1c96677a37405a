import type { App } from '../app.ts'

/** The link for the recipient; made from the configured base URL, never from a Host header. */
export function secretUrl({ config }: App, key: string): string {
  return `${config.baseUrl}/secret/${key}`
}

/** The address of a receipt, for the sender alone. */
export function receiptUrl({ config }: App, receiptKey: string): string {
  return `${config.baseUrl}/receipt/${receiptKey}`
}
