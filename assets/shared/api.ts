/** A response of the API: its fields, or an error code with a message for the user. */
export type ApiResponse<Fields> =
  | { readonly ok: true; readonly fields: Fields }
  | { readonly ok: false; readonly code: string; readonly detail: string }

/**
 * Posts JSON to the API. With the same `idempotencyKey` a repeated request takes effect only once. Tries three times if
 * the connection fails; then it rejects.
 */
export async function postJson<Fields>(
  url: string,
  payload: object,
  idempotencyKey: string,
): Promise<ApiResponse<Fields>> {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: JSON.stringify(payload),
  }
  for (let tries = 1; ; tries++) {
    try {
      const response = await fetch(url, request)
      const body = response.status === 204 ? {} : await response.json()
      return response.ok ? { ok: true, fields: body } : { ok: false, code: body.code, detail: body.detail }
    } catch (error) {
      if (tries === 3) throw error
      await new Promise((resolve) => setTimeout(resolve, tries * 500))
    }
  }
}
