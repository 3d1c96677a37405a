import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { App } from '../../app.ts'
import { digest } from '../../crypto/sealing.ts'

const mark = new Uint8Array(8)

/**
 * The name of a secret in its owner's list: the row's number, enciphered for this account. Numbers alone would tell
 * everybody how much is shared here. The same each time, and it opens nothing.
 */
export function publicIdOf(app: App, account: string, row: number): string {
  const block = Buffer.alloc(16)
  block.writeBigUInt64BE(BigInt(row), 8)
  // One block under a key of its own: a permutation, nothing more is needed.
  const cipher = createCipheriv('aes-256-ecb', keyOf(app, account), null).setAutoPadding(false)
  return Buffer.concat([cipher.update(block), cipher.final()]).toString('hex')
}

/** The row's number; nothing for what was not named for this account. */
export function rowIdOfPublicId(app: App, account: string, id: string): number | undefined {
  if (!/^[0-9a-f]{32}$/.test(id)) return undefined
  const decipher = createDecipheriv('aes-256-ecb', keyOf(app, account), null).setAutoPadding(false)
  const block = Buffer.concat([decipher.update(Buffer.from(id, 'hex')), decipher.final()])
  return block.subarray(0, 8).equals(mark) ? Number(block.readBigUInt64BE(8)) : undefined
}

function keyOf({ root }: App, account: string): Uint8Array {
  return digest('mine-id', root.bytes, account)
}
