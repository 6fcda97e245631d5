import './dom.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { QueryClient } from '@tanstack/react-query'
import { describe, expect, it, vi } from 'vitest'
import {
  getRelationship,
  type Relationship,
  requestFriend,
  resetOnSignOut,
} from '../../../src/kit/client/client.ts'
import * as kit from '../../../src/kit/react/react.ts'
import { openTestService, type Person } from '../../support/test-service.ts'
import { befriend, makeClose, verbs } from '../../support/verbs.ts'
import { openClient, openTab } from './tab.ts'

const app = await openTestService({ NODE_ENV: 'production' })

const soon = { timeout: 100_000, interval: 5 }
const until = (check: () => void) => vi.waitFor(check, soon)

/** What is used of a hook. */
interface Doing {
  readonly mutate: (given: never) => void
  readonly error: unknown
}

interface Kind {
  readonly use: (userId: string) => Doing
  /** Its operation. */
  readonly operation: string
  readonly given?: object
  readonly before?: (alice: Person, bob: Person) => Promise<unknown>
  /** What shows before there is an answer. */
  readonly expected: Partial<Record<keyof Relationship, unknown>>
}

const pending = (level: string) => expect.objectContaining({ level, status: 'PENDING' })

const kinds: Readonly<Record<string, Kind>> = {
  'asks bob': {
    use: kit.useRequestFriend,
    operation: 'RequestFriend',
    expected: { outgoingRequest: pending('FRIEND'), canRequestFriend: false },
  },
  'asks bob, who has asked': {
    use: kit.useRequestFriend,
    operation: 'RequestFriend',
    before: (alice, bob) => verbs.requestFriend(bob, alice),
    expected: { friendshipLevel: 'FRIEND', incomingRequest: null },
  },
  'takes a request back': {
    use: kit.useCancelFriendRequest,
    operation: 'CancelFriendRequest',
    before: (alice, bob) => verbs.requestFriend(alice, bob),
    expected: { outgoingRequest: null },
  },
  'accepts a request': {
    use: kit.useRespondFriendRequest,
    operation: 'RespondFriendRequest',
    given: { decision: 'ACCEPT' },
    before: (alice, bob) => verbs.requestFriend(bob, alice),
    expected: { friendshipLevel: 'FRIEND', incomingRequest: null },
  },
  'declines a request': {
    use: kit.useRespondFriendRequest,
    operation: 'RespondFriendRequest',
    given: { decision: 'REJECT' },
    before: (alice, bob) => verbs.requestFriend(bob, alice),
    expected: { friendshipLevel: null, incomingRequest: null },
  },
  'asks bob to be close friends': {
    use: kit.useUpgradeFriendship,
    operation: 'UpgradeFriendship',
    given: { level: 'CLOSE' },
    before: befriend,
    expected: { friendshipLevel: 'FRIEND', outgoingRequest: pending('CLOSE'), canUpgrade: false },
  },
  'steps down from close friends': {
    use: kit.useUpgradeFriendship,
    operation: 'UpgradeFriendship',
    given: { level: 'FRIEND' },
    before: makeClose,
    expected: { friendshipLevel: 'FRIEND' },
  },
  'ends a friendship': {
    use: kit.useRemoveFriend,
    operation: 'RemoveFriend',
    before: befriend,
    expected: { friendshipLevel: null, friendsSince: null },
  },
  'follows bob': {
    use: kit.useFollowUser,
    operation: 'FollowUser',
    expected: { isFollowing: true, canFollow: false },
  },
  'follows bob no more': {
    use: kit.useUnfollowUser,
    operation: 'UnfollowUser',
    before: (alice, bob) => verbs.followUser(alice, bob),
    expected: { isFollowing: false, canFollow: true },
  },
  'removes a follower': {
    use: kit.useRemoveFollower,
    operation: 'RemoveFollower',
    before: (alice, bob) => verbs.followUser(bob, alice),
    expected: { isFollowedBy: false },
  },
  'adds a contact': {
    use: kit.useAddContact,
    operation: 'AddContact',
    expected: { isContact: true, canAddContact: false },
  },
  'removes a contact': {
    use: kit.useRemoveContact,
    operation: 'RemoveContact',
    before: (alice, bob) => verbs.addContact(alice, bob),
    expected: { isContact: false, canAddContact: true },
  },
  'blocks bob': {
    use: kit.useBlockUser,
    operation: 'BlockUser',
    before: async (alice, bob) => {
      await befriend(alice, bob)
      await verbs.followUser(bob, alice)
    },
    expected: { isBlocking: true, friendshipLevel: null, isFollowedBy: false, canMessage: false },
  },
  'ends a block': {
    use: kit.useUnblockUser,
    operation: 'UnblockUser',
    before: (alice, bob) => verbs.blockUser(alice, bob),
    expected: { isBlocking: false },
  },
}

