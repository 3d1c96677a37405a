import type { Children } from '@kitajs/html'
import { locale } from '../src/i18n/text.ts'
import type { View } from './view.ts'

/** A built script that a page can load. */
export type Script = 'create.js' | 'passkeys.js' | 'receipt.js' | 'reveal.js'

interface LayoutProps {
  view: View
  title: string
  script?: Script | undefined
  current?: 'share' | 'generate' | 'account' | undefined
  children: Children
}

/** The frame of every page: head, navigation, banners and footer. */
export function Layout({ view, title, script, current, children }: LayoutProps) {
  const { text, path, asset, name } = view
  return (
    <html lang={locale} data-theme={view.theme}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content={view.theme ?? 'light dark'} />
        <title safe>{`${title} · ${name}`}</title>
        <link rel="stylesheet" href={asset('sotto.css')} />
        <link rel="icon" type="image/svg+xml" href={asset('icon.svg')} />
        {script ? <script type="module" src={asset(script)}></script> : ''}
      </head>
      <body>
        <a class="skip" href="#main" safe>
          {text('layout.skip')}
        </a>
        <header class="masthead">
          <a class="brand" href={path('/')}>
            <Logo />
            <span safe>{name}</span>
          </a>
          <nav aria-label={text('layout.nav')}>
            <a href={path('/')} aria-current={current === 'share' ? 'page' : undefined} safe>
              {text('layout.share')}
            </a>
            <a href={path('/generate')} aria-current={current === 'generate' ? 'page' : undefined} safe>
              {text('layout.generate')}
            </a>
            <a
              href={path(view.isSignedIn ? '/account' : '/sign-in')}
              aria-current={current === 'account' ? 'page' : undefined}
              safe
            >
              {text(view.isSignedIn ? 'layout.account' : 'layout.signIn')}
            </a>
          </nav>
        </header>
        <main id="main" tabindex="-1">
          {view.isSuspended ? <SuspendedNotice view={view} /> : ''}
          <Banners view={view} />
          {children as 'safe'}
        </main>
        <Footer view={view} />
      </body>
    </html>
  )
}

function SuspendedNotice({ view: { text } }: { view: View }) {
  return (
    <aside class="notice" aria-label={text('suspended.title')}>
      <p safe>{text('suspended.notice')}</p>
    </aside>
  )
}

// Not an alert: a banner is shown for weeks.
function Banners({ view }: { view: View }) {
  const { text, path, banners = [] } = view
  if (banners.length === 0) return ''
  return (
    <aside class="notice" aria-label={text('banner.title')}>
      {banners.map((banner) => (
        <p>
          <span safe>{banner.text}</span>{' '}
          <a href={path(banner.path)} safe>
            {banner.label}
          </a>
        </p>
      ))}
    </aside>
  )
}

function Logo() {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <circle cx="12" cy="12" r="10" />
      <path d="M12 10.5v5" />
      <circle class="dot" cx="12" cy="9.75" r="2.5" />
    </svg>
  )
}

function Footer({ view }: { view: View }) {
  const { text, path, regionName, peers, contact } = view
  return (
    <footer class="colophon">
      <ul>
        <li>
          <a href={path('/privacy')} safe>
            {text('layout.privacy')}
          </a>
        </li>
        <li>
          <a href={path('/terms')} safe>
            {text('layout.terms')}
          </a>
        </li>
        <li>
          <a href={path('/info/security')} safe>
            {text('layout.security')}
          </a>
        </li>
      </ul>
      {view.returnPath === undefined ? '' : <ThemeSwitch view={view} here={view.returnPath} />}
      <p class="place">
        <span safe>{text('layout.region', { region: regionName })}</span>
        {peers.map((peer) => (
          <a href={peer.url} rel="noreferrer" safe>
            {peer.name}
          </a>
        ))}
        {contact ? <span safe>{text('layout.contact', { contact })}</span> : ''}
      </p>
    </footer>
  )
}

function ThemeSwitch({ view, here }: { view: View; here: string }) {
  const { text, path, theme } = view
  const choices = [
    ['system', text('theme.system'), theme === undefined],
    ['light', text('theme.light'), theme === 'light'],
    ['dark', text('theme.dark'), theme === 'dark'],
  ] as const
  return (
    <form
      class="segments"
      method="post"
      action={path('/preferences/theme')}
      aria-label={text('theme.label')}
      data-themes
    >
      <input type="hidden" name="back" value={here} />
      {choices.map(([value, label, chosen]) => (
        <button type="submit" name="theme" value={value} aria-pressed={chosen ? 'true' : 'false'} safe>
          {label}
        </button>
      ))}
    </form>
  )
}
