import type { LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import { limits } from '../../limits.ts'
import { UserFacingError } from '../../user-facing-error.ts'
import { type AllowedAddresses, refusalOf } from './networks.ts'

/**
 * The URL of a new endpoint as it is stored. Names are looked up, so that a private address is
 * refused here already and not only at the first delivery.
 * @throws UserFacingError that says why no webhook can be sent there
 */
export async function checkEndpointUrl(text: string, allowed: AllowedAddresses): Promise<string> {
  const url = parse(text, allowed)
  const port = Number(url.port === '' ? ports[url.protocol] : url.port)
  // The URL has an IPv6 address in brackets.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  for (const address of isIP(host) === 0 ? await addressesOf(host, allowed) : [host]) {
    const refusal = refusalOf(address, port, allowed)
    if (refusal !== null)
      throw refused(
        `${host === address ? '' : `${host}: `}${refusal}.\nFix: use a public address, or allow this one with WEBHOOK_ALLOWED_ADDRESSES.`,
      )
  }
  return url.href
}

const ports: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 }

function parse(text: string, { httpsOnly }: AllowedAddresses): URL {
  const url = /\s/.test(text) ? null : URL.parse(text)
  // As it is stored: what is no ASCII takes more room there.
  if (Math.max(text.length, url?.href.length ?? 0) > limits.webhooks.urlLength)
    throw refused(`it has more than ${limits.webhooks.urlLength.toLocaleString('en')} characters.`)
  if (url === null || !(url.protocol in ports)) throw refused('it must begin with https://.')
  if (url.protocol !== 'https:' && httpsOnly)
    throw refused('in production it must begin with https://.')
  if (url.username !== '' || url.password !== '')
    throw refused('it has a user name or a password. Deliveries are signed instead.')
  if (text.includes('#')) throw refused('it has a fragment (#…), which is never sent.')
  return url
}

async function addressesOf(host: string, { lookup }: AllowedAddresses): Promise<string[]> {
  const found = await new Promise<readonly LookupAddress[]>((resolve, reject) => {
    lookup(host, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses as LookupAddress[])
      else reject(refused(`${host} was not found (${error.code ?? error.message}).`))
    })
  })
  return found.map(({ address }) => address)
}

const refused = (why: string) => new UserFacingError(`The URL cannot be used: ${why}`)
