import { QueryClient, QueryObserver } from '@tanstack/query-core'
import { print } from 'graphql'
import { describe, expect, it } from 'vitest'
import { changes } from '../../docs/guides/frontends/changes.ts'
import { mutation, query } from '../../docs/guides/frontends/tanstack.ts'
import {
  apollo,
  type CachingClient,
  type NewClient,
  sendWith,
  tanstack,
  urql,
} from '../support/clients/caches.ts'
import { operation, screenNames, verbNames } from '../support/clients/documents.ts'
import { withoutMoments } from '../support/cursors.ts'
import { gatewaySecret, openTestService, type Person } from '../support/test-service.ts'
import { befriend, links, makeClose, verbs } from '../support/verbs.ts'

// After each mutation, a client with a cache shows on no screen what the server would not say any
// more. The documents and the configuration are those of docs/guides/frontends.md.

const app = await openTestService()

/**
 * alice does, bob is the other, carol is bob's friend, and dave is a friend of both alice and bob.
 */
type People = Record<'alice' | 'bob' | 'carol' | 'dave', Person>

const newName = ({ id }: Person) => `cache_${id.slice(0, 8)}`

interface Story {
  readonly before?: (people: People) => Promise<unknown>
  readonly verb: (typeof verbNames)[number]
  // What a story has prepared is of its own shape.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly variables: (people: People, before: any) => object
}

const bob = ({ bob: { id } }: People) => ({ userId: id })
const theRequest = (_people: People, { request }: { request: { id: string } }) => ({
  requestId: request.id,
})

const stories: Record<string, Story> = {
  'adds a contact': { verb: 'AddContact', variables: bob },
  'adds a contact again': {
    before: ({ alice, bob }) => verbs.addContact(alice, bob),
    verb: 'AddContact',
    variables: bob,
  },
  'removes a contact': {
    before: ({ alice, bob }) => verbs.addContact(alice, bob),
    verb: 'RemoveContact',
    variables: bob,
  },
  'uses a contact link': {
    before: ({ bob }) => links.create(bob),
    verb: 'ConsumeContactLink',
    variables: (_people, { token }) => ({ token }),
  },
  follows: { verb: 'FollowUser', variables: bob },
  unfollows: {
    before: ({ alice, bob }) => verbs.followUser(alice, bob),
    verb: 'UnfollowUser',
    variables: bob,
  },
  'removes a follower': {
    before: ({ alice, bob }) => verbs.followUser(bob, alice),
    verb: 'RemoveFollower',
    variables: bob,
  },
  'asks to be friends': { verb: 'RequestFriend', variables: bob },
  'asks back': {
    before: ({ alice, bob }) => verbs.requestFriend(bob, alice),
    verb: 'RequestFriend',
    variables: bob,
  },
  'takes a request back': {
    before: ({ alice, bob }) => verbs.requestFriend(alice, bob),
    verb: 'CancelFriendRequest',
    variables: theRequest,
  },
  'accepts a request': {
    before: ({ alice, bob }) => verbs.requestFriend(bob, alice),
    verb: 'RespondFriendRequest',
    variables: (people, before) => ({ ...theRequest(people, before), decision: 'ACCEPT' }),
  },
  'declines a request': {
    before: ({ alice, bob }) => verbs.requestFriend(bob, alice),
    verb: 'RespondFriendRequest',
    variables: (people, before) => ({ ...theRequest(people, before), decision: 'REJECT' }),
  },
  'ends a friendship': {
    before: async ({ alice, bob }) => {
      await befriend(alice, bob)
      await verbs.askClose(alice, bob)
    },
    verb: 'RemoveFriend',
    variables: bob,
  },
  'asks to be close': {
    before: ({ alice, bob }) => befriend(alice, bob),
    verb: 'UpgradeFriendship',
    variables: (people) => ({ ...bob(people), level: 'CLOSE' }),
  },
  'agrees to be close': {
    before: async ({ alice, bob }) => {
      await befriend(alice, bob)
      await verbs.askClose(bob, alice)
    },
    verb: 'UpgradeFriendship',
    variables: (people) => ({ ...bob(people), level: 'CLOSE' }),
  },
  'steps down': {
    before: ({ alice, bob }) => makeClose(alice, bob),
    verb: 'UpgradeFriendship',
    variables: (people) => ({ ...bob(people), level: 'FRIEND' }),
  },
  blocks: {
    before: async ({ alice, bob }) => {
      await befriend(alice, bob)
      await verbs.addContact(alice, bob)
      await verbs.followUser(bob, alice)
    },
    verb: 'BlockUser',
    variables: bob,
  },
  unblocks: {
    before: ({ alice, bob }) => verbs.blockUser(alice, bob),
    verb: 'UnblockUser',
    variables: bob,
  },
  'hides among friends': {
    verb: 'UpdatePrivacySettings',
    variables: () => ({ settings: { showInMutualFriends: false, discoverable: false } }),
  },
  'takes a username': {
    verb: 'ClaimUsername',
    variables: ({ alice }) => ({ username: newName(alice) }),
  },
  'says who they are': {
    verb: 'UpdateProfile',
    variables: () => ({ profile: { displayName: 'Alice A.' } }),
  },
}

