import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  buildASTSchema,
  buildSchema,
  type FieldDefinitionNode,
  type GraphQLSchema,
  Kind,
  parse,
  printSchema,
  validate,
} from 'graphql'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type * as graph from '../../../src/generated/graphql.ts'
import { prefixedNames, renameTypes } from '../../../src/graphql/type-prefix.ts'
import * as kit from '../../../src/kit/client/client.ts'
import * as documents from '../../../src/kit/generated/operations.ts'
import { readTypeDefs } from '../../../src/server/type-defs.ts'
import { failureOf, kitClient } from '../../support/kit-client.ts'
import { openTestService } from '../../support/test-service.ts'
import { befriend, verbs } from '../../support/verbs.ts'

const app = await openTestService({ NODE_ENV: 'production' })
const root = join(import.meta.dirname, '../../..')
const api = buildSchema(readFileSync(join(root, 'docs/api.graphql'), 'utf8'))
const texts = Object.entries(documents as Record<string, string>)

/** Mutations of the graph that the client does not have yet. */
const notYet = ['exportMyData']

const isForPeople = ({ directives = [] }: FieldDefinitionNode) =>
  directives.every(({ name }) => name.value !== 'tag')

describe('the documents of the client', () => {
  const problemsIn = (schema: GraphQLSchema, prefix: string) =>
    texts.flatMap(([, text]) => validate(schema, parse(text.replaceAll('~', prefix))))

  it('are understood by the graph', () => {
    expect(texts.length).toBeGreaterThan(40)
    expect(problemsIn(api, '')).toEqual([])
  })

  it('are understood with a prefix of types, too, where the prefix is in them', () => {
    const sdl = parse(printSchema(api))
    const names = prefixedNames(sdl, 'Social', ['User'])
    const prefixed = buildASTSchema(renameTypes(sdl, names))
    expect(problemsIn(prefixed, 'Social')).toEqual([])
    expect(problemsIn(prefixed, '').map(({ message }) => message)).toContain(
      'Unknown type "FriendshipLevel". Did you mean "SocialFriendshipLevel"?',
    )
  })

  it('have a verb for each mutation', () => {
    const verbs = Object.values(kit).flatMap((each) =>
      typeof each === 'function' && 'touches' in each ? [each.field] : [],
    )
    const mutations = readTypeDefs({ content: [] }).definitions.flatMap((each) =>
      each.kind === Kind.OBJECT_TYPE_EXTENSION && each.name.value === 'Mutation'
        ? (each.fields ?? []).filter(isForPeople).map(({ name }) => name.value)
        : [],
    )
    expect(verbs.toSorted()).toEqual(
      mutations.filter((name) => verbs.includes(name) || !notYet.includes(name)).toSorted(),
    )
  })

  it('have a question for each list', () => {
    const asked = texts.map(([, text]) => text).join(' ')
    const user = api.getType('User') as ReturnType<typeof api.getQueryType>
    const lists = Object.values(user?.getFields() ?? {})
      .filter(({ type }) => String(type).endsWith('Connection'))
      .map(({ name }) => name)
    expect(lists.length).toBeGreaterThan(8)
    expect(lists.filter((name) => !new RegExp(`\\b${name}\\(`).test(asked))).toEqual([])
  })

  it('stand in files that are all used', () => {
    const folder = join(root, 'src/kit/client/graph')
    const written = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
    const fragments = [...written.join('\n').matchAll(/^fragment (\w+)/gm)].map(([, name]) => name)
    const spread = [...written.join('\n').matchAll(/\.\.\.(\w+)/g)].map(([, name]) => name)
    expect(fragments.filter((name) => !spread.includes(name))).toEqual([])
  })

  it('have the types of the graph', () => {
    expectTypeOf<
      kit.Relationship['friendshipLevel']
    >().toEqualTypeOf<graph.FriendshipLevel | null>()
    expectTypeOf<kit.ConnectionsErrorCode>().toEqualTypeOf<graph.ConnectionsErrorCode>()
    expectTypeOf<keyof kit.PrivacySettings>().toEqualTypeOf<
      Exclude<keyof graph.SocialPrivacySettings, '__typename'>
    >()
  })
})

const about = ({ node }: { node: { id: string } }) => node.id
const whole = { edges: [], pageInfo: { hasNextPage: false, endCursor: null } }

