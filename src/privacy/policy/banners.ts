import type { App } from '../../app.ts'
import { formatDay, text } from '../../i18n/text.ts'
import { listAnnouncements } from '../registers/announcements.ts'
import { announcedPolicies } from './versions.ts'

/** An announcement above the home page: its text, and the path and label of a link to details. */
export interface Banner {
  readonly text: string
  readonly path: string
  readonly label: string
}

/** Returns the banners of the home page: coming changes of the privacy policy (P26) and of the operator (P29). */
export async function activeBanners(app: App): Promise<Banner[]> {
  return [...(await policyBanners(app)), ...(await transferBanners(app))]
}

async function policyBanners(app: App): Promise<Banner[]> {
  return (await announcedPolicies(app)).map(({ id, effectiveAt }) => ({
    text: text('banner.policy', { day: formatDay(effectiveAt) }),
    path: `/privacy/versions/${id}`,
    label: text('banner.policyLink'),
  }))
}

async function transferBanners(app: App): Promise<Banner[]> {
  return (await listAnnouncements(app))
    .filter(({ isWithdrawn, transferAt }) => !isWithdrawn && transferAt > app.now())
    .map(({ receiver, transferAt }) => ({
      text: text('banner.transfer', { receiver, day: formatDay(transferAt) }),
      path: '/transparency',
      label: text('banner.transferLink'),
    }))
}
