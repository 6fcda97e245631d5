import { type QueryKey, useMutationState } from '@tanstack/react-query'
import { useCallback } from 'react'
import { type Relationship, root } from '../client/client.ts'
import { useConnectionsClient } from './provider.ts'
import { areKeptAt, type Lists } from './rows.ts'

/** What a mutation is expected to lead to. It shows while the mutation is pending. */
export interface Expectation<Given> {
  readonly expect?: (relationship: Relationship, given: Given) => Relationship
  /** Lists that lose the rows of the person. */
  readonly lists?: readonly Lists[]
}

/** The `meta` of a mutation about a person. */
export interface PersonMeta extends Expectation<never> {
  readonly viewer: string | null
  readonly userId: string
}

/** What is picked of the viewer's pending mutations, in their order. */
function usePending<Picked>(
  concerns: (meta: PersonMeta) => boolean,
  pick: (meta: PersonMeta, given: never) => Picked,
): readonly Picked[] {
  const { viewer } = useConnectionsClient()
  return useMutationState({
    filters: {
      mutationKey: [root],
      status: 'pending',
      predicate: ({ meta }) => meta?.['viewer'] === viewer && concerns(meta as never),
    },
    select: ({ meta, state }) => pick(meta as never, state.variables as never),
  })
}

/** Gives what a person's relationship is expected to become. */
export function useExpected(
  userId: string,
): (relationship: Relationship | null) => Relationship | null {
  const pending = usePending(
    (meta) => meta.userId === userId,
    ({ expect }, given) => ({ expect, given }),
  )
  return useCallback(
    (relationship) =>
      relationship &&
      pending.reduce((now, { expect, given }) => expect?.(now, given) ?? now, relationship),
    [pending],
  )
}

/** The people whose rows the list with a key is expected to lose. */
export function useExpectedLosses(key: QueryKey): readonly string[] {
  return usePending(
    ({ lists = [] }) => areKeptAt(key, lists),
    ({ userId }) => userId,
  )
}