describe('a frontend', () => {
  it('asks to be friends, sees the request, accepts it, and lists the friend', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const [ofAlice, ofBob] = [kitClient(app, alice), kitClient(app, bob)]

    const asked = await kit.requestFriend(ofAlice, { userId: bob.id, message: 'Chess?' })
    expect(asked).toMatchObject({
      changed: true,
      relationship: { user: { id: bob.id }, outgoingRequest: { status: 'PENDING' } },
      viewer: { outgoingRequests: { totalCount: 1 }, friends: { totalCount: 0 } },
    })
    const { edges } = await kit.listFriendRequests(ofBob, { direction: 'INCOMING' })
    expect(edges.map(({ node }) => node)).toMatchObject([
      { requester: { id: alice.id }, level: 'FRIEND', message: null, hasMessage: true },
    ])
    expect(await kit.revealMessage(ofBob, { userId: alice.id })).toBe('Chess?')

    const requestId = edges[0]?.node.id ?? ''
    const answered = await kit.respondFriendRequest(ofBob, { requestId, decision: 'ACCEPT' })
    expect(answered).toMatchObject({
      changed: true,
      friend: { node: { id: alice.id } },
      relationship: { friendshipLevel: 'FRIEND', incomingRequest: null },
      viewer: { friends: { totalCount: 1 }, incomingRequests: { totalCount: 0 } },
    })
    expect((await kit.listFriends(ofAlice)).edges.map(about)).toEqual([bob.id])
    expect((await kit.listInviteCandidates(ofAlice)).edges.map(about)).toEqual([bob.id])
    expect(await kit.getCounts(ofBob)).toMatchObject({ friends: { totalCount: 1 } })
  })

  it('cancels a request', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const client = kitClient(app, alice)
    const { request } = await kit.requestFriend(client, { userId: bob.id })
    const canceled = await kit.cancelFriendRequest(client, { requestId: request?.id ?? '' })
    expect(canceled).toMatchObject({
      request: { status: 'CANCELED' },
      relationship: { outgoingRequest: null },
    })
  })

  it('becomes close friends, lists them alone, and ends the friendship', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await befriend(alice, bob)
    await befriend(alice, carol)
    const client = kitClient(app, alice)
    await verbs.askClose(bob, alice)
    const close = await kit.upgradeFriendship(client, { userId: bob.id, level: 'CLOSE' })
    expect(close.relationship?.friendshipLevel).toBe('CLOSE')
    expect((await kit.listFriends(client, { level: 'CLOSE' })).edges.map(about)).toEqual([bob.id])
    const page = await kit.listFriends(client, { first: 1 })
    const next = await kit.listFriends(client, { first: 1, after: page.pageInfo.endCursor })
    expect([...page.edges, ...next.edges].map(about)).toEqual([carol.id, bob.id])
    expect((await kit.listMutualFriends(client, { userId: bob.id })).edges).toEqual([])
    expect(await kit.removeFriend(client, { userId: bob.id })).toMatchObject({
      changed: true,
      relationship: { friendshipLevel: null },
    })
  })

  it('blocks, lists the blocked, and unblocks', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const client = kitClient(app, alice)
    const blocked = await kit.blockUser(client, { userId: bob.id })
    expect(blocked).toMatchObject({ changed: true, relationship: { isBlocking: true } })
    expect((await kit.listBlockedUsers(client)).edges.map(about)).toEqual([bob.id])
    expect(await kit.unblockUser(client, { userId: bob.id })).toMatchObject({ changed: true })
    expect(await kit.listBlockedUsers(client)).toEqual(whole)
  })

  it('keeps contacts and follows', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const client = kitClient(app, alice)
    const userId = bob.id
    expect(await kit.addContact(client, { userId })).toMatchObject({
      viewer: { contacts: { totalCount: 1 } },
    })
    expect((await kit.listContacts(client)).edges.map(about)).toEqual([bob.id])
    expect(await kit.removeContact(client, { userId })).toMatchObject({ changed: true })

    expect(await kit.followUser(client, { userId })).toMatchObject({
      relationship: { isFollowing: true },
    })
    expect((await kit.listFollowing(client, { userId: alice.id })).edges.map(about)).toEqual([
      bob.id,
    ])
    expect((await kit.listFollowers(client, { userId })).edges.map(about)).toEqual([alice.id])
    const ofBob = kitClient(app, bob)
    expect(await kit.removeFollower(ofBob, { userId: alice.id })).toMatchObject({ changed: true })
    expect(await kit.unfollowUser(client, { userId })).toMatchObject({ changed: false })
  })

  it('claims a username, writes a profile, and is found by both', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const client = kitClient(app, alice)
    const username = `kit_${alice.id.slice(0, 8)}`
    expect(await kit.checkUsername(client, { username })).toMatchObject({ available: true })
    expect(await kit.claimUsername(client, { username })).toMatchObject({ username })
    expect(await kit.checkUsername(kitClient(app, bob), { username })).toMatchObject({
      available: false,
      code: 'USERNAME_TAKEN',
    })
    const profile = { displayName: `Kitty ${username}`, city: 'Graz', sportPreferences: ['chess'] }
    await kit.updateProfile(client, { profile })
    const ofBob = kitClient(app, bob)
    expect(await kit.getProfile(ofBob, { userId: alice.id })).toMatchObject({ username, profile })
    expect(await kit.findUser(ofBob, { username })).toMatchObject({ id: alice.id })
    expect((await kit.searchUsers(ofBob, { query: username })).edges.map(about)).toEqual([alice.id])
  })

  it('shares a link, which another person previews and uses', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const [ofAlice, ofBob] = [kitClient(app, alice), kitClient(app, bob)]
    const { token: newToken, link } = await kit.createContactLink(ofAlice, { label: 'Club' })
    const token = newToken ?? ''
    expect(await kit.previewContactLink(ofBob, { token })).toMatchObject({
      user: { id: alice.id },
      label: 'Club',
    })
    expect(await kit.consumeContactLink(ofBob, { token })).toMatchObject({
      contact: { node: { id: alice.id } },
    })
    expect((await kit.listContactLinks(ofAlice)).edges.map(({ node }) => node.uses)).toEqual([1])
    expect(await kit.revokeContactLink(ofAlice, { id: link?.id ?? '' })).toMatchObject({
      link: { isLive: false },
    })
    expect(await kit.previewContactLink(ofBob, { token })).toBeNull()
  })

  it('is shown suggestions, dismisses one and takes it back', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await befriend(alice, bob)
    await befriend(bob, carol)
    const client = kitClient(app, alice)
    const { edges } = await kit.listSuggestions(client)
    expect(edges[0]).toMatchObject({ node: { id: carol.id }, reasons: [{ count: 1 }] })
    const feedbackId = edges[0]?.feedbackId ?? ''
    await kit.recordSuggestionsShown(client, { feedbackIds: [feedbackId] })
    await kit.dismissSuggestion(client, { userId: carol.id, feedbackId })
    expect((await kit.listSuggestions(client)).edges.map(about)).not.toContain(carol.id)
    await kit.restoreSuggestion(client, { userId: carol.id })
    expect((await kit.listSuggestions(client)).edges.map(about)).toContain(carol.id)
  })

  it('reads and changes privacy settings, and what is left of the quotas', async () => {
    const [alice] = await app.people('alice')
    const client = kitClient(app, alice)
    await kit.updatePrivacySettings(client, { settings: { allowFollows: 'NOBODY' } })
    expect(await kit.getPrivacySettings(client)).toMatchObject({
      allowFollows: 'NOBODY',
      allowFriendRequests: 'EVERYONE',
    })
    expect(await kit.listQuotas(client)).toContainEqual(
      expect.objectContaining({ action: 'FRIEND_REQUESTS', limit: 50, remaining: 50 }),
    )
  })

  it('is seen online by a friend after a heartbeat', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    expect(await kit.heartbeat(kitClient(app, bob))).toMatchObject({
      changed: true,
      presence: { status: 'ONLINE' },
    })
    const ofAlice = kitClient(app, alice)
    await expect
      .poll(async () => (await kit.listFriends(ofAlice)).edges[0]?.node.presence?.status)
      .toBe('ONLINE')
    expect(await kit.getProfile(ofAlice, { userId: bob.id })).toMatchObject({
      presence: { status: 'ONLINE' },
    })
  })

  it('throws what a verb was refused for, with its code', async () => {
    const [alice] = await app.people('alice')
    const error = await failureOf(kit.followUser(kitClient(app, alice), { userId: alice.id }))
    expect(error).toMatchObject({
      code: 'SELF',
      refused: true,
      retryable: false,
      path: ['userId'],
      retryAt: null,
    })
  })
})

