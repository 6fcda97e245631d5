import type { Example } from '../example.ts'

/** What the page gets from its server. */
export interface Facts {
  readonly examples: readonly Example[]
  readonly subgraphUrl: string
  readonly accountsUrl: string
}

export async function readFacts(): Promise<Facts> {
  return (await (await fetch('/explorer/facts')).json()) as Facts
}
