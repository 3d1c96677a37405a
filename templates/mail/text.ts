import type { MailProps } from './mail-props.ts'

/** A letter as plain text: the same words as its twin. Every address stands on a line of its own. */
export function mailText({ lead, button, note, foot, stop }: MailProps): string {
  const link = button ? [`${button.label}:\n${button.url}`] : []
  return `${[lead, ...link, note, `-- \n${foot.join('\n')}`, `${stop.label}:\n${stop.url}`].join('\n\n')}\n`
}
