import {
  type InfiniteData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useSuspenseInfiniteQuery,
} from '@tanstack/react-query'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as kit from '../../../src/kit/client/client.ts'

/** Never called: hooks are for components. The compiler reads it. */
function useEverything(client: kit.ConnectionsClient) {
  const relationship = useQuery(kit.queryOptions(client, kit.getRelationship, { userId: 'bob' }))
  expectTypeOf(relationship.data).toEqualTypeOf<kit.Relationship | null | undefined>()
  expectTypeOf(relationship.error).toEqualTypeOf<kit.ConnectionsRequestError | null>()

  const options = kit.infiniteQueryOptions(client, kit.listFriends, { level: 'CLOSE' })
  const friends = useInfiniteQuery(options)
  type Pages = InfiniteData<kit.Page<kit.Friend>>
  expectTypeOf(friends.data).toEqualTypeOf<Pages | undefined>()
  expectTypeOf(useSuspenseInfiniteQuery(options).data).toEqualTypeOf<Pages>()

  const block = useMutation(kit.mutationOptions(client, kit.blockUser))
  expectTypeOf(block.error).toEqualTypeOf<kit.ConnectionsRequestError | null>()
  expectTypeOf(block.data?.relationship).toEqualTypeOf<kit.Relationship | null | undefined>()
  block.mutate({ userId: 'bob' })
  // @ts-expect-error Somebody has to be blocked.
  block.mutate({})
  return [relationship, friends, block]
}

describe('the options', () => {
  it('give hooks of React the types of answers, variables and errors', () => {
    expect(useEverything).toBeDefined()
  })
})
