import { MailHtml } from '../../templates/mail/html.tsx'
import type { MailProps } from '../../templates/mail/mail-props.ts'
import { mailText } from '../../templates/mail/text.ts'
import type { Config } from '../config/options.ts'
import { absoluteTime, locale, text } from '../i18n/text.ts'
import { type MailPurpose, mailPurposes } from '../privacy/inventory/mail-purposes.ts'
import { parseAddress } from './addresses.ts'
import type { MailFacts, MailKind } from './mail-templates.ts'

/** A letter in its two forms, which say the same. */
export interface Rendered {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** What stands at the foot of a letter: what it was sent for, and where that is stopped, if it can be. */
export interface Foot {
  readonly purpose: MailPurpose
  readonly stopUrl: string
  readonly canStop: boolean
}

type Kinds = MailKind
type LinkedKind = { [Kind in Kinds]: MailFacts[Kind] extends { link: string } ? Kind : never }[Kinds]
type Place = Pick<Config, 'name' | 'baseUrl' | 'regionName' | 'contact'>

/** Puts a letter into words. Its texts are `mail.<kind>.subject`, `lead`, `note` and, where it has a link, `button`. */
export function renderMail<Kind extends MailKind>(
  place: Place,
  kind: Kind,
  facts: MailFacts[Kind],
  foot: Foot,
): Rendered {
  const words = { ...wordsOf(facts), instance: place.name }
  const props: MailProps = {
    lang: locale,
    subject: text(`mail.${kind}.subject`, words),
    instance: place.name,
    lead: text(`mail.${kind}.lead`, words),
    button: 'link' in facts ? buttonOf(place, kind as LinkedKind, facts.link) : undefined,
    note: text(`mail.${kind}.note`, words),
    foot: footOf(place, foot),
    stop: { label: text(foot.canStop ? 'mail.stop' : 'mail.stays'), url: foot.stopUrl },
  }
  return { subject: props.subject, text: mailText(props), html: `<!doctype html>${MailHtml(props)}` }
}

function buttonOf({ baseUrl }: Place, kind: LinkedKind, link: string) {
  return { label: text(`mail.${kind}.button`), url: baseUrl + link }
}

// A contact may be an address of the web, which would be a link that leads elsewhere: the pages name that one.
function footOf({ name, regionName, contact }: Place, { purpose }: Foot): string[] {
  return [
    text('mail.why', { purpose: text(mailPurposes[purpose].wording) }),
    text('mail.place', { instance: name, region: regionName }),
    ...(contact?.includes('://') === false ? [text('mail.contact', { contact })] : []),
    text('mail.plain'),
  ]
}

// Every number among the facts is a moment.
function wordsOf(facts: object): Record<string, string> {
  const words = Object.entries(facts).map(([name, fact]) => [
    name,
    typeof fact === 'number' ? absoluteTime(fact) : asWords(String(fact)),
  ])
  return Object.fromEntries(words)
}

// What people named something stays one short line, and no mail program makes a link of it: behind a dot or a colon an
// invisible mark that joins words keeps "evil.example" from being one. An address may stay what it is.
function asWords(name: string): string {
  const line = name.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()
  if (parseAddress(line) !== undefined) return line
  return [...line]
    .slice(0, 80)
    .join('')
    .replace(/[.:/@]/g, '$&\u2060')
}
