import { formatNumber } from '../../src/i18n/text.ts'
import type { Check, Report, RetentionState } from '../../src/privacy/verify/verification.ts'
import { Layout } from '../layout.tsx'
import { Moment, Table } from '../parts.tsx'
import type { View } from '../view.ts'

const stateTexts = { kept: 'proof.passed', warned: 'proof.warning', broken: 'proof.failed' } as const

/** A check and its result. */
export type CheckResult = Pick<Check, 'title' | 'promise'> & { readonly state: keyof typeof stateTexts }

interface ProofProps {
  view: View
  report: Omit<Report, 'checks'>
  checks: readonly CheckResult[]
}

/** The public verification page: the state of each check and retention rule, and the head of the ledger. */
export function VerificationPage({ view, report, checks }: ProofProps) {
  const { text, path } = view
  const { retention, ledger, isKept, at } = report
  return (
    <Layout view={view} title={text('proof.title')}>
      <article class="prose">
        <h1 safe>{text('proof.title')}</h1>
        <p class="lead" safe>
          {text(isKept ? 'proof.allPassed' : 'proof.someFailed')}
        </p>
        <p>
          <span safe>{text('proof.checkedAt')}</span> <Moment view={view} at={at} />
        </p>
        <h2 safe>{text('proof.checks')}</h2>
        <Checks view={view} checks={checks} />
        <h2 safe>{text('proof.retention')}</h2>
        <p safe>{text('proof.retentionLead')}</p>
        <Rules view={view} rules={retention} />
        <h2 safe>{text('proof.ledger')}</h2>
        <p safe>{text('proof.ledgerLead', { entries: ledger.entries })}</p>
        {ledger.head === null ? (
          ''
        ) : (
          <p>
            <span safe>{text('proof.head')}</span>{' '}
            <code class="hash" safe>
              {ledger.head}
            </code>
          </p>
        )}
        <ul>
          <li>
            <a href={path('/privacy/proof.json')} safe>
              {text('proof.json')}
            </a>
          </li>
          <li>
            <a href={path('/privacy/record')} safe>
              {text('record.title')}
            </a>
          </li>
        </ul>
      </article>
    </Layout>
  )
}

function Checks({ view, checks }: { view: View; checks: readonly CheckResult[] }) {
  const { text } = view
  return (
    <Table label={text('proof.checks')} heads={[text('proof.check'), text('proof.promise'), text('proof.state')]}>
      {checks.map(({ title, promise, state }) => (
        <tr>
          <th scope="row" safe>
            {text(title)}
          </th>
          <td>
            <code>{promise}</code>
          </td>
          <td safe>{text(stateTexts[state])}</td>
        </tr>
      ))}
    </Table>
  )
}

function Rules({ view, rules }: { view: View; rules: readonly RetentionState[] }) {
  const { text } = view
  return (
    <Table
      label={text('proof.retention')}
      heads={[text('proof.rule'), text('proof.overdue'), text('proof.lastRemoved')]}
    >
      {rules.map(({ rule, overdue, lastRemoved }) => (
        <tr>
          <th scope="row">
            <code safe>{rule}</code>
          </th>
          <td safe>{formatNumber(overdue)}</td>
          <td>
            {lastRemoved === null ? <span safe>{text('proof.never')}</span> : <Moment view={view} at={lastRemoved} />}
          </td>
        </tr>
      ))}
    </Table>
  )
}
