import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { App } from '../../app.ts'
import { digest } from '../../crypto/sealing.ts'

const zeros = new Uint8Array(8)

/**
 * Returns the public id of a secret in its owner's list: 32 hexadecimal characters, the row id encrypted for this
 * account. It is always the same and opens nothing; row ids themselves would show how much is shared on the instance.
 */
export function publicIdOf(app: App, account: string, id: number): string {
  const block = Buffer.alloc(16)
  block.writeBigUInt64BE(BigInt(id), 8)
  // ECB of a single block, under a key used for nothing else, is a permutation.
  const cipher = createCipheriv('aes-256-ecb', keyOf(app, account), null).setAutoPadding(false)
  return Buffer.concat([cipher.update(block), cipher.final()]).toString('hex')
}

/** Returns the row id of a public id, or undefined if it is not one of this account. */
export function idOfPublicId(app: App, account: string, publicId: string): number | undefined {
  if (!/^[0-9a-f]{32}$/.test(publicId)) return undefined
  const decipher = createDecipheriv('aes-256-ecb', keyOf(app, account), null).setAutoPadding(false)
  const block = Buffer.concat([decipher.update(Buffer.from(publicId, 'hex')), decipher.final()])
  return block.subarray(0, 8).equals(zeros) ? Number(block.readBigUInt64BE(8)) : undefined
}

function keyOf({ root }: App, account: string): Uint8Array {
  return digest('public-id', root.bytes, account)
}
