/** A mail address as it is compared and stored, or nothing where it is none that can be mailed. */
export function parseAddress(text: string): string | undefined {
  const address = text.trim().toLowerCase()
  return /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(address) && address.length <= 254
    ? address
    : undefined
}
