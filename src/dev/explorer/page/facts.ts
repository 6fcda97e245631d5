import type { Example } from '../example.ts'

/** What the host tells the page. */
export interface Facts {
  readonly examples: readonly Example[]
  readonly subgraphUrl: string
  readonly accountsUrl: string
}

export async function readFacts(): Promise<Facts> {
  return (await (await fetch('/explorer/facts')).json()) as Facts
}
