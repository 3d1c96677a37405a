import { formatDay, formatNumber } from '../../src/i18n/text.ts'
import { Layout } from '../layout.tsx'
import { Table } from '../parts.tsx'
import type { View } from '../view.ts'

const series = ['created', 'revealed', 'burned', 'expired'] as const
type Series = (typeof series)[number]

/** The counts of one day; null if a count is too small to publish. */
export type DayProps = { readonly day: number } & { readonly [Name in Series]: number | null }

interface StatisticsProps {
  view: View
  /** Newest first. */
  days: readonly DayProps[]
  minCellSize: number
}

/** The statistics page: a chart for each of the four counts, and a table. */
export function StatisticsPage({ view, days, minCellSize }: StatisticsProps) {
  const { text, regionName } = view
  return (
    <Layout view={view} title={text('statistics.title')}>
      <article class="prose">
        <h1 safe>{text('statistics.title')}</h1>
        <p class="lead" safe>
          {text('statistics.lead', { region: regionName })}
        </p>
        <p safe>{text('statistics.how', { minCellSize })}</p>
        <div class="charts">
          {series.map((name) => (
            <Chart view={view} days={days} name={name} minCellSize={minCellSize} />
          ))}
        </div>
        <h2 safe>{text('statistics.table')}</h2>
        <CountsTable view={view} days={days} minCellSize={minCellSize} />
      </article>
    </Layout>
  )
}

const width = 300
const height = 80

// A day below the minimum cell size has a short bar instead of none: something may have happened.
function Chart({ view, days, name, minCellSize }: StatisticsProps & { name: Series }) {
  const { text } = view
  const oldestFirst = days.toReversed()
  const [first, last] = [oldestFirst[0], days[0]].map((day) => formatDay(day?.day ?? view.now))
  const max = Math.max(0, ...days.map((day) => day[name] ?? 0))
  const slotWidth = width / Math.max(1, days.length)
  const label = max === 0 ? text('statistics.none', { minCellSize }) : text('statistics.max', { max })
  return (
    <figure class="chart">
      <figcaption safe>{text(`statistics.${name}`)}</figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={text('statistics.chart', { event: text(`statistics.${name}`), days: days.length, range: label })}
      >
        <line class="ground" x1="0" y1={height - 0.5} x2={width} y2={height - 0.5} />
        {oldestFirst.map((day, index) => {
          const barHeight = day[name] === null ? 2 : Math.max(3, Math.round(((day[name] ?? 0) / max) * (height - 4)))
          return (
            <rect
              class={day[name] === null ? 'few' : 'bar'}
              x={round((index + 0.15) * slotWidth)}
              y={height - barHeight}
              width={round(slotWidth * 0.7)}
              height={barHeight}
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

function CountsTable({ view, days, minCellSize }: StatisticsProps) {
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
            <td safe>{day[name] === null ? text('statistics.few', { minCellSize }) : formatNumber(day[name])}</td>
          ))}
        </tr>
      ))}
    </Table>
  )
}

function round(length: number): number {
  return Math.round(length * 100) / 100
}
