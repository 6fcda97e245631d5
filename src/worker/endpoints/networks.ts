import { lookup, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { type Network, parseNetwork } from '../../config/networks.ts'

/** Where webhooks may be sent to. */
export interface AllowedAddresses {
  /** Beside the public internet. Here every port is allowed too. */
  readonly networks: readonly Network[]
  /** Whether `http:` is refused, as in production. */
  readonly httpsOnly: boolean
  /** Finds the addresses of a name; Node's, but for tests. */
  readonly lookup: LookupFunction
}

/** The only block that public IPv6 addresses are from. */
const globalUnicast: Network = ipaddr.parseCIDR('2000::/3')

/** A public address at which Azure gives each virtual machine its configuration. */
const azureWireServer = '168.63.129.16'

const publicPort = 443

/** Allowed outside of production without being named. */
const loopback = ['127.0.0.0/8', '::1']

/**
 * What is allowed by the configuration.
 * @param given `WEBHOOK_ALLOWED_ADDRESSES`: checked texts as `parseNetwork` takes them
 * @param isProduction allows only https, and loopback only where it is named
 */
export function allowedAddresses(
  given: readonly string[],
  isProduction: boolean,
  find: LookupFunction = lookup,
): AllowedAddresses {
  const texts = isProduction ? given : [...given, ...loopback]
  return {
    networks: texts.flatMap((text) => [parseNetwork(text) ?? []]) as readonly Network[],
    httpsOnly: isProduction,
    lookup: find,
  }
}

/**
 * Why nothing may be sent to this address, as a sentence without its end; null when it may. An IPv4
 * address inside an IPv6 one (`::ffff:10.0.0.1`) counts as what it leads to.
 */
export function refusalOf(
  address: string,
  port: number,
  { networks }: AllowedAddresses,
): string | null {
  if (!ipaddr.isValid(address)) return `${address} is not an IP address`
  const parsed = ipaddr.process(address)
  if (networks.some((network) => isWithin(parsed, network))) return null
  if (!isPublic(parsed)) return `${address} is not a public address`
  return port === publicPort ? null : `port ${port} is not allowed; use ${publicPort}`
}

function isPublic(address: Network[0]): boolean {
  if (address.range() !== 'unicast') return false
  return address.kind() === 'ipv4'
    ? address.toString() !== azureWireServer
    : isWithin(address, globalUnicast)
}

function isWithin(address: Network[0], [network, bits]: Network): boolean {
  return address.kind() === network.kind() && address.match(network, bits)
}

/**
 * Finds the addresses of a name, and gives none if one of them is refused: whoever can change the
 * name could have any of them taken.
 */
export function guardedLookup(port: number, allowed: AllowedAddresses): LookupFunction {
  return (hostname, options, callback) => {
    allowed.lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '')
      const addresses = found as LookupAddress[]
      const refusal = addresses
        .map(({ address }) => refusalOf(address, port, allowed))
        .find((reason) => reason !== null)
      if (refusal !== undefined) return callback(new AddressRefused(hostname, refusal), '')
      const [first] = addresses
      if (first === undefined)
        return callback(new AddressRefused(hostname, 'it has no address'), '')
      return options.all === true
        ? callback(null, addresses)
        : callback(null, first.address, first.family)
    })
  }
}

/** A connection that was not made, because nothing may be sent to where it would have led. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
  readonly code = 'ADDRESS_REFUSED'
  /** @param refusal as of `refusalOf`, which names the address itself */
  constructor(hostname: string, refusal: string) {
    super(isIP(hostname) === 0 ? `${hostname}: ${refusal}` : refusal)
  }
}
