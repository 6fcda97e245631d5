import { setTimeout as sleep } from 'node:timers/promises'
import { MutationObserver, QueryClient, QueryObserver } from '@tanstack/query-core'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as kit from '../../../src/kit/client/client.ts'
import { startFaultyProxy, unavailable } from '../../support/faulty-proxy.ts'
import { failureOf, kitClient } from '../../support/kit-client.ts'
import { openTestService, type Person } from '../../support/test-service.ts'
import { befriend, verbs } from '../../support/verbs.ts'

const app = await openTestService()

/** Every verb of the client, by its name. */
const allVerbs = Object.values(kit).filter(
  (each): each is typeof each & kit.Verb<never, kit.Payload> =>
    typeof each === 'function' && 'touches' in each,
)

const topics = [
  'friend-requests',
  'friends',
  'blocks',
  'contacts',
  'contact-links',
  'following',
  'followers',
  'suggestions',
  'counts',
  'quotas',
  'profiles',
  'usernames',
  'search',
  'privacy-settings',
  'relationship',
] as const

const newCache = () => new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })

/** The topics whose answers a cache would fetch again. */
const staleIn = (queryClient: QueryClient) =>
  queryClient
    .getQueryCache()
    .findAll()
    .filter(({ state }) => state.isInvalidated || state.data === undefined)
    .map(({ queryKey }) => String(queryKey[1]))

describe('a key', () => {
  const client = kit.createConnectionsClient({ url: 'http://127.0.0.1/', viewer: 'alice' })

  it('begins as it is agreed, and ends with the viewer and what is asked', () => {
    expect(kit.listFriendRequests.key(client, { direction: 'INCOMING' })).toEqual([
      'relationships',
      'friend-requests',
      { viewer: 'alice', direction: 'INCOMING' },
    ])
    expect(kit.listFriends.key(client, {})).toEqual([
      'relationships',
      'friends',
      { viewer: 'alice' },
    ])
    expect(kit.listFriends.key(client, { level: 'CLOSE' }).slice(0, 4)).toEqual([
      'relationships',
      'friends',
      'level',
      'close',
    ])
    expect(kit.listBlockedUsers.key(client, {}).slice(0, 2)).toEqual(['relationships', 'blocks'])
  })

  it('is another one for another viewer, and for a list that is read page by page', () => {
    const ofBob = kit.createConnectionsClient({ url: 'http://127.0.0.1/', viewer: 'bob' })
    const keys = [
      kit.queryOptions(client, kit.listFriends).queryKey,
      kit.queryOptions(ofBob, kit.listFriends).queryKey,
      kit.infiniteQueryOptions(client, kit.listFriends).queryKey,
      kit.queryOptions(client, kit.listFriends, { search: 'bo' }).queryKey,
    ]
    expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(keys.length)
  })
})