describe('what alice does shows at once, is taken back when it fails, and stays as the graph tells it', () => {
  it.each(Object.entries(kinds))('when she %s', async (_name, kind) => {
    const [alice, bob] = await app.people('alice', 'bob')
    await kind.before?.(alice, bob)
    const { client, hold, spoiled } = openClient(app, alice)
    const tab = openTab(client, () => ({
      shown: kit.useRelationship(bob.id).data,
      verb: kind.use(bob.id),
    }))
    await until(() => {
      expect(tab.now().shown).toBeDefined()
    })
    const before = tab.now().shown

    let release = hold(kind.operation)
    // What is taken back is not read from the graph.
    const releaseReads = hold('GetRelationships')
    spoiled.add(kind.operation)
    tab.now().verb.mutate(kind.given as never)
    await until(() => {
      expect(tab.now().shown).toMatchObject(kind.expected)
    })
    release()
    await until(() => {
      expect(tab.now().verb.error).toMatchObject({ code: 'BAD_RESPONSE' })
      expect(tab.now().shown).toEqual(before)
    })
    releaseReads()
    await until(() => {
      expect(tab.queryClient.isFetching()).toBe(0)
    })

    spoiled.clear()
    release = hold(kind.operation)
    tab.now().verb.mutate(kind.given as never)
    await until(() => {
      expect(tab.now().shown).toMatchObject(kind.expected)
    })
    release()
    await until(() => {
      expect(tab.queryClient.isMutating()).toBe(0)
    })
    const truth = await getRelationship(openClient(app, alice).client, { userId: bob.id })
    await until(() => {
      expect(tab.now().shown).toEqual(truth)
    })
    expect(truth).toMatchObject(kind.expected)
  })

  it('when bob does not take requests', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { client } = openClient(app, alice)
    const tab = openTab(client, () => ({
      shown: kit.useRelationship(bob.id).data,
      ask: kit.useRequestFriend(bob.id),
    }))
    await until(() => {
      expect(tab.now().shown?.canRequestFriend).toBe(true)
    })
    await bob.ask(
      'mutation { updatePrivacySettings(settings: { allowFriendRequests: NOBODY }) { changed } }',
    )
    tab.now().ask.mutate()
    await until(() => {
      expect(tab.now().ask.error).toMatchObject({ refused: true })
    })
    const shown = tab.history.map(({ shown }) => shown?.outgoingRequest?.status)
    expect(shown).toContain('PENDING')
    await until(() => {
      expect(tab.now().shown).toMatchObject({ outgoingRequest: null, canRequestFriend: false })
    })
  })
})