const clients = { 'Apollo Client': apollo, urql, 'TanStack Query': tanstack } as const

/** By client and story: the screens that a cache cannot show after it. */
const dropped: Record<string, Record<string, string>> = {}

describe.each(Object.entries(clients))('%s', (name, client) => {
  it.each(Object.entries(stories))('shows nothing stale when alice %s', async (title, story) => {
    const { before, after } = await tell(story, client())
    // Each screen was filled, or there would be nothing to be stale.
    expect(before.filter(({ shown }) => shown === null)).toEqual([])
    expect(stale(after)).toEqual([])
    ;(dropped[name] ??= {})[title] = gone(after)
  })

  it('takes no list that was never shown for an empty one', async () => {
    for (const title of ['adds a contact', 'follows', 'removes a follower', 'asks back']) {
      const { after } = await tell(storyOf(title), client(), [])
      expect(stale(after)).toEqual([])
    }
  })

  it('shows no rows where only their count was answered', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await verbs.followUser(alice, carol)
    const asked = client()(app.server.url, await headersOf(alice))
    await asked.fetch('Me', {})
    await asked.send('FollowUser', { userId: bob.id })
    expect(await asked.shown('FollowingRows', {})).toBeNull()
  })
})

describe('a list of several pages in Apollo Client', () => {
  it('has a new row at its front, and goes on where it ended', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const others = await app.people(...Array.from({ length: 45 }, (_, place) => `other ${place}`))
    for (const other of others) await verbs.followUser(alice, other)
    const ids = others.map(({ id }) => id).reverse()
    const client = apollo()(app.server.url, await headersOf(alice))
    const { viewer } = (await client.fetch('Following', {})) as Following
    await client.fetch('FollowingAfter', { after: viewer.following.pageInfo.endCursor })
    await client.send('FollowUser', { userId: bob.id })
    const two = ((await client.shown('Following', {})) as Following).viewer.following
    expect(two.edges.map(({ node }) => node.id)).toEqual([bob.id, ...ids.slice(0, 40)])
    expect(two).toMatchObject({ totalCount: 46, pageInfo: { hasNextPage: true } })
    await client.fetch('FollowingAfter', { after: two.pageInfo.endCursor })
    const all = ((await client.shown('Following', {})) as Following).viewer.following
    expect(all.edges.map(({ node }) => node.id)).toEqual([bob.id, ...ids])
    expect(all.pageInfo.hasNextPage).toBe(false)
  })
})

