import type { App } from '../../app.ts'
import { formatDay, text } from '../../i18n/text.ts'
import { listAnnouncements } from '../registers/announcements.ts'
import { announcedPolicies } from './versions.ts'

/** What the home page has to say before it is a form: in words, and where more of it is. */
export interface Banner {
  readonly text: string
  readonly path: string
  readonly label: string
}

/** The notices of the home page: changes of the statement that are coming (P26), and of the operator (P29). */
export function activeBanners(app: App): Banner[] {
  const changes = announcedPolicies(app).map(({ id, effectiveAt }) => ({
    words: text('notice.statement', { day: formatDay(effectiveAt) }),
    link: `/privacy/versions/${id}`,
    label: text('notice.statementLink'),
  }))
  const transfers = listAnnouncements(app)
    .filter(({ isWithdrawn, transferAt }) => !isWithdrawn && transferAt > app.now())
    .map(({ receiver, transferAt }) => ({
      words: text('notice.transfer', { receiver, day: formatDay(transferAt) }),
      link: '/transparency',
      label: text('notice.transferLink'),
    }))
  return [...changes, ...transfers]
}
