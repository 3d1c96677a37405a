/** Waits for work, and no longer than so many milliseconds; leaves no timer that keeps the program alive. */
export async function withTimeout(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: Timer | undefined
  const end = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([work, end])
  clearTimeout(timer)
}