describe('a screen that is open with TanStack Query', () => {
  it('is fetched again after a verb that changes it, and not after another', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const client = new QueryClient()
    const send = sendWith(app.server.url, await headersOf(alice))
    const open = (name: string) => {
      const observer = new QueryObserver(client, query(send, alice.id, print(operation(name))))
      const answers: unknown[] = []
      observer.subscribe(({ data, isFetching }) => {
        if (!isFetching && data !== undefined) answers.push(data)
      })
      return answers
    }
    const [following, blocks] = [open('Following'), open('Blocks')]
    await expect.poll(() => [following.length, blocks.length]).toEqual([1, 1])
    const { mutationFn, onSuccess } = mutation(send, client, print(operation('FollowUser')))
    await onSuccess((await mutationFn({ userId: bob.id })) as object)
    expect(following.at(-1)).toMatchObject({
      viewer: { following: { totalCount: 1, edges: [{ node: { id: bob.id } }] } },
    })
    expect(blocks).toHaveLength(1)
    client.clear()
  })

  it('shows nothing of somebody from the moment that they are blocked', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const client = new QueryClient()
    const send = sendWith(app.server.url, await headersOf(alice))
    const options = query(send, alice.id, print(operation('Person')), { id: bob.id })
    await client.query(options)
    const { mutationFn, onSuccess } = mutation(send, client, print(operation('BlockUser')))
    await onSuccess((await mutationFn({ userId: bob.id })) as object)
    expect(client.getQueryData(options.queryKey)).toBeUndefined()
    client.clear()
  })
})

