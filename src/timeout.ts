/** Waits for `work`, but at most `timeoutMs`. Clears its timer, so that it does not keep the program running. */
export async function withTimeout(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  let timer: Timer | undefined
  const end = new Promise((resolve) => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([work, end])
  clearTimeout(timer)
}
