/** An address in the form it is kept and compared in, or nothing where it is none. */
export function parseAddress(text: string): string | undefined {
  const address = text.trim().toLowerCase()
  return address.length <= 254 && /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(address)
    ? address
    : undefined
}
