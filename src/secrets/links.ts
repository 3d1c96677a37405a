import type { App } from '../app.ts'

/** Returns the link for the recipient. It is built from the configured base URL, never from a Host header. */
export function secretUrl({ config }: App, key: string): string {
  return `${config.baseUrl}/secret/${key}`
}

/** Returns the URL of a receipt, which is for the sender only. */
export function receiptUrl({ config }: App, receiptKey: string): string {
  return `${config.baseUrl}/receipt/${receiptKey}`
}
