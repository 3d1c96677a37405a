const atom = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
const local = new RegExp(`^(?=.{1,64}$)${atom}(?:\\.${atom})*$`)
const domain = /^(?=.{1,253}$)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!-)(?=[a-z0-9-]*[a-z])[a-z0-9-]{2,63}(?<!-)$/
const maxLength = 254

/**
 * Parses an email address and returns it in the form that is stored, compared and mailed, or undefined.
 *
 * Accepts only an ASCII dot-atom (RFC 5321), `@` and a host name of at least two labels; surrounding spaces are removed.
 * Rejects everything that a mail server, a header or a person could read differently: quoted local parts, comments,
 * display names, lists, control characters, IP addresses, and non-ASCII letters (such domains need their `xn--` form).
 *
 * The result is in lower case, including the local part: RFC 5321 allows `Ann` and `ann` to be different mailboxes, but
 * in practice they are the same, and two accounts with one mailbox could reset each other's password.
 */
export function parseAddress(text: string): string | undefined {
  if (text.length > maxLength + 32) return undefined
  const address = text.replace(/^ +| +$/g, '').replace(/[A-Z]/g, (upper) => upper.toLowerCase())
  const at = address.indexOf('@')
  const isPlain = address.length <= maxLength && local.test(address.slice(0, at)) && domain.test(address.slice(at + 1))
  return at > 0 && isPlain ? address : undefined
}
