/** Responds with one line of plain text. */
export function plainText(line: string, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(`${line}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } })
}

/** Tells whether the client of an API request prefers plain text to JSON. */
export function wantsPlainText(request: Request): boolean {
  const accept = request.headers.get('accept') ?? ''
  return accept.includes('text/plain') && !accept.includes('json')
}