describe('what is fetched anew when it is shown again', () => {
  it('leaves most answers of TanStack Query alone where a verb is not about them', () => {
    expect(dropped['TanStack Query']).toMatchInlineSnapshot(`
      {
        "accepts a request": "Quotas, Friends, CloseFriends, FriendsByCloseness, Invite, Outgoing, Incoming, Open, Card of bob, Card of carol, Person of bob, Person of carol",
        "adds a contact": "Quotas, Contacts, Card of bob, Card of carol, Person of bob, Person of carol",
        "adds a contact again": "Quotas, Contacts, Card of bob, Card of carol, Person of bob, Person of carol",
        "agrees to be close": "Quotas, Friends, CloseFriends, FriendsByCloseness, Invite, Outgoing, Incoming, Open, Card of bob, Card of carol, Person of bob, Person of carol",
        "asks back": "Quotas, Friends, CloseFriends, FriendsByCloseness, Invite, Outgoing, Incoming, Open, Card of bob, Card of carol, Person of bob, Person of carol",
        "asks to be close": "Quotas, Friends, CloseFriends, FriendsByCloseness, Invite, Outgoing, Incoming, Open, Card of bob, Card of carol, Person of bob, Person of carol",
        "asks to be friends": "Quotas, Friends, CloseFriends, FriendsByCloseness, Invite, Outgoing, Incoming, Open, Card of bob, Card of carol, Person of bob, Person of carol",
        "blocks": "Me, Quotas, Contacts, Following, Followers, Friends, CloseFriends, FriendsByCloseness, Invite, Outgoing, Incoming, Open, Blocks, Named, Card of bob, Card of carol, Person of bob, Person of carol, TheirFollowers of bob, TheirFollowers of carol, TheirFollowing of bob, TheirFollowing of carol",
        "declines a request": "Quotas, Friends, CloseFriends, FriendsByCloseness, Invite, Outgoing, Incoming, Open, Card of bob, Card of carol, Person of bob, Person of carol",
        "ends a friendship": "Quotas, Friends, CloseFriends, FriendsByCloseness, Invite, Outgoing, Incoming, Open, Card of bob, Card of carol, Person of bob, Person of carol",
        "follows": "Quotas, Following, Followers, Card of bob, Card of carol, Person of bob, Person of carol, TheirFollowers of bob, TheirFollowers of carol, TheirFollowing of bob, TheirFollowing of carol",
        "hides among friends": "Me, Card of bob, Card of carol, Person of bob, Person of carol",
        "removes a contact": "Quotas, Contacts, Card of bob, Card of carol, Person of bob, Person of carol",
        "removes a follower": "Quotas, Following, Followers, Card of bob, Card of carol, Person of bob, Person of carol, TheirFollowers of bob, TheirFollowers of carol, TheirFollowing of bob, TheirFollowing of carol",
        "says who they are": "Me, Contacts, Following, Followers, Friends, CloseFriends, FriendsByCloseness, Invite, Named, Card of bob, Card of carol, Person of bob, Person of carol, TheirFollowers of bob, TheirFollowers of carol, TheirFollowing of bob, TheirFollowing of carol",
        "steps down": "Quotas, Friends, CloseFriends, FriendsByCloseness, Invite, Outgoing, Incoming, Open, Card of bob, Card of carol, Person of bob, Person of carol",
        "takes a request back": "Quotas, Outgoing, Incoming, Open, Card of bob, Card of carol, Person of bob, Person of carol",
        "takes a username": "Me, Contacts, Following, Followers, Friends, CloseFriends, FriendsByCloseness, Invite, Blocks, Named, Card of bob, Card of carol, Person of bob, Person of carol, TheirFollowers of bob, TheirFollowers of carol, TheirFollowing of bob, TheirFollowing of carol",
        "unblocks": "Me, Quotas, Contacts, Following, Followers, Friends, CloseFriends, FriendsByCloseness, Invite, Outgoing, Incoming, Open, Blocks, Named, Card of bob, Card of carol, Person of bob, Person of carol, TheirFollowers of bob, TheirFollowers of carol, TheirFollowing of bob, TheirFollowing of carol",
        "unfollows": "Quotas, Following, Followers, Card of bob, Card of carol, Person of bob, Person of carol, TheirFollowers of bob, TheirFollowers of carol, TheirFollowing of bob, TheirFollowing of carol",
        "uses a contact link": "Quotas, Contacts, Card of bob, Card of carol, Person of bob, Person of carol",
      }
    `)
  })

  it('is the same for both normalized caches, and as the guide says', () => {
    expect(dropped['urql']).toEqual(dropped['Apollo Client'])
    expect(dropped['urql']).toMatchInlineSnapshot(`
      {
        "accepts a request": "CloseFriends, FriendsByCloseness, Invite, Open, Card of carol, Person of carol",
        "adds a contact": "",
        "adds a contact again": "",
        "agrees to be close": "CloseFriends, FriendsByCloseness, Invite, Outgoing, Incoming, Open",
        "asks back": "CloseFriends, FriendsByCloseness, Invite, Outgoing, Incoming, Open, Card of carol, Person of carol",
        "asks to be close": "CloseFriends, FriendsByCloseness, Invite, Outgoing, Incoming, Open",
        "asks to be friends": "Open",
        "blocks": "Me, Quotas, Contacts, Following, Followers, Friends, CloseFriends, FriendsByCloseness, Invite, Outgoing, Incoming, Open, Blocks, Named, Card of bob, Card of carol, Person of bob, Person of carol, TheirFollowers of bob, TheirFollowers of carol, TheirFollowing of bob, TheirFollowing of carol",
        "declines a request": "Open",
        "ends a friendship": "CloseFriends, FriendsByCloseness, Invite, Outgoing, Incoming, Open, Card of carol, Person of carol",
        "follows": "TheirFollowers of bob",
        "hides among friends": "Card of bob, Card of carol, Person of bob, Person of carol",
        "removes a contact": "",
        "removes a follower": "TheirFollowing of bob",
        "says who they are": "",
        "steps down": "CloseFriends, FriendsByCloseness, Invite, Outgoing, Incoming, Open",
        "takes a request back": "Open",
        "takes a username": "Named",
        "unblocks": "Me, Quotas, Contacts, Following, Followers, Friends, CloseFriends, FriendsByCloseness, Invite, Outgoing, Incoming, Open, Blocks, Named, Card of bob, Card of carol, Person of bob, Person of carol, TheirFollowers of bob, TheirFollowers of carol, TheirFollowing of bob, TheirFollowing of carol",
        "unfollows": "TheirFollowers of bob",
        "uses a contact link": "",
      }
    `)
  })
})

