import { createServer, get } from 'node:http'
import { get as getSecurely } from 'node:https'
import type { AddressInfo, LookupFunction } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { parseNetwork } from '../../../src/config/networks.ts'
import { agentFor } from '../../../src/worker/endpoints/addresses.ts'
import { checkEndpointUrl } from '../../../src/worker/endpoints/endpoint-url.ts'
import { allowedAddresses, refusalOf } from '../../../src/worker/endpoints/networks.ts'

// Nothing here asks a private address: addresses are judged by a pure function, and the only
// connections go to this machine, where it is not allowed.

/** Names lead where the test says, in turn; the last answer stays. */
function leadingTo(...answers: string[]): LookupFunction {
  return (_name, options, callback) => {
    const address = answers.length > 1 ? answers.shift() : answers[0]
    const found = (address ?? '').split(' ').map((one) => ({
      address: one,
      family: one.includes(':') ? 6 : 4,
    }))
    if (options.all === true) callback(null, found)
    else callback(null, found[0]?.address ?? '', found[0]?.family)
  }
}

const publicAddress = '93.184.215.14'
const production = (lookup: LookupFunction = leadingTo(publicAddress), ...networks: string[]) =>
  allowedAddresses(networks, true, lookup)

describe('an address of the public internet', () => {
  it.each([publicAddress, '2606:2800:21f:cb07:6820:80da:af6b:8b2c', '::ffff:93.184.215.14'])(
    '%s is allowed at port 443 only',
    (address) => {
      expect(refusalOf(address, 443, production())).toBeNull()
      expect(refusalOf(address, 80, production())).toContain('port 80')
      expect(refusalOf(address, 5432, production())).toContain('port 5432')
    },
  )
})

