import type { App } from '../../app.ts'
import { formatSize } from '../../config/units.ts'
import { AppError } from '../../errors.ts'
import type { Member } from '../access.ts'
import { readAccount, updateAccount } from '../account.ts'

/** Limits of an uploaded picture in bytes and pixels, and the edge length of the stored one in pixels. */
export const pictureLimits = { bytes: 512_000, pixels: 16_000_000, edge: 256 } as const

const formats = new Set(['jpeg', 'png', 'webp'])

/**
 * Stores a profile picture, scaled down and re-encoded without its metadata. Throws `picture_too_large`,
 * `picture_unreadable`.
 */
export async function setPicture(app: App, { account }: Member, bytes: Uint8Array): Promise<void> {
  if (bytes.length > pictureLimits.bytes)
    throw new AppError('picture_too_large', { limit: formatSize(pictureLimits.bytes) })
  const picture = await reencode(bytes)
  await app.db.commit(() => updateAccount(account, { picture }))
}

/** Erases the profile picture; does nothing without one. */
export async function erasePicture(app: App, { account }: Member): Promise<void> {
  await app.db.commit(() => updateAccount(account, { picture: null }))
}

/** Returns the member's own picture as WebP. Throws `picture_gone`. */
export async function readPicture(app: App, { account }: Member): Promise<Uint8Array> {
  const { picture } = await app.db.read(() => readAccount(account))
  if (picture === null) throw new AppError('picture_gone')
  return picture
}

async function reencode(bytes: Uint8Array): Promise<Uint8Array> {
  const { pixels, edge } = pictureLimits
  try {
    const image = new Bun.Image(bytes, { maxPixels: pixels })
    if (!formats.has((await image.metadata()).format)) throw new AppError('picture_unreadable')
    const small = image.resize(edge, edge, { fit: 'inside', withoutEnlargement: true })
    return await small.webp({ quality: 80 }).bytes()
  } catch {
    throw new AppError('picture_unreadable')
  }
}
