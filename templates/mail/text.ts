import type { LetterProps } from './mail-props.ts'

/** A letter as plain text: the same words as its twin. Every address stands on a line of its own. */
export function letterText({ lead, button, note, foot, stop }: LetterProps): string {
  const link = button ? [`${button.label}:\n${button.url}`] : []
  return `${[lead, ...link, note, `-- \n${foot.join('\n')}`, `${stop.label}:\n${stop.url}`].join('\n\n')}\n`
}
