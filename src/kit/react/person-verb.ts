import { useMutation, type UseMutationResult, useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import {
  type ConnectionsRequestError,
  mutationOptions,
  type Payload,
  type Relationship,
  type Verb,
} from '../client/client.ts'
import type { Arguments } from '../client/operation.ts'
import { type About, type Act, begin, fail, succeed } from './pair.ts'
import { useConnectionsClient } from './provider.ts'
import type { Lists } from './rows.ts'
import { outlives, sendWaiting } from './undo-queue.ts'

/** The result of `useMutation`. What is required of `mutate` depends on the verb. */
export type VerbResult<Answer, Given> = UseMutationResult<Answer, ConnectionsRequestError, Given>

/** How a verb about a person is done, and what is expected of it. */
interface Deed<Variables, Answer, Given> {
  readonly verb: Verb<Variables, Answer>
  /** What the graph is asked, of what the caller gives. Called when it is the verb's turn. */
  readonly variables: (
    given: Given,
    about: About,
  ) => NoInfer<Variables> | Promise<NoInfer<Variables>>
  readonly expect?: (relationship: Relationship, given: Given) => Relationship
  readonly lists?: readonly Lists[]
}

/**
 * A verb about a person. Its expected result shows at once, and is taken back when the verb fails.
 * Verbs about the same person run one after the other.
 */
export function usePersonVerb<Variables, Answer extends Payload, Given>(
  userId: string,
  { verb, variables, expect, lists = [] }: Deed<Variables, Answer, Given>,
): VerbResult<Answer, Given> {
  const client = useConnectionsClient()
  const queryClient = useQueryClient()
  const about = { client, queryClient, userId }
  const isLast = useRef(false)
  const { mutationKey, retry, retryDelay, scope } = mutationOptions(client, verb, userId)
  const mutation = useMutation<Answer, ConnectionsRequestError, Given, Act>({
    // Another key is another mutation: what is under way about bob stays about bob.
    mutationKey: [...mutationKey, { viewer: client.viewer, userId }],
    mutationFn: async (given) => {
      const asked = await variables(given, about)
      const options = { keepalive: outlives(client, isLast.current) }
      return verb(client, ...([asked, options] as unknown as Arguments<Variables>))
    },
    retry,
    retryDelay,
    ...(scope && { scope }),
    onMutate: (given) =>
      begin(about, (relationship) => expect?.(relationship, given) ?? relationship, lists),
    onSuccess: (payload, _given, act) => {
      succeed(about, verb, act, payload)
    },
    onError: (_error, _given, act) => {
      if (act !== undefined) fail(about, verb.touches, act)
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
