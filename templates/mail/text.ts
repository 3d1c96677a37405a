import type { MailProps } from './mail-props.ts'

/** A letter as plain text: the same words as its twin. Every address stands on a line of its own. */
export function mailText({ lead, button, note, footer, unsubscribe }: MailProps): string {
  const link = button ? [`${button.label}:\n${button.url}`] : []
  return `${[lead, ...link, note, `-- \n${footer.join('\n')}`, `${unsubscribe.label}:\n${unsubscribe.url}`].join('\n\n')}\n`
}
