import { formatDay, type TextKey } from '../../src/i18n/text.ts'
import type { Announcement } from '../../src/privacy/registers/announcements.ts'
import type { TransparencyReport } from '../../src/privacy/registers/transparency.ts'
import { Layout } from '../layout.tsx'
import type { View } from '../view.ts'

/** Props of the transparency report. */
export interface TransparencyProps {
  view: View
  report: TransparencyReport
  announcements: readonly Announcement[]
}

const rows: Readonly<Record<keyof TransparencyReport, TextKey>> = {
  complaints: 'transparency.complaints',
  answered: 'transparency.answered',
  open: 'transparency.open',
  overdue: 'transparency.overdue',
  requests: 'transparency.requests',
  requestsWithDisclosure: 'transparency.requestsWithDisclosure',
  accountsAffected: 'transparency.accountsAffected',
  holds: 'transparency.holds',
  activeHolds: 'transparency.activeHolds',
}

/** The transparency report. */
export function TransparencyPage({ view, report, announcements }: TransparencyProps) {
  const { text } = view
  return (
    <Layout view={view} title={text('transparency.title')}>
      <article class="prose">
        <h1 safe>{text('transparency.title')}</h1>
        <p class="lead" safe>
          {text('transparency.lead')}
        </p>
        <table class="numbers">
          <tbody>
            {Object.entries(rows).map(([name, label]) => (
              <tr>
                <th scope="row" safe>
                  {text(label)}
                </th>
                <td safe>{String(report[name as keyof TransparencyReport])}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p class="hint" safe>
          {text('transparency.barred')}
        </p>
        <h2 safe>{text('transparency.transfers')}</h2>
        {announcements.length === 0 ? (
          <p safe>{text('transparency.noTransfers')}</p>
        ) : (
          <ul>
            {announcements.map((announcement) => (
              <li safe>{announcementText(view, announcement)}</li>
            ))}
          </ul>
        )}
      </article>
    </Layout>
  )
}

function announcementText(
  { text }: View,
  { kind, receiver, publishedAt, transferAt, isWithdrawn }: Announcement,
): string {
  const facts = { receiver, published: formatDay(publishedAt), day: formatDay(transferAt) }
  if (isWithdrawn) return text('transparency.withdrawn', facts)
  return text(kind === 'sale' ? 'transparency.sale' : 'transparency.merger', facts)
}