describe('what each verb makes stale', () => {
  const all = [...topics]
  const table: Readonly<Record<string, readonly string[]>> = {
    addContact: ['contacts'],
    removeContact: ['contacts'],
    followUser: ['following', 'followers'],
    unfollowUser: ['following', 'followers'],
    removeFollower: ['following', 'followers'],
    requestFriend: ['friend-requests'],
    cancelFriendRequest: ['friend-requests'],
    respondFriendRequest: ['friend-requests'],
    removeFriend: ['friend-requests', 'friends'],
    upgradeFriendship: ['friend-requests', 'friends'],
    blockUser: all,
    unblockUser: all,
    claimUsername: ['profiles', 'usernames'],
    updateProfile: ['profiles'],
    updatePrivacySettings: ['privacy-settings'],
    createContactLink: ['contact-links'],
    revokeContactLink: ['contact-links'],
    consumeContactLink: ['contacts', 'contact-links'],
    dismissSuggestion: ['suggestions'],
    restoreSuggestion: ['suggestions'],
    recordSuggestionsShown: [],
    heartbeat: [],
  }
  const client = kit.createConnectionsClient({ url: 'http://127.0.0.1/', viewer: 'alice' })

  /** What is stale after a verb, in a cache that has an answer about everything. */
  async function staleAfter(name: string, payload: object): Promise<string[]> {
    const queryClient = newCache()
    for (const topic of topics) queryClient.setQueryData(kit.keyOf(client, [topic], {}), {})
    const verb = allVerbs.find(({ field }) => field === name)
    if (verb === undefined) throw new Error(`There is no verb ${name}.`)
    await kit.applyPayload(client, queryClient, verb, { changed: true, ...payload })
    return staleIn(queryClient)
  }

  it.each(Object.entries(table))('after %s', async (name, expected) => {
    expect((await staleAfter(name, {})).toSorted()).toEqual(expected.toSorted())
  })

  it('is in the table for every verb', () => {
    const verbs = allVerbs.map(({ field }) => field)
    expect(Object.keys(table).toSorted()).toEqual(verbs.toSorted())
  })

  it('is also the list of friends when a request has made some', async () => {
    const payload = { friend: { level: 'FRIEND' } }
    for (const name of ['requestFriend', 'respondFriendRequest'])
      expect(await staleAfter(name, payload)).toEqual(['friend-requests', 'friends'])
  })
})

/** A cache with the screens of a person, all of them in view, and how often each was asked for. */
async function openScreens(person: Person, other: Person) {
  const asked: string[] = []
  const client = kitClient(app, person, {
    fetch: (url, init) => {
      asked.push(/ (\w+)/.exec(init?.body as string)?.[1] ?? '')
      return fetch(url, init)
    },
  })
  const queryClient = newCache()
  const screens = {
    friends: kit.queryOptions(client, kit.listFriends),
    requests: kit.queryOptions(client, kit.listFriendRequests, { status: 'PENDING' }),
    contacts: kit.queryOptions(client, kit.listContacts),
    counts: kit.queryOptions(client, kit.getCounts),
    quotas: kit.queryOptions(client, kit.listQuotas),
    relationship: kit.queryOptions(client, kit.getRelationship, { userId: other.id }),
  }
  for (const options of Object.values(screens) as unknown as kit.QueryOptions<unknown>[])
    new QueryObserver(queryClient, options).subscribe(() => undefined)
  const settled = async () => {
    await sleep(20)
    while (queryClient.isFetching() > 0) await sleep(5)
  }
  await settled()
  asked.length = 0
  return { client, queryClient, screens, asked, settled }
}

