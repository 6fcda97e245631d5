import { type QueryClient, useMutation, type UseMutationResult } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import {
  type ConnectionsClient,
  type ConnectionsRequestError,
  type MutationOptions,
  mutationOptions,
  type Payload,
  type Verb,
} from '../client/client.ts'
import type { Arguments } from '../client/operation.ts'
import type { Expectation } from './pending.ts'
import { useConnectionsClient } from './provider.ts'
import { takeRows } from './rows.ts'
import { outlives, sendWaiting } from './undo-queue.ts'

/** The result of `useMutation`. What is required of `mutate` depends on the verb. */
export type VerbResult<Answer, Given> = UseMutationResult<Answer, ConnectionsRequestError, Given>

/** Whom something is done to, and in which cache it shows. */
export interface About {
  readonly client: ConnectionsClient
  readonly queryClient: QueryClient
  readonly userId: string
}

/** How a verb about a person is done, and what is expected of it. */
interface PersonMutation<Variables, Answer, Given> extends Expectation<Given> {
  readonly verb: Verb<Variables, Answer>
  /** What the graph is asked, of what the caller gives. Called when it is the verb's turn. */
  readonly variables: (
    given: Given,
    about: About,
  ) => NoInfer<Variables> | Promise<NoInfer<Variables>>
}

/**
 * A verb about a person. Its expected result shows while it is pending. Verbs about the same person
 * run one after the other.
 */
export function usePersonVerb<Variables, Answer extends Payload, Given>(
  userId: string,
  { verb, variables, expect, lists = [] }: PersonMutation<Variables, Answer, Given>,
): VerbResult<Answer, Given> {
  const client = useConnectionsClient()
  const { viewer } = client
  const isLast = useRef(false)
  const options = mutationOptions(client, verb, userId, (queryClient) =>
    takeRows(queryClient as QueryClient, viewer, userId, lists),
  ) as unknown as MutationOptions<Given, Answer>
  const mutation = useMutation<Answer, ConnectionsRequestError, Given>({
    ...options,
    meta: { viewer, userId, expect, lists },
    mutationFn: async (given, { client: queryClient }) => {
      const asked = await variables(given, { client, queryClient, userId })
      const call = { keepalive: outlives(client, isLast.current) }
      return verb(client, ...([asked, call] as unknown as Arguments<Variables>))
    },
  })
  const { mutate, mutateAsync } = mutation
  const calls = useMemo(() => {
    type Call = Parameters<typeof mutate>
    // What waits about the same person comes before this.
    const before = () => {
      isLast.current = client.closed.aborted
      sendWaiting(client, userId)
    }
    return {
      mutate: (...call: Call) => {
        before()
        mutate(...call)
      },
      mutateAsync: (...call: Call) => {
        before()
        return mutateAsync(...call)
      },
    }
  }, [client, userId, mutate, mutateAsync])
  return { ...mutation, ...calls }
}
