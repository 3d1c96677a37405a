import type { App } from '../../app.ts'
import { dayInWords, text } from '../../i18n/text.ts'
import { listAnnouncements } from '../registers/announcements.ts'
import { announcedPolicies } from './versions.ts'

/** What the home page has to say before it is a form: in words, and where more of it is. */
export interface Notice {
  readonly words: string
  readonly link: string
  readonly label: string
}

/** The notices of the home page: changes of the statement that are coming (P26), and of the operator (P29). */
export function noticesOf(app: App): Notice[] {
  const changes = announcedPolicies(app).map(({ number, effectiveAt }) => ({
    words: text('notice.statement', { day: dayInWords(effectiveAt) }),
    link: `/privacy/versions/${number}`,
    label: text('notice.statementLink'),
  }))
  const transfers = listAnnouncements(app)
    .filter(({ withdrawn, transferAt }) => !withdrawn && transferAt > app.now())
    .map(({ receiver, transferAt }) => ({
      words: text('notice.transfer', { receiver, day: dayInWords(transferAt) }),
      link: '/transparency',
      label: text('notice.transferLink'),
    }))
  return [...changes, ...transfers]
}