describe('a screen', () => {
  it('fetches friends and requests again after an accepted request, and nothing else', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { request } = await verbs.requestFriend(bob, alice)
    const { client, queryClient, screens, asked, settled } = await openScreens(alice, bob)
    expect(queryClient.getQueryData(screens.relationship.queryKey)).toMatchObject({
      incomingRequest: { id: request.id },
    })

    const options = kit.mutationOptions(client, kit.respondFriendRequest)
    await new MutationObserver(queryClient, options).mutate({
      requestId: request.id,
      decision: 'ACCEPT',
    })
    // Written from the answer, before anything is fetched.
    expect(queryClient.getQueryData(screens.relationship.queryKey)).toMatchObject({
      friendshipLevel: 'FRIEND',
      incomingRequest: null,
    })
    expect(queryClient.getQueryData(screens.counts.queryKey)).toMatchObject({
      friends: { totalCount: 1 },
      incomingRequests: { totalCount: 0 },
      contacts: { totalCount: 0 },
    })
    await settled()
    // In any order, as each needs a token, and again where a busy machine has refused it.
    expect(new Set(asked)).toEqual(
      new Set(['RespondFriendRequest', 'ListFriendRequests', 'ListFriends']),
    )
    expect(
      queryClient.getQueryData<kit.Page<kit.Friend>>(screens.friends.queryKey)?.edges,
    ).toHaveLength(1)
    expect(queryClient.getQueryData(screens.requests.queryKey)).toMatchObject({ edges: [] })
  })

  it('fetches only requests again after a declined one', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { request } = await verbs.requestFriend(bob, alice)
    const { client, queryClient, asked, settled } = await openScreens(alice, bob)
    const options = kit.mutationOptions(client, kit.respondFriendRequest)
    await new MutationObserver(queryClient, options).mutate({
      requestId: request.id,
      decision: 'REJECT',
    })
    await settled()
    expect(new Set(asked)).toEqual(new Set(['RespondFriendRequest', 'ListFriendRequests']))
  })

  it('counts one request less for the day after one was sent', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { client, queryClient, screens, asked, settled } = await openScreens(alice, bob)
    const options = kit.mutationOptions(client, kit.requestFriend)
    await new MutationObserver(queryClient, options).mutate({ userId: bob.id })
    await settled()
    expect(new Set(asked)).toEqual(new Set(['RequestFriend', 'ListFriendRequests']))
    const quotas = queryClient.getQueryData<kit.Quota[]>(screens.quotas.queryKey)
    expect(quotas?.find(({ action }) => action === 'FRIEND_REQUESTS')?.remaining).toBe(49)
  })

  it('forgets a blocked person at once, and fetches everything again', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    const { client, queryClient, screens, asked, settled } = await openScreens(alice, bob)
    expect(queryClient.getQueryData(screens.friends.queryKey)).toMatchObject({
      edges: [{ node: { id: bob.id } }],
    })
    const options = kit.mutationOptions(client, kit.blockUser)
    await new MutationObserver(queryClient, options).mutate({ userId: bob.id })
    expect(queryClient.getQueryData(screens.friends.queryKey)).toBeUndefined()
    expect(queryClient.getQueryData(screens.relationship.queryKey)).toMatchObject({
      isBlocking: true,
    })
    await settled()
    expect(queryClient.getQueryData(screens.friends.queryKey)).toMatchObject({ edges: [] })
    expect(asked).toEqual(
      expect.arrayContaining(['ListFriends', 'ListFriendRequests', 'ListContacts', 'GetCounts']),
    )
  })

  it('learns that it was wrong when a verb is refused', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { request } = await verbs.requestFriend(bob, alice)
    const { client, queryClient, screens, asked, settled } = await openScreens(alice, bob)
    await verbs.cancel(bob, request)
    const options = kit.mutationOptions(client, kit.respondFriendRequest)
    const answer = new MutationObserver(queryClient, options).mutate({
      requestId: request.id,
      decision: 'ACCEPT',
    })
    expect(await failureOf(answer)).toMatchObject({ code: 'REQUEST_CLOSED', refused: true })
    await settled()
    expect(asked).toContain('ListFriendRequests')
    expect(queryClient.getQueryData(screens.requests.queryKey)).toMatchObject({ edges: [] })
  })

  it('is not overwritten by an answer that was under way before', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { client, queryClient, screens } = await openScreens(alice, bob)
    const old = await kit.getRelationship(client, { userId: bob.id })
    let answer: (relationship: kit.Relationship | null) => void = () => undefined
    const slow = queryClient
      .query({
        queryKey: screens.relationship.queryKey,
        queryFn: () => new Promise<kit.Relationship | null>((resolve) => (answer = resolve)),
        staleTime: 0,
      })
      .catch(() => null)
    const options = kit.mutationOptions(client, kit.followUser)
    await new MutationObserver(queryClient, options).mutate({ userId: bob.id })
    answer(old)
    await slow
    expect(queryClient.getQueryData(screens.relationship.queryKey)).toMatchObject({
      isFollowing: true,
    })
  })

  it('that is still loading is loaded after all', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    let held: (() => void) | undefined
    const client = kitClient(app, alice, {
      fetch: async (url, init) => {
        const isFirst = held === undefined && (init?.body as string).includes('GetCounts')
        if (isFirst) await new Promise<void>((resolve) => (held = resolve))
        return fetch(url, init)
      },
    })
    const queryClient = newCache()
    const counts = kit.queryOptions(client, kit.getCounts)
    new QueryObserver(queryClient, counts).subscribe(() => undefined)
    await expect.poll(() => held).toBeDefined()
    const options = kit.mutationOptions(client, kit.followUser)
    await new MutationObserver(queryClient, options).mutate({ userId: bob.id })
    await expect
      .poll(() => queryClient.getQueryData(counts.queryKey), { timeout: 30_000 })
      .toMatchObject({ following: { totalCount: 1 } })
    held?.()
  })

  it('with a list that is still loading shows what has changed since', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    let held: (() => void) | undefined
    const client = kitClient(app, alice, {
      fetch: async (url, init) => {
        const answer = await fetch(url, init)
        const isFirst = held === undefined && (init?.body as string).includes('ListContacts')
        if (isFirst) await new Promise<void>((resolve) => (held = resolve))
        return answer
      },
    })
    const queryClient = newCache()
    const contacts = kit.queryOptions(client, kit.listContacts)
    new QueryObserver(queryClient, contacts).subscribe(() => undefined)
    await expect.poll(() => held).toBeDefined()
    const options = kit.mutationOptions(client, kit.addContact)
    await new MutationObserver(queryClient, options).mutate({ userId: bob.id })
    held?.()
    await expect
      .poll(() => queryClient.getQueryData(contacts.queryKey), { timeout: 30_000 })
      .toMatchObject({ edges: [{ node: { id: bob.id } }] })
  })

  it('shows nothing after signing out, and nothing comes in later', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    const { client, queryClient, screens, settled } = await openScreens(alice, bob)
    const shown: unknown[] = []
    new QueryObserver(queryClient, screens.friends).subscribe(({ data }) => shown.push(data))
    const late = kit.getCounts(client)
    queryClient.setQueryData(['something', 'else'], 'stays')
    kit.resetOnSignOut(client, queryClient)
    await expect(late).rejects.toMatchObject({ name: 'AbortError' })
    await settled()
    expect(shown.at(-1)).toBeUndefined()
    expect(
      queryClient
        .getQueryCache()
        .findAll()
        .map(({ queryKey }) => queryKey),
    ).toEqual([['something', 'else']])
  })
})

