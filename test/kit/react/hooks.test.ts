import './dom.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import * as client from '../../../src/kit/client/client.ts'
import * as operations from '../../../src/kit/generated/operations.ts'
import * as kit from '../../../src/kit/react/react.ts'
import { openTestService } from '../../support/test-service.ts'
import { befriend } from '../../support/verbs.ts'
import { openClient, openTab } from './tab.ts'

const app = await openTestService({ NODE_ENV: 'production' })

const soon = { timeout: 100_000, interval: 5 }
const until = (check: () => void) => vi.waitFor(check, soon)

describe('a hook', () => {
  it('is there for every question of the graph, and answers', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const { client: ofAlice, asked } = openClient(app, alice)
    const tab = openTab(ofAlice, () => [
      kit.useFriendRequests(),
      kit.useFriends(),
      kit.useInviteCandidates(),
      kit.useMutualFriends(bob.id),
      kit.useBlockedUsers(),
      kit.useContacts(),
      kit.useContactLinks(),
      kit.useFollowing(),
      kit.useFollowers(bob.id),
      kit.useSuggestions(),
      kit.useUserSearch('bob'),
      kit.useRelationship(bob.id),
      kit.useRelationships([bob.id]),
      kit.useRevealedMessage(bob.id),
      kit.useProfile(bob.id),
      kit.useUserByUsername('nobody'),
      kit.useUsernameAvailability('alice.of.hooks'),
      kit.useContactLinkPreview('nothing'),
      kit.useCounts(),
      kit.useQuotas(),
      kit.usePrivacySettings(),
    ])
    // A hook renders again only for what was read from its result, so both are read from all.
    await until(() => {
      const states = tab.now().map(({ error, isSuccess }) => error?.message ?? isSuccess)
      expect(states).toEqual(states.map(() => true))
    })
    const questions = Object.values(operations).flatMap((document) => {
      const name = typeof document === 'string' ? /^query (\w+)/.exec(document)?.[1] : undefined
      return name === undefined ? [] : [name]
    })
    expect([...new Set(asked)].toSorted()).toEqual(questions.toSorted())
  })

  it('is there for every verb of the client', () => {
    const verbs = Object.values(client).flatMap((each) =>
      typeof each === 'function' && 'touches' in each ? [each.field] : [],
    )
    const hooks = verbs.map((field) =>
      field.replace(/^./, (letter) => `use${letter.toUpperCase()}`),
    )
    expect(verbs.length).toBeGreaterThan(20)
    expect(hooks.filter((name) => !(name in kit))).toEqual(['useHeartbeat'])
    expect(kit).toHaveProperty('usePresenceHeartbeat')
  })

  it('asks nothing while it is not enabled, or has no words to search for', async () => {
    const [alice] = await app.people('alice')
    const { client: ofAlice, asked } = openClient(app, alice)
    const tab = openTab(ofAlice, () => [
      kit.useCounts(),
      kit.useFriends({}, { enabled: false }),
      kit.useUserSearch(' '),
      kit.useQuotas({ enabled: false }),
    ])
    await until(() => {
      expect(tab.now()[0]?.isSuccess).toBe(true)
    })
    expect(asked).toEqual(['GetCounts'])
  })

  it('for Suspense gives the rows as soon as there are some', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    const tab = openTab(openClient(app, alice).client, () => kit.useSuspenseFriends())
    await until(() => {
      expect(tab.now().people.map(({ id }) => id)).toEqual([bob.id])
    })
  })

  it('reads a list again by itself only while it has at most five pages', async () => {
    const [alice, ...others] = await app.people(
      'alice',
      'bob',
      'carol',
      'dan',
      'erin',
      'frank',
      'gus',
    )
    for (const other of others) await befriend(alice, other)
    const { client: ofAlice, asked } = openClient(app, alice)
    const tab = openTab(ofAlice, () => kit.useFriends({ first: 1 }, { refetchInterval: 50 }))
    await until(() => {
      expect(asked.length).toBeGreaterThan(3)
    })
    for (const pages of [2, 3, 4, 5, 6]) {
      void tab.now().fetchNextPage()
      await until(() => {
        expect(tab.now().rows).toHaveLength(pages)
      })
    }
    await until(() => {
      expect(tab.now().isFetching).toBe(false)
    })
    const before = asked.length
    await sleep(500)
    expect(asked).toHaveLength(before)
  })

  it('for a verb changes what other hooks show', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const [ofAlice, ofBob] = [openClient(app, alice).client, openClient(app, bob).client]
    const tab = openTab(ofAlice, () => ({
      profile: kit.useProfile(alice.id),
      settings: kit.usePrivacySettings(),
      links: kit.useContactLinks(),
      updateProfile: kit.useUpdateProfile(),
      updateSettings: kit.useUpdatePrivacySettings(),
      createLink: kit.useCreateContactLink(),
    }))
    await until(() => {
      expect(tab.now().profile.isSuccess && tab.now().settings.isSuccess).toBe(true)
    })
    tab.now().updateProfile.mutate({ profile: { displayName: 'Alice' } })
    tab.now().updateSettings.mutate({ settings: { discoverable: false } })
    tab.now().createLink.mutate({ label: 'Chess' })
    await until(() => {
      expect(tab.now().profile.data?.profile?.displayName).toBe('Alice')
      expect(tab.now().settings.data?.discoverable).toBe(false)
      expect(tab.now().links.rows.map(({ node }) => node.label)).toEqual(['Chess'])
      // The list may have been read after the link was made, and before that was answered.
      expect(tab.now().createLink.isSuccess).toBe(true)
    })
    const token = tab.now().createLink.data?.token ?? ''
    const other = openTab(ofBob, () => ({
      contacts: kit.useContacts(),
      consume: kit.useConsumeContactLink(),
    }))
    await until(() => {
      expect(other.now().contacts.isSuccess).toBe(true)
    })
    other.now().consume.mutate({ token })
    await until(() => {
      expect(other.now().contacts.people.map(({ id }) => id)).toEqual([alice.id])
    })
  })
})
