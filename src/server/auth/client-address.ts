import ipaddr from 'ipaddr.js'

/** Longer than any address with a zone and a port: what is longer is not looked at. */
const longestAddress = 100

/** What everything counts as that is no address, and a request without the header. */
const nowhere = ''

/**
 * Who a request without a token counts as, from the header in which the gateway says where it came
 * from. The last entry of the header decides: the proxy nearest to the gateway wrote it, and what a
 * client claims stands before it.
 *
 * Every spelling of an address is the same client: the port, the brackets and the zone are left
 * out, and an IPv4 address that is mapped into IPv6 is the IPv4 address. An IPv6 address counts by
 * its network of 64 bits, because one customer has all of them. Everything that is no address is
 * one client, so that nobody can invent clients.
 * @param name of the header, in lower case; `forwarded` is read as RFC 7239 says, every other as a
 * list of addresses
 */
export function clientAddress(
  name: string,
  header: string | readonly string[] | undefined,
): string {
  const text = [header ?? []].flat().join()
  const last = name === 'forwarded' ? lastForwarded(text) : text.split(',').at(-1)
  return canonical(last?.trim().replace(/^"(.*)"$/, '$1') ?? '')
}

/**
 * An address without port, brackets and zone: IPv4 in four parts, IPv6 as its network of 64 bits.
 */
function canonical(text: string): string {
  if (text.length > longestAddress) return nowhere
  const [, bracketed] = /^\[([^\]]*)\](?::\d+)?$/.exec(text) ?? []
  const [, address = ''] = /^([^%]*)(?:%.*)?$/.exec(bracketed ?? text) ?? []
  const [, four = ''] = bracketed === undefined ? (/^([\d.]+)(?::\d+)?$/.exec(text) ?? []) : []
  // The stricter check: the library's other one takes `127.1` and `0x7f.1` for addresses too.
  if (ipaddr.IPv4.isValidFourPartDecimal(four)) return four
  if (!ipaddr.IPv6.isValid(address)) return nowhere
  const parsed = ipaddr.IPv6.parse(address)
  if (parsed.isIPv4MappedAddress()) return parsed.toIPv4Address().toString()
  return `${new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0]).toRFC5952String()}/64`
}

/**
 * `name=value` and what follows it: `;` before another pair of the same proxy, `,` before the next
 * proxy.
 */
const pair = /\s*([\w!#$%&'*+.^`|~-]+)=("(?:[^"\\]|\\.)*"|[^\s",;]*)\s*(;|,|$)/gy

/**
 * The `for` of the last proxy. Nothing of a header that breaks the rules: it could be a client's
 * trick with quotes.
 */
function lastForwarded(text: string): string {
  let address = ''
  let end = 0
  for (const [whole, name = '', value = '', follows] of text.matchAll(pair)) {
    end += whole.length
    if (name.toLowerCase() === 'for') address = value
    if (follows === ',') address = ''
  }
  return end === text.length ? address : ''
}