describe('a list that is read page by page', () => {
  it('goes on until there are no more', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    for (const other of [bob, carol, dave]) await verbs.addContact(alice, other)
    const options = kit.infiniteQueryOptions(kitClient(app, alice), kit.listContacts, { first: 2 })
    const { pages } = await newCache().infiniteQuery({ ...options, pages: 5 })
    expect(pages.map(({ edges }) => edges.length)).toEqual([2, 1])
  })
})

describe('a mutation', () => {
  it('that must not be sent twice is not', async () => {
    const [alice] = await app.people('alice')
    const proxy = await startFaultyProxy(app.server.url, [unavailable('OVERLOADED')])
    const client = kitClient(app, alice, { url: proxy.url })
    const options = kit.mutationOptions(client, kit.createContactLink)
    const error = await failureOf(new MutationObserver(newCache(), options).mutate({}))
    expect(error.code).toBe('OVERLOADED')
    expect(proxy.seen).toHaveLength(1)
  })

  it('about one person waits for the one before', () => {
    const client = kit.createConnectionsClient({ url: 'http://127.0.0.1/', viewer: 'alice' })
    const follow = kit.mutationOptions(client, kit.followUser, 'bob')
    expect(follow.scope).toEqual(kit.mutationOptions(client, kit.blockUser, 'bob').scope)
    expect(follow.scope).not.toEqual(kit.mutationOptions(client, kit.followUser, 'carol').scope)
    expect(kit.mutationOptions(client, kit.followUser).scope).toBeUndefined()
  })

  it('takes the QueryClient of TanStack Query as it is', () => {
    expectTypeOf<QueryClient>().toExtend<kit.QueryCacheOwner>()
  })
})
