import { AppError } from '../../errors.ts'
import { problem } from '../../http/problem.ts'
import { sentenceOf } from '../../http/render.ts'

/** Answers a script of a page with JSON, or with problem details for an `AppError` (RFC 9457). */
export async function jsonOrProblem(work: () => Promise<object>): Promise<Response> {
  try {
    return Response.json(await work())
  } catch (error) {
    if (error instanceof AppError) return problem(error, sentenceOf(error))
    throw error
  }
}
