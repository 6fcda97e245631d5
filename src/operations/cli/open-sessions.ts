import type { StackPlaces } from '../../dev/stack-file.ts'

/**
 * Where the parts of a dev stack are, by their names (`gateway`, `graphql`, `accounts` …), with no
 * password in any URL.
 */
export function openPlaces(places: StackPlaces): Readonly<Record<string, string>> {
  const open = Object.entries(places).map(([name, place]: [string, string]) => {
    const url = new URL(place)
    url.password = ''
    return [name.replace(/Url$/, ''), url.href] as const
  })
  return Object.fromEntries(open)
}
