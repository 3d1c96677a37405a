import { MailHtml } from '../../templates/mail/html.tsx'
import type { MailProps } from '../../templates/mail/mail-props.ts'
import { mailText } from '../../templates/mail/text.ts'
import type { Config } from '../config/options.ts'
import { formatTime, locale, text } from '../i18n/text.ts'
import { type MailPurpose, mailPurposes } from '../privacy/inventory/mail-purposes.ts'
import { parseAddress } from './addresses.ts'
import type { MailFacts, MailKind } from './mail-templates.ts'

/** A mail as plain text and as HTML, with the same content. */
export interface RenderedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** The facts in the footer of a mail: its purpose, and where to unsubscribe. */
export interface MailFooter {
  readonly purpose: MailPurpose
  readonly unsubscribeUrl: string
  readonly canUnsubscribe: boolean
}

type LinkedKind = { [Kind in MailKind]: MailFacts[Kind] extends { link: string } ? Kind : never }[MailKind]
type Instance = Pick<Config, 'name' | 'baseUrl' | 'regionName' | 'contact'>

/** Renders a mail from the texts `mail.<kind>.subject`, `lead`, `note` and, if it has a link, `button`. */
export function renderMail<Kind extends MailKind>(
  instance: Instance,
  kind: Kind,
  facts: MailFacts[Kind],
  footer: MailFooter,
): RenderedMail {
  const placeholders = { ...placeholdersOf(facts), instance: instance.name }
  const props: MailProps = {
    lang: locale,
    subject: text(`mail.${kind}.subject`, placeholders),
    instance: instance.name,
    lead: text(`mail.${kind}.lead`, placeholders),
    button: 'link' in facts ? buttonOf(instance, kind as LinkedKind, facts.link) : undefined,
    note: text(`mail.${kind}.note`, placeholders),
    footer: footerOf(instance, footer),
    unsubscribe: {
      label: text(footer.canUnsubscribe ? 'mail.unsubscribe' : 'mail.cannotUnsubscribe'),
      url: footer.unsubscribeUrl,
    },
  }
  return { subject: props.subject, text: mailText(props), html: `<!doctype html>${MailHtml(props)}` }
}

function buttonOf({ baseUrl }: Instance, kind: LinkedKind, link: string) {
  return { label: text(`mail.${kind}.button`), url: baseUrl + link }
}

// A mail links only to this instance; a contact that is a URL is shown on the pages instead.
function footerOf({ name, regionName, contact }: Instance, { purpose }: MailFooter): string[] {
  return [
    text('mail.why', { purpose: text(mailPurposes[purpose].wording) }),
    text('mail.place', { instance: name, region: regionName }),
    ...(contact?.includes('://') === false ? [text('mail.contact', { contact })] : []),
    text('mail.plain'),
  ]
}

// Every number among the facts is a time.
function placeholdersOf(facts: object): Record<string, string> {
  const placeholders = Object.entries(facts).map(([name, fact]) => [
    name,
    typeof fact === 'number' ? formatTime(fact) : withoutAutoLinks(String(fact)),
  ])
  return Object.fromEntries(placeholders)
}

// Shortens a name chosen by a person to one line, and keeps mail programs from turning "evil.example" into a link by a
// word joiner (U+2060) after each dot, colon, slash and at sign. Email addresses are left as they are.
function withoutAutoLinks(name: string): string {
  const line = name.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()
  if (parseAddress(line) !== undefined) return line
  return [...line]
    .slice(0, 80)
    .join('')
    .replace(/[.:/@]/g, '$&\u2060')
}
