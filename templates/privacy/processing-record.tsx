import type { Activity, ProcessingRecord } from '../../src/privacy/registers/processing-record.ts'
import { Layout } from '../layout.tsx'
import { Table } from '../parts.tsx'
import type { View } from '../view.ts'

interface RecordProps {
  view: View
  record: ProcessingRecord
}

/** The record of processing activities as a page. */
export function ProcessingRecordPage({ view, record }: RecordProps) {
  const { text, path } = view
  const { controller, region, transfers, recipients, measures, activities } = record
  return (
    <Layout view={view} title={text('record.title')}>
      <article class="prose">
        <h1 safe>{text('record.title')}</h1>
        <p class="lead" safe>
          {text('record.lead')}
        </p>
        <dl>
          <dt safe>{text('record.controller')}</dt>
          <dd safe>{`${controller.name}, ${controller.address}`}</dd>
          <dt safe>{text('record.contact')}</dt>
          <dd safe>{controller.contact ?? text('record.noContact')}</dd>
          <dt safe>{text('record.region')}</dt>
          <dd safe>{region}</dd>
          <dt safe>{text('record.transfers')}</dt>
          <dd safe>{transfers}</dd>
          <dt safe>{text('record.recipients')}</dt>
          {recipients.length === 0 ? (
            <dd safe>{text('record.noRecipients')}</dd>
          ) : (
            recipients.map(({ name, purpose, country }) => <dd safe>{`${name} (${country}): ${purpose}`}</dd>)
          )}
        </dl>
        <h2 safe>{text('record.activities')}</h2>
        <Activities view={view} activities={activities} />
        <h2 safe>{text('record.measures')}</h2>
        <ul>
          {measures.map((measure) => (
            <li safe>{measure}</li>
          ))}
        </ul>
        <p>
          <a href={path('/privacy/record.json')}>JSON</a> <a href={path('/privacy/record.csv')}>CSV</a>
        </p>
      </article>
    </Layout>
  )
}

const columns = ['what', 'purpose', 'basis', 'subjects', 'categories', 'kept'] as const

function Activities({ view, activities }: { view: View; activities: readonly Activity[] }) {
  const { text } = view
  return (
    <Table label={text('record.activities')} heads={columns.map((column) => text(`record.${column}`))}>
      {activities.map((activity) => (
        <tr>
          <th scope="row">
            <code safe>{activity.what}</code>
          </th>
          {columns.slice(1).map((column) => (
            <td safe>{activity[column]}</td>
          ))}
        </tr>
      ))}
    </Table>
  )
}
