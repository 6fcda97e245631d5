import { createContext, useContext } from 'react'
import type { Via } from '../example.ts'
import type { Answered } from './asking.ts'
import type { Facts } from './facts.ts'
import type { Identity } from './identity.ts'

/** What all parts of the page share. */
export interface Explorer {
  readonly facts: Facts
  readonly identity: Identity
  readonly via: Via
  /** Why one is not signed in; null when one is, or is about to be. */
  readonly problem: string | null
  /** The last answer, whatever tab it came to. */
  readonly answered: Answered | null
  /** Changes who one is, or who answers. */
  readonly go: (place: { readonly as?: string; readonly via?: Via | null }) => void
  readonly signInAgain: () => void
}

const ExplorerContext = createContext<Explorer | null>(null)

export const ExplorerProvider = ExplorerContext.Provider

export function useExplorer(): Explorer {
  const explorer = useContext(ExplorerContext)
  if (explorer === null) throw new Error('There is no ExplorerProvider around this component.')
  return explorer
}