describe('quick clicks', () => {
  it('about one person are done in their order, and the last one shows throughout', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { client, asked, hold } = openClient(app, alice)
    const tab = openTab(client, () => ({
      shown: kit.useRelationship(bob.id).data,
      follow: kit.useFollowUser(bob.id),
      unfollow: kit.useUnfollowUser(bob.id),
    }))
    await until(() => {
      expect(tab.now().shown).toBeDefined()
    })
    const { follow, unfollow } = tab.now()
    asked.length = 0
    const release = hold('FollowUser')
    follow.mutate()
    unfollow.mutate()
    follow.mutate()
    await until(() => {
      expect(tab.now().shown?.isFollowing).toBe(true)
    })
    const clicked = tab.history.length - 1
    await until(() => {
      expect(asked).toEqual(['FollowUser'])
    })
    await sleep(50)
    expect(asked).toEqual(['FollowUser'])
    release()
    await until(() => {
      expect(tab.queryClient.isMutating()).toBe(0)
    })
    expect(asked).toEqual(['FollowUser', 'UnfollowUser', 'FollowUser'])
    const shown = tab.history.slice(clicked).map((each) => each.shown?.isFollowing)
    expect(new Set(shown)).toEqual(new Set([true]))
    expect(await getRelationship(client, { userId: bob.id })).toMatchObject({ isFollowing: true })
  })

  it('take a request back that has no id yet', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { client, asked } = openClient(app, alice)
    const tab = openTab(client, () => ({
      shown: kit.useRelationship(bob.id).data,
      ask: kit.useRequestFriend(bob.id),
      cancel: kit.useCancelFriendRequest(bob.id),
    }))
    await until(() => {
      expect(tab.now().shown).toBeDefined()
    })
    asked.length = 0
    tab.now().ask.mutate({ message: 'Chess?' })
    await until(() => {
      expect(tab.now().shown?.outgoingRequest).not.toBeNull()
    })
    tab.now().cancel.mutate({ requestId: tab.now().shown?.outgoingRequest?.id ?? '' })
    await until(() => {
      expect(tab.now().cancel.isSuccess).toBe(true)
    })
    expect(asked.filter((name) => name.endsWith('Friend') || name.startsWith('Cancel'))).toEqual([
      'RequestFriend',
      'CancelFriendRequest',
    ])
    expect(tab.now().shown?.outgoingRequest).toBeNull()
  })

  it('about two people do not wait for each other', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    const { client, hold } = openClient(app, alice)
    const tab = openTab(client, () => ({
      bob: kit.useFollowUser(bob.id),
      carol: kit.useAddContact(carol.id),
    }))
    await until(() => tab.now())
    const release = hold('FollowUser')
    tab.now().bob.mutate()
    tab.now().carol.mutate()
    await until(() => {
      expect(tab.now().carol.isSuccess).toBe(true)
    })
    expect(tab.now().bob.isPending).toBe(true)
    release()
  })
})

