import ipaddr from 'ipaddr.js'

/** A block of addresses. */
export type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number]

/** Reads `10.0.0.0/8`, `fd00::/8` or one address; null for anything else. */
export function parseNetwork(text: string): Network | null {
  const network = parse(text)
  // Addresses are compared as what they lead to, so this one would never match.
  const isMapped = network?.[0] instanceof ipaddr.IPv6 && network[0].isIPv4MappedAddress()
  return isMapped ? null : network
}

/** The short spellings of IPv4 are refused: `10.1/8` is `10.0.0.1/8`. */
function parse(text: string): Network | null {
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text))
    return ipaddr.parseCIDR(text)
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return [ipaddr.parse(text), 32]
  return ipaddr.IPv6.isValid(text) ? [ipaddr.parse(text), 128] : null
}
