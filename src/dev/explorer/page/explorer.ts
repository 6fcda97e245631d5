import { createContext, useContext } from 'react'
import type { Via } from '../example.ts'
import type { Answered } from './asking.ts'
import type { Facts } from './facts.ts'
import type { Identity, Place } from './identity.ts'

/**
 * What a narrow screen shows: GraphiQL's side pane, the editor, or the answer. A wide screen shows
 * all three.
 */
export type View = 'pane' | 'query' | 'answer'

/** What all parts of the page share. */
export interface Explorer {
  readonly facts: Facts
  readonly identity: Identity
  readonly via: Via
  /** Why there is no token; null when there is one, or when one is on its way. */
  readonly problem: string | null
  /** The last answer, in any tab. */
  readonly answered: Answered | null
  readonly view: View
  readonly show: (view: View) => void
  /** Changes the person, the endpoint, or both. */
  readonly go: (place: Partial<Place>) => void
  readonly signInAgain: () => void
}

const ExplorerContext = createContext<Explorer | null>(null)

export const ExplorerProvider = ExplorerContext.Provider

export function useExplorer(): Explorer {
  const explorer = useContext(ExplorerContext)
  if (explorer === null) throw new Error('There is no ExplorerProvider around this component.')
  return explorer
}
