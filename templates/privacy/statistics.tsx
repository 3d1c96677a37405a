import { formatDay, formatNumber } from '../../src/i18n/text.ts'
import { Layout } from '../layout.tsx'
import { Table } from '../parts.tsx'
import type { View } from '../view.ts'

const series = ['created', 'revealed', 'burned', 'expired'] as const
type Series = (typeof series)[number]

/** The counts of one day; null where there were too few to show. */
export type DayProps = { readonly day: number } & { readonly [Name in Series]: number | null }

interface StatisticsProps {
  view: View
  /** Newest first. */
  days: readonly DayProps[]
  least: number
}

/** A chart for each of the four counts, and the same as a table. */
export function StatisticsPage({ view, days, least }: StatisticsProps) {
  const { text, regionName } = view
  return (
    <Layout view={view} title={text('statistics.title')}>
      <article class="prose">
        <h1 safe>{text('statistics.title')}</h1>
        <p class="lead" safe>
          {text('statistics.lead', { region: regionName })}
        </p>
        <p safe>{text('statistics.how', { least })}</p>
        <div class="charts">
          {series.map((name) => (
            <Chart view={view} days={days} name={name} least={least} />
          ))}
        </div>
        <h2 safe>{text('statistics.table')}</h2>
        <Numbers view={view} days={days} least={least} />
      </article>
    </Layout>
  )
}

const width = 300
const height = 80

// A day with too few is a mark on the ground, not an empty place: something may have happened.
function Chart({ view, days, name, least }: StatisticsProps & { name: Series }) {
  const { text } = view
  const oldestFirst = days.toReversed()
  const [first, last] = [oldestFirst[0], days[0]].map((day) => formatDay(day?.day ?? view.now))
  const most = Math.max(0, ...days.map((day) => day[name] ?? 0))
  const step = width / Math.max(1, days.length)
  const label = most === 0 ? text('statistics.none', { least }) : text('statistics.most', { most })
  return (
    <figure class="chart">
      <figcaption safe>{text(`statistics.${name}`)}</figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={text('statistics.chart', { what: text(`statistics.${name}`), days: days.length, most: label })}
      >
        <line class="ground" x1="0" y1={height - 0.5} x2={width} y2={height - 0.5} />
        {oldestFirst.map((day, index) => {
          const tall = day[name] === null ? 2 : Math.max(3, Math.round(((day[name] ?? 0) / most) * (height - 4)))
          return (
            <rect
              class={day[name] === null ? 'few' : 'bar'}
              x={round(index * step + step * 0.15)}
              y={height - tall}
              width={round(step * 0.7)}
              height={tall}
            />
          )
        })}
      </svg>
      <p class="span">
        <span safe>{first}</span>
        <span safe>{label}</span>
        <span safe>{last}</span>
      </p>
    </figure>
  )
}

function Numbers({ view, days, least }: StatisticsProps) {
  const { text } = view
  return (
    <Table
      label={text('statistics.table')}
      heads={[text('statistics.day'), ...series.map((name) => text(`statistics.${name}`))]}
    >
      {days.map((day) => (
        <tr>
          <th scope="row" safe>
            {formatDay(day.day)}
          </th>
          {series.map((name) => (
            <td safe>{day[name] === null ? text('statistics.few', { least }) : formatNumber(day[name])}</td>
          ))}
        </tr>
      ))}
    </Table>
  )
}

function round(length: number): number {
  return Math.round(length * 100) / 100
}