describe('a cache out of the box', () => {
  it('shows what is no longer so: the configuration is what keeps it right', async () => {
    const found: Record<string, string> = {}
    for (const title of ['asks back', 'ends a friendship', 'blocks']) {
      const { after } = await tell(storyOf(title), apollo(false))
      found[title] = stale(after)
        .map(({ screen }) => screen)
        .join(', ')
    }
    expect(found).toMatchInlineSnapshot(`
      {
        "asks back": "FriendsByCloseness, Invite, Open, Card of carol, Person of carol",
        "blocks": "Quotas, Contacts, Followers, Friends, FriendsByCloseness, Invite, Outgoing, Blocks, Card of bob, Card of carol, Person of bob, Person of carol, TheirFollowers of bob, TheirFollowing of bob, TheirFollowing of carol",
        "ends a friendship": "FriendsByCloseness, Invite, Outgoing, Card of carol, Person of carol",
      }
    `)
  })
})

describe('the guide', () => {
  it('has a document and a story for each verb whose changes it tells', () => {
    const verbOf = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)
    expect(verbNames.map(verbOf).sort()).toEqual(Object.keys(changes).sort())
    expect(new Set(Object.values(stories).map(({ verb }) => verb))).toEqual(new Set(verbNames))
  })
})

function storyOf(title: string): Story {
  const story = stories[title]
  if (story === undefined) throw new Error(`There is no story in which alice ${title}.`)
  return story
}

interface Following {
  readonly viewer: {
    readonly following: {
      readonly edges: readonly { readonly node: { readonly id: string } }[]
      readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean }
    }
  }
}

interface Shown {
  readonly screen: string
  readonly shown: unknown
  readonly fresh?: unknown
}

const stale = (screens: readonly Shown[]) =>
  screens.filter(
    ({ shown, fresh }) => shown !== null && withoutMoments(shown) !== withoutMoments(fresh),
  )

const gone = (screens: readonly Shown[]) =>
  screens.flatMap(({ screen, shown }) => (shown === null ? [screen] : [])).join(', ')

/**
 * Lets alice see her screens, act, and see again; what the cache shows, and what the server says.
 */
async function tell(story: Story, newClient: NewClient, visited = screenNames) {
  const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
  const people = { alice, bob, carol, dave }
  await Promise.all([
    befriend(bob, carol),
    verbs.followUser(alice, carol),
    verbs.addContact(alice, dave),
  ])
  await befriend(dave, bob)
  await befriend(alice, dave)
  await alice.ask('mutation { updateProfile(profile: { displayName: "Alice" }) { changed } }')
  await verbs.followUser(carol, bob)
  const facts = await story.before?.(people)

  const headers = await headersOf(alice)
  const client = newClient(app.server.url, headers)
  const all = (screens: typeof screenNames) =>
    screens.flatMap(({ name, about }) => {
      if (about === undefined) return [{ name, screen: name, variables: {} }]
      if (about === 'name') return [{ name, screen: name, variables: { name: newName(alice) } }]
      return [bob, carol].map((each) => {
        return { name, screen: `${name} of ${each.name}`, variables: { id: each.id } }
      })
    })
  // One after the other: so many at once would be too much for a service that has just started.
  const fill = async (asked: CachingClient, screens: typeof screenNames) => {
    for (const { name, variables } of all(screens)) await asked.fetch(name, variables)
  }
  const look = (asked: CachingClient, screens = all(screenNames)) =>
    Promise.all(
      screens.map(async ({ name, screen, variables }) => ({
        screen,
        shown: await asked.shown(name, variables),
      })),
    )
  await fill(client, visited)
  const before = await look(client, all(visited))
  const payload = await client.send(story.verb, story.variables(people, facts))
  expect(payload).toMatchObject({ userErrors: [] })
  const shown = await look(client)
  const fresh = newClient(app.server.url, headers)
  await fill(fresh, screenNames)
  const expected = await look(fresh)
  const after = shown.map((each, index) => ({ ...each, fresh: expected[index]?.shown }))
  return { before, after }
}

async function headersOf(person: Person) {
  return {
    'x-gateway-secret': gatewaySecret,
    authorization: `Bearer ${String(await person.token())}`,
  }
}
