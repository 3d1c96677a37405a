import type { MailProps } from './mail-props.ts'

/** Renders a mail as plain text, with the same content as its HTML. Every URL is on a line of its own. */
export function mailText({ lead, button, note, footer, unsubscribe }: MailProps): string {
  const link = button ? [`${button.label}:\n${button.url}`] : []
  const signature = `-- \n${footer.join('\n')}`
  return `${[lead, ...link, note, signature, `${unsubscribe.label}:\n${unsubscribe.url}`].join('\n\n')}\n`
}