describe('a list', () => {
  it('loses the row at once, and has it back in its place when that fails', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    for (const friend of [bob, carol, dave]) await befriend(alice, friend)
    const { client, hold, spoiled } = openClient(app, alice)
    const tab = openTab(client, () => ({
      friends: kit.useFriends({ first: 2 }),
      remove: kit.useRemoveFriend(carol.id),
    }))
    const shown = () => tab.now().friends.people.map(({ id }) => id)
    await until(() => {
      expect(shown()).toEqual([dave.id, carol.id])
    })
    expect(tab.now().friends.hasNextPage).toBe(true)
    void tab.now().friends.fetchNextPage()
    await until(() => {
      expect(shown()).toEqual([dave.id, carol.id, bob.id])
    })
    expect(tab.now().friends.hasNextPage).toBe(false)
    expect(tab.now().friends.rows.map(({ level }) => level)).toEqual(['FRIEND', 'FRIEND', 'FRIEND'])

    const release = hold('RemoveFriend')
    const releaseList = hold('ListFriends')
    spoiled.add('RemoveFriend')
    tab.now().remove.mutate()
    await until(() => {
      expect(shown()).toEqual([dave.id, bob.id])
    })
    release()
    await until(() => {
      expect(tab.now().remove.isError).toBe(true)
      expect(shown()).toEqual([dave.id, carol.id, bob.id])
    })
    releaseList()

    spoiled.clear()
    tab.now().remove.mutate()
    await until(() => {
      expect(tab.now().remove.isSuccess).toBe(true)
      expect(tab.queryClient.isFetching()).toBe(0)
    })
    expect(shown()).toEqual([dave.id, bob.id])
  })

  /** A list of alice's friends of whom each has a page of their own, and six of seven are read. */
  async function longList() {
    const [alice, ...others] = await app.people('alice', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'new')
    const [bob, , , , eve, , , added] = others
    for (const friend of others) if (friend !== added) await befriend(alice, friend)
    const { client, asked, hold } = openClient(app, alice)
    const use = () => ({
      friends: kit.useFriends({ first: 1 }),
      counts: kit.useCounts(),
      remove: kit.useRemoveFriend(eve.id),
    })
    const tab = openTab(client, use, { queryClient: new QueryClient() })
    for (const pages of [1, 2, 3, 4, 5, 6]) {
      if (pages > 1) void tab.now().friends.fetchNextPage()
      await until(() => {
        expect(tab.now().friends.rows).toHaveLength(pages)
        expect(tab.queryClient.isFetching()).toBe(0)
      })
    }
    const shown = (of = tab) => of.now().friends.people.map(({ id }) => id)
    return { alice, bob, eve, added, client, asked, hold, use, tab, shown }
  }

  it('of many pages is not read again when it loses a row, but when one comes back to it', async () => {
    const { alice, bob, eve, added, client, asked, use, tab, shown } = await longList()
    const stay = shown().filter((id) => id !== eve.id)
    expect(stay).toHaveLength(5)
    asked.length = 0
    tab.now().remove.mutate()
    await until(() => {
      expect(tab.now().remove.isSuccess).toBe(true)
      expect(tab.queryClient.isFetching()).toBe(0)
    })
    expect(asked.filter((name) => name === 'ListFriends')).toEqual([])
    expect(shown()).toEqual(stay)
    expect(tab.now().counts.data?.friends?.totalCount).toBe(6)

    tab.close()
    await befriend(alice, added)
    const again = openTab(client, use, { queryClient: tab.queryClient })
    await until(() => {
      expect(shown(again)).toEqual([added.id, ...stay])
    })
    void again.now().friends.fetchNextPage()
    await until(() => {
      expect(shown(again)).toEqual([added.id, ...stay, bob.id])
    })
  })

  it('of many pages that loses a row while it is read shows what is new', async () => {
    const { alice, eve, added, hold, tab, shown } = await longList()
    const stay = shown().filter((id) => id !== eve.id)
    await befriend(alice, added)
    const release = hold('ListFriends')
    void tab.now().friends.refetch()
    await until(() => {
      expect(tab.now().friends.isFetching).toBe(true)
    })
    tab.now().remove.mutate()
    await until(() => {
      expect(tab.now().remove.isSuccess).toBe(true)
    })
    release()
    await until(() => {
      expect(tab.queryClient.isFetching()).toBe(0)
      expect(shown()).toEqual([added.id, ...stay])
    })
  })

  it('does not show a row again that it is about to lose, when it is read meanwhile', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    const { client, hold } = openClient(app, alice)
    const tab = openTab(client, () => ({
      friends: kit.useFriends(),
      remove: kit.useRemoveFriend(bob.id),
    }))
    const shown = () => tab.now().friends.people.map(({ id }) => id)
    await until(() => {
      expect(shown()).toEqual([bob.id])
    })
    const release = hold('RemoveFriend')
    tab.now().remove.mutate()
    await until(() => {
      expect(shown()).toEqual([])
    })
    const clicked = tab.history.length - 1
    await tab.now().friends.refetch()
    release()
    await until(() => {
      expect(tab.now().remove.isSuccess).toBe(true)
      expect(tab.queryClient.isFetching()).toBe(0)
    })
    const since = tab.history.slice(clicked).flatMap(({ friends }) => friends.people)
    expect(since).toEqual([])
  })

  it('that is no list of people is left alone when a person is blocked', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { client } = openClient(app, alice)
    await requestFriend(openClient(app, bob).client, { userId: alice.id, message: 'Chess?' })
    const tab = openTab(client, () => ({
      message: kit.useRevealedMessage(bob.id).data,
      block: kit.useBlockUser(bob.id),
    }))
    await until(() => {
      expect(tab.now().message).toBe('Chess?')
    })
    tab.now().block.mutate()
    await until(() => {
      expect(tab.now().block).toMatchObject({ isSuccess: true, error: null })
    })
  })

  it('of requests loses one that is answered, and of suggestions one that is dismissed', async () => {
    const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
    await verbs.requestFriend(bob, alice)
    await befriend(alice, dave)
    await befriend(carol, dave)
    const { client, hold } = openClient(app, alice)
    const tab = openTab(client, () => ({
      requests: kit.useFriendRequests({ direction: 'INCOMING', status: 'PENDING' }),
      all: kit.useFriendRequests({ direction: 'INCOMING' }),
      suggestions: kit.useSuggestions(),
      respond: kit.useRespondFriendRequest(bob.id),
      dismiss: kit.useDismissSuggestion(carol.id),
    }))
    await until(() => {
      expect(tab.now().requests.rows).toHaveLength(1)
      expect(tab.now().all.rows.length).toBeGreaterThan(0)
      expect(tab.now().suggestions.people.map(({ id }) => id)).toContain(carol.id)
    })
    const answered = tab.now().all.rows.length
    const releases = ['RespondFriendRequest', 'DismissSuggestion'].map(hold)
    tab.now().respond.mutate({ decision: 'REJECT' })
    tab.now().dismiss.mutate()
    await until(() => {
      expect(tab.now().requests.rows).toEqual([])
      expect(tab.now().suggestions.people.map(({ id }) => id)).not.toContain(carol.id)
    })
    expect(tab.now().all.rows).toHaveLength(answered)
    for (const release of releases) release()
    await until(() => {
      expect(tab.now().respond.isSuccess && tab.now().dismiss.isSuccess).toBe(true)
    })
  })
})

