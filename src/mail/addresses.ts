const atom = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
const local = new RegExp(`^(?=.{1,64}$)${atom}(?:\\.${atom})*$`)
const domain = /^(?=.{1,253}$)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!-)(?=[a-z0-9-]*[a-z])[a-z0-9-]{2,63}(?<!-)$/
const longest = 254

/**
 * Reads one mail address, and gives it in the form that is stored, compared and mailed; nothing for anything else.
 *
 * Accepted is the plain form alone: a dot-atom of RFC 5321 in ASCII, `@`, and a host name of at least two labels, with
 * spaces around it. Refused is all that a mail server, a header or a person could read as something else: quoted local
 * parts, comments, names in front, several addresses, control characters and line breaks, IP addresses in brackets, and
 * letters that are not ASCII (a domain that has some is written in its `xn--` form, which looks like no other).
 *
 * Lower case, the local part too: by the book a mailbox may tell `Ann` from `ann`, but none in use does, and two
 * accounts of one mailbox would let one reset the other.
 */
export function parseAddress(text: string): string | undefined {
  if (text.length > longest + 32) return undefined
  const address = text.replace(/^ +| +$/g, '').replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  const at = address.indexOf('@')
  const isPlain = address.length <= longest && local.test(address.slice(0, at)) && domain.test(address.slice(at + 1))
  return at > 0 && isPlain ? address : undefined
}
