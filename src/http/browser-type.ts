const browsers = [
  ['edge', /\bEdg(?:e|A|iOS)?\//],
  ['opera', /\bOPR\//],
  ['firefox', /\b(?:Firefox|FxiOS)\//],
  ['chrome', /\b(?:Chrome|Chromium|CriOS|HeadlessChrome)\//],
  ['safari', /\bSafari\//],
  ['curl', /^curl\//],
  ['wget', /^Wget\//],
] as const

/** Returns the type of a browser, such as `firefox`; without its version, `other` if it is unknown. */
export function browserType(userAgent: string): string {
  return browsers.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? 'other'
}

/** Returns the type of the browser that sent a request. */
export function browserOf(request: Request): string {
  return browserType(request.headers.get('user-agent') ?? '')
}
