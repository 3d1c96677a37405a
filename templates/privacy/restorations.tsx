import type { Restoration } from '../../src/continuation/restorations.ts'
import { formatTime } from '../../src/i18n/text.ts'
import type { View } from '../view.ts'

/** The restores that were accepted, and what is missing from the database since. */
export function Restorations({ view: { text }, restorations }: { view: View; restorations: readonly Restoration[] }) {
  return (
    <>
      <h2 safe>{text('policy.restorations')}</h2>
      {restorations.map(({ unaccountedFrom, detectedAt }) => (
        <p safe>
          {unaccountedFrom === null
            ? text('policy.restorationUnknown', { until: formatTime(detectedAt) })
            : text('policy.restoration', { from: formatTime(unaccountedFrom), until: formatTime(detectedAt) })}
        </p>
      ))}
    </>
  )
}
