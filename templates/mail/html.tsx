import type { MailProps } from './mail-props.ts'

// Mail programs support neither style sheets nor variables, so the colours of assets/css/colours.css are repeated inline,
// and below for dark mode.
const style = {
  body: 'margin:0;padding:0;background:#f8f6f0;color:#24211b',
  page: 'max-width:34em;margin:0 auto;padding:32px 20px;font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif',
  brand: 'margin:0 0 20px;font-size:15px;color:#5b584f',
  sheet: 'padding:28px;background:#fdfcf9;border:1px solid #e1ded5;border-radius:10px',
  title: 'margin:0 0 14px;font-size:22px;line-height:1.25;font-weight:600',
  paragraph: 'margin:0 0 18px',
  button:
    'display:inline-block;padding:12px 20px;border-radius:7px;background:#2f5d50;color:#fcfaf6;font-weight:600;text-decoration:none',
  address: 'margin:0 0 18px;font-size:13px;color:#5b584f;overflow-wrap:anywhere',
  footer: 'padding:20px 28px 0;font-size:13px;color:#5b584f',
  line: 'margin:0 0 6px',
  link: 'color:#5b584f',
} as const

const dark = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  body { background: #151410 !important; color: #eae8e0 !important; }
  .sheet { background: #1d1c18 !important; border-color: #32302b !important; }
  .button { background: #98c3b1 !important; color: #0d1915 !important; }
  .soft, .soft a { color: #b3afa6 !important; }
}`

/** Renders a mail as HTML, without images or external content, and with links only to this instance. */
export function MailHtml({ lang, subject, instance, lead, button, note, footer, unsubscribe }: MailProps) {
  return (
    <html lang={lang}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title safe>{subject}</title>
        <style>{dark as 'safe'}</style>
      </head>
      <body style={style.body}>
        <div style={style.page}>
          <p class="soft" style={style.brand} safe>
            {instance}
          </p>
          <div class="sheet" style={style.sheet}>
            <h1 style={style.title} safe>
              {subject}
            </h1>
            <p style={style.paragraph} safe>
              {lead}
            </p>
            {button ? <Button button={button} /> : ''}
            <p style="margin:0" safe>
              {note}
            </p>
          </div>
          <div class="soft" style={style.footer}>
            {footer.map((line) => (
              <p style={style.line} safe>
                {line}
              </p>
            ))}
            <p style={style.line}>
              <a style={style.link} href={unsubscribe.url} safe>
                {unsubscribe.label}
              </a>
            </p>
          </div>
        </div>
      </body>
    </html>
  )
}

// The URL is shown as well, so that readers see where the button leads.
function Button({ button: { label, url } }: { button: NonNullable<MailProps['button']> }) {
  return (
    <>
      <p style={style.paragraph}>
        <a class="button" style={style.button} href={url} safe>
          {label}
        </a>
      </p>
      <p class="soft" style={style.address} safe>
        {url}
      </p>
    </>
  )
}