describe('what the viewer is to others', () => {
  it('is asked for many people in one request, 100 at a time', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    await befriend(alice, bob)
    let requests = 0
    const client = kitClient(app, alice, {
      fetch: (...request) => {
        requests++
        return fetch(...request)
      },
    })
    const strangers = Array.from({ length: 149 }, () => app.stranger('someone').id)
    const answers = await Promise.all(
      [bob.id, ...strangers].map((userId) => kit.getRelationship(client, { userId })),
    )
    expect(requests).toBe(2)
    expect(answers.map((each) => each?.user.id)).toEqual([bob.id, ...strangers])
    expect(answers.map((each) => each?.friendshipLevel)).toEqual([
      'FRIEND',
      ...strangers.map(() => null),
    ])
    await kit.getRelationship(client, { userId: bob.id })
    expect(requests).toBe(3)
  })

  it('is null for an id that is none, and good for the others', async () => {
    const [alice, bob] = await app.people('alice', 'bob')
    const client = kitClient(app, alice)
    const [wrong, right] = await Promise.all([
      kit.getRelationship(client, { userId: 'bob' }),
      kit.getRelationship(client, { userId: bob.id }),
    ])
    expect(wrong).toBeNull()
    expect(right?.user.id).toBe(bob.id)
  })
})
