/** What the API answered: the fields, or its code and one sentence for the reader. */
export type ApiResponse<Fields> =
  | { readonly ok: true; readonly fields: Fields }
  | { readonly ok: false; readonly code: string; readonly detail: string }

/**
 * Asks the API. `repeat` is this request's own random word: the same request may be sent again with it, and is carried
 * out once. A connection that fails is tried three times; then this rejects.
 */
export async function postJson<Fields>(url: string, body: object, repeat: string): Promise<ApiResponse<Fields>> {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': repeat },
    body: JSON.stringify(body),
  }
  for (let tries = 1; ; tries++) {
    try {
      const response = await fetch(url, request)
      const answer = response.status === 204 ? {} : await response.json()
      return response.ok ? { ok: true, fields: answer } : { ok: false, code: answer.code, detail: answer.detail }
    } catch (error) {
      if (tries === 3) throw error
      await new Promise((resolve) => setTimeout(resolve, tries * 500))
    }
  }
}