describe('after signing out', () => {
  it('nothing comes back of what was under way', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { client, hold } = openClient(app, alice)
    const tab = openTab(client, () => ({
      shown: kit.useRelationship(bob.id).data,
      follow: kit.useFollowUser(bob.id),
    }))
    await until(() => {
      expect(tab.now().shown).toBeDefined()
    })
    const release = hold('FollowUser')
    tab.now().follow.mutate()
    await until(() => {
      expect(tab.now().shown?.isFollowing).toBe(true)
    })
    tab.close()
    resetOnSignOut(client, tab.queryClient)
    release()
    await until(() => {
      expect(tab.queryClient.isMutating()).toBe(0)
    })
    expect(tab.queryClient.getQueryCache().getAll()).toEqual([])
  })

  it('nothing is told of what has failed, before or after', async () => {
    const [alice] = await app.people('alice')
    const { client } = openClient(app, alice)
    const tab = openTab(client, () => ({ undo: kit.useUndo(), toast: kit.useUndoToast() }))
    await until(() => tab.now())
    const { report } = tab.now().undo
    report('Bob: That did not work.')
    await until(() => {
      expect(tab.now().toast.failures).toHaveLength(1)
    })
    resetOnSignOut(client, tab.queryClient)
    report('Carol: That did not work.')
    await until(() => {
      expect(tab.now().toast.failures).toEqual([])
    })
  })

  it('nothing is sent that has waited for its turn', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { client, asked, hold } = openClient(app, alice)
    const tab = openTab(client, () => ({
      follow: kit.useFollowUser(bob.id),
      ask: kit.useRequestFriend(bob.id),
    }))
    await until(() => tab.now())
    const release = hold('FollowUser')
    tab.now().follow.mutate()
    tab.now().ask.mutate()
    await until(() => {
      expect(asked).toEqual(['FollowUser'])
    })
    resetOnSignOut(client, tab.queryClient)
    release()
    await until(() => {
      expect(tab.queryClient.isMutating()).toBe(0)
    })
    expect(await getRelationship(openClient(app, alice).client, { userId: bob.id })).toMatchObject({
      outgoingRequest: null,
    })
  })
})