describe('every other address', () => {
  it.each([
    ['this host', '0.0.0.0'],
    ['this host', '::'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['loopback', '::1'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['private', 'fc00::1'],
    ['private', 'fd12:3456::1'],
    ['metadata of clouds', '169.254.169.254'],
    ['metadata of clouds', 'fd00:ec2::254'],
    ['metadata of clouds', '100.100.100.200'],
    ['metadata of clouds', '168.63.129.16'],
    ['link-local', '169.254.0.1'],
    ['link-local', 'fe80::1'],
    ['link-local', 'fe80::1%eth0'],
    ['site-local', 'fec0::1'],
    ['shared by carriers', '100.64.0.1'],
    ['for protocols', '192.0.0.8'],
    ['documentation', '192.0.2.1'],
    ['documentation', '198.51.100.1'],
    ['documentation', '203.0.113.1'],
    ['documentation', '2001:db8::1'],
    ['documentation', '3fff::1'],
    ['benchmarks', '198.18.0.1'],
    ['multicast', '224.0.0.1'],
    ['multicast', 'ff02::1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['IPv4 inside IPv6', '::ffff:127.0.0.1'],
    ['IPv4 inside IPv6', '::ffff:a9fe:a9fe'],
    ['IPv4 inside IPv6', '::127.0.0.1'],
    ['IPv4 inside IPv6', '::a00:1'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['NAT64', '64:ff9b:1::a00:1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo', '2001::1'],
    ['discarded', '100::1'],
    ['not given to anybody', '4000::1'],
    ['no address', ''],
    ['no address', 'localhost'],
  ])('is refused in production: %s, %s', (_what, address) => {
    expect(refusalOf(address, 443, production())).not.toBeNull()
  })

  it('is allowed at every port when the configuration names it', () => {
    const allowed = production(leadingTo(), '10.1.0.0/16', 'fd00:1::/32', '192.168.7.7')
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', 'fd00:1::5', '192.168.7.7'])
      expect(refusalOf(address, 8080, allowed), address).toBeNull()
    for (const address of ['10.2.0.1', 'fd00:2::5', '192.168.7.8', '127.0.0.1'])
      expect(refusalOf(address, 443, allowed), address).not.toBeNull()
  })

  it('is refused outside of production too, but for loopback', () => {
    const development = allowedAddresses([], false)
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
      expect(refusalOf(address, 4012, development), address).toBeNull()
    for (const address of ['10.0.0.1', '169.254.169.254', '0.0.0.0'])
      expect(refusalOf(address, 443, development), address).not.toBeNull()
  })
})

describe('an allowed network', () => {
  it.each(['10.0.0.0/8', '192.168.7.7', 'fd00::/8', '::1'])('may be written as %s', (text) => {
    expect(parseNetwork(text)).not.toBeNull()
  })

  it.each([
    '10/8',
    '10.1',
    '0x7f.1',
    '10.0.0.0/33',
    'fd00::/129',
    '::ffff:10.0.0.0/104',
    'all',
    '',
  ])('is refused as %s', (text) => {
    expect(parseNetwork(text)).toBeNull()
  })
})

describe('the URL of an endpoint', () => {
  it('is stored in its usual form', async () => {
    const url = await checkEndpointUrl('HTTPS://Hooks.Example.com:443/a?b=c', production())
    expect(url).toBe('https://hooks.example.com/a?b=c')
  })

  it.each([
    ['http in production', 'http://hooks.example.com/', 'https://'],
    ['another protocol', 'ftp://hooks.example.com/', 'https://'],
    ['no protocol', 'hooks.example.com/events', 'https://'],
    ['a name and a password', 'https://user:secret@hooks.example.com/', 'password'],
    ['a name', 'https://user@hooks.example.com/', 'password'],
    ['a fragment', 'https://hooks.example.com/#part', 'fragment'],
    ['an empty fragment', 'https://hooks.example.com/#', 'fragment'],
    ['a line break', 'https://hooks.example.com/\nx', 'https://'],
    ['another port', 'https://hooks.example.com:8443/', 'port 8443'],
    ['2,049 characters', `https://hooks.example.com/${'a'.repeat(2023)}`, '2,048'],
    ['so many once it is encoded', `https://hooks.example.com/${'ä'.repeat(1000)}`, '2,048'],
  ])('is refused with %s', async (_what, url, why) => {
    await expect(checkEndpointUrl(url, production())).rejects.toThrow(why)
  })

  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://0x7f.1/',
    'https://127.1/',
    'https://１２７.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[64:ff9b::127.0.0.1]/',
    'https://0/',
    'https://169.254.169.254/latest/meta-data',
  ])('is refused as %s, however the address is spelt', async (url) => {
    await expect(checkEndpointUrl(url, production())).rejects.toThrow('not a public address')
  })

  it('is refused with words that name each address once', async () => {
    const why = (url: string, allowed = production()) =>
      checkEndpointUrl(url, allowed).catch((error: unknown) => (error as Error).message)
    expect(await why('https://10.1.2.3/')).toMatch(/used: 10\.1\.2\.3 is not a public address\.\n/)
    expect(await why('https://a.example.com/', production(leadingTo('10.1.2.3')))).toMatch(
      /used: a\.example\.com: 10\.1\.2\.3 is not a public address\.\n/,
    )
  })

  it('is refused when one of the addresses of its name is private', async () => {
    const lookup = leadingTo(`${publicAddress} 10.0.0.1`)
    await expect(
      checkEndpointUrl('https://hooks.example.com/', production(lookup)),
    ).rejects.toThrow('10.0.0.1 is not a public address')
  })

  it('is refused when nobody knows its name', async () => {
    const unknown: LookupFunction = (_name, _options, callback) => {
      callback(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), '')
    }
    await expect(
      checkEndpointUrl('https://hooks.example.con/', production(unknown)),
    ).rejects.toThrow('hooks.example.con was not found')
  })
})

describe('a delivery', () => {
  let asked = 0
  const consumer = createServer((_request, response) => {
    asked++
    response.end()
  })
  const port = new Promise<number>((resolve) => {
    consumer.listen(0, '127.0.0.1', () => {
      resolve((consumer.address() as AddressInfo).port)
    })
  })
  afterAll(() => {
    consumer.closeAllConnections()
    consumer.close()
  })

  /** As the worker sends, with nothing in between that looks at the URL first. */
  async function deliver(
    host: string,
    allowed: Parameters<typeof agentFor>[1],
    { keep = true, scheme = 'http' } = {},
  ): Promise<number | undefined> {
    const url = `${scheme}://${host}:${await port}/`
    return new Promise((resolve, reject) => {
      const headers = keep ? {} : { connection: 'close' }
      const ask = scheme === 'http' ? get : getSecurely
      ask(url, { agent: agentFor(url, allowed), headers }, (response) => {
        response.resume().on('end', () => {
          resolve(response.statusCode)
        })
      }).on('error', reject)
    })
  }

  /** Outside of production, where http is allowed; loopback is not. */
  const strict = (lookup: LookupFunction) => ({ ...production(lookup), httpsOnly: false })

  it('reaches what is allowed', async () => {
    const before = asked
    expect(await deliver('127.0.0.1', allowedAddresses([], false))).toBe(200)
    const named = allowedAddresses(['127.0.0.0/8'], false, leadingTo('127.0.0.1'))
    expect(await deliver('hooks.example.com', named)).toBe(200)
    expect(asked).toBe(before + 2)
  })

  it.each([
    ['127.0.0.1', ''],
    ['2130706433', ''],
    ['0177.0.0.1', ''],
    ['127.1', ''],
    ['[::ffff:127.0.0.1]', ''],
    ['0.0.0.0', ''],
    ['a name that leads to 127.0.0.1', '127.0.0.1'],
    ['a name that leads to ::ffff:127.0.0.1', '::ffff:127.0.0.1'],
  ])('does not reach %s', async (what, address) => {
    const before = asked
    const host = address === '' ? what : 'hooks.example.com'
    await expect(deliver(host, strict(leadingTo(address)))).rejects.toThrow(
      /is not a public address/,
    )
    expect(asked).toBe(before)
  })

  it('does not reach a name that led to a public address when it was saved', async () => {
    const before = asked
    const lookup = leadingTo(publicAddress, '127.0.0.1')
    const allowed = strict(lookup)
    await checkEndpointUrl('https://hooks.example.com/', allowed)
    await expect(deliver('hooks.example.com', allowed)).rejects.toMatchObject({
      code: 'ADDRESS_REFUSED',
    })
    expect(asked).toBe(before)
  })

  it.each(['127.0.0.1', 'hooks.example.com'])(
    'does not open a TLS connection to %s',
    async (host) => {
      let connections = 0
      consumer.once('connection', () => connections++)
      const allowed = strict(leadingTo('127.0.0.1'))
      await expect(deliver(host, allowed, { scheme: 'https' })).rejects.toMatchObject({
        code: 'ADDRESS_REFUSED',
      })
      expect(connections).toBe(0)
    },
  )

  it('does not reach a name of whose addresses one is refused', async () => {
    const lookup = leadingTo('127.0.0.1 127.0.0.2')
    const allowed = { ...allowedAddresses(['127.0.0.1'], true, lookup), httpsOnly: false }
    await expect(deliver('hooks.example.com', allowed)).rejects.toThrow(
      'hooks.example.com: 127.0.0.2 is not a public address',
    )
  })

  it('does not reach a name that led elsewhere at the delivery before', async () => {
    const lookup = leadingTo('127.0.0.1', '127.0.0.2')
    const allowed = { ...allowedAddresses(['127.0.0.1'], true, lookup), httpsOnly: false }
    expect(await deliver('hooks.example.com', allowed, { keep: false })).toBe(200)
    await expect(deliver('hooks.example.com', allowed)).rejects.toThrow('127.0.0.2')
  })

  it('is never sent by http in production', () => {
    expect(() => agentFor('http://hooks.example.com/', production())).toThrow('use https:')
  })
})
