import { composeServices as composeWithApollo } from '@apollo/composition'
import { composeServices as composeWithGuild } from '@theguild/federation-composition'
import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { runHere } from '../support/command-line.ts'
import {
  type Event,
  eventsSdl,
  fromGuide,
  listingsSdl,
  ratingsSdl,
} from '../support/events-subgraphs.ts'
import { openFederation } from '../support/federation.ts'
import { subgraphSdl } from '../support/subgraph.ts'
import { befriend, verbs } from '../support/verbs.ts'

// What docs/guides/content.md tells another team, done: its subgraph, its setting, its query.

const CONTENT = fromGuide('bash', 'CONTENT=').replace('CONTENT=', '').trim()
const events: Event[] = []
const federation = await openFederation({ CONTENT }, events)
const { app, gateways } = federation
const ask = federation.ask.bind(federation)

const [alice, bob, carol, dave] = await app.people('alice', 'bob', 'carol', 'dave')
await befriend(alice, bob)
await verbs.blockUser(alice, dave)
for (const person of [carol, dave]) await person.ask('{ viewer { id } }')
await alice.ask('mutation { claimUsername(username: "alice.events") { changed } }')
for (const audience of ['PUBLIC', 'FRIENDS', 'CLOSE'])
  events.push({ id: audience, title: `Chess, ${audience}`, host: { id: alice.id }, audience })

const seenBy = [
  ['the host', alice, ['PUBLIC', 'FRIENDS', 'CLOSE'], 'alice.events'],
  ['a friend', bob, ['PUBLIC', 'FRIENDS'], 'alice.events'],
  ['a stranger', carol, ['PUBLIC'], 'alice.events'],
  ['somebody whom the host blocks', dave, [], null],
  ['the anonymous', app.nobody, ['PUBLIC'], 'alice.events'],
] as const

interface Seen {
  readonly title: string
  readonly visibleToViewer: boolean
  readonly host: { readonly username: string | null }
}

/**
 * Hive's planner in JavaScript asks a subgraph with `@interfaceObject` by a type that it does not
 * know.
 */
const knowsInterfaceObjects: Readonly<Record<string, boolean>> = {
  javascript: false,
  rust: true,
  apollo: true,
}

describe.each(Object.entries(gateways))('through the gateway in %s', (gateway, send) => {
  it.each(seenBy)('the query of the guide says to %s what they may see', async (...row) => {
    const [, asker, visible, username] = row
    const { data, errors, fromGateway } = await ask(
      send,
      asker,
      fromGuide('graphql', 'visibleToViewer'),
    )
    expect(errors).toEqual([])
    const seen = data.events as Seen[]
    expect(seen.filter(({ visibleToViewer }) => visibleToViewer).map(({ title }) => title)).toEqual(
      visible.map((audience) => `Chess, ${audience}`),
    )
    expect(new Set(seen.map(({ host }) => host.username))).toEqual(new Set([username]))
    // One statement for the names and one for the rest, in one request or two.
    expect(fromGateway.flat().length).toBeLessThanOrEqual(2)
  })

  it('games and events are told in one query', async () => {
    const made = await ask(
      send,
      bob,
      `mutation { createGame(title: "Go", visibility: FRIENDS) { game { id visibleToViewer } } }`,
    )
    expect(made.data.createGame.game.visibleToViewer).toBe(true)
    const { id } = made.data.createGame.game
    const { data, errors } = await ask(
      send,
      alice,
      `query ($id: ID!) {
        game(id: $id) { id visibleToViewer creator { id } }
        events { title visibleToViewer }
      }`,
      { id },
    )
    expect(errors).toEqual([])
    expect(data.game).toEqual({ id, visibleToViewer: true, creator: { id: bob.id } })
    expect(data.events).toHaveLength(3)
  })

  it('an event is not null where it is known by an interface that is an entity', async () => {
    const isRated = knowsInterfaceObjects[gateway] === true
    const { data, errors } = await ask(
      send,
      bob,
      `{ listings { __typename id ${isRated ? 'stars' : ''}
        ... on Event { title visibleToViewer host { username } } } }`,
    )
    expect(errors).toEqual([])
    expect(data.listings).toEqual(
      events.map(({ id, title }) => ({
        __typename: 'Event',
        id,
        ...(isRated && { stars: id.length }),
        title,
        visibleToViewer: id !== 'CLOSE',
        host: { username: 'alice.events' },
      })),
    )
  })
})

const composers: Record<string, (sdls: Record<string, string>) => string[]> = {
  'Apollo’s composer': (sdls) => messages(composeWithApollo(services(sdls)).errors),
  'the Guild’s composer': (sdls) => messages(composeWithGuild(services(sdls)).errors),
}
const messages = (errors: readonly Error[] = []) => errors.map(({ message }) => message)
const services = (sdls: Record<string, string>) =>
  Object.entries(sdls).map(([name, sdl]) => ({
    name,
    url: `http://${name}`,
    typeDefs: parse(sdl),
  }))

describe.each(Object.entries(composers))('%s', (_name, problemsOf) => {
  const only = 'Event:host:audience:Audience'
  const ours = (content: string) => subgraphSdl(readConfig({ CONTENT: content }).modules)

  it('joins the subgraph of the guide with ours, as the command of the guide prints it', async () => {
    const command = fromGuide('bash', 'schema --content').trim()
    const words = command.replace('npx connections ', '').split(' ')
    const { code, output } = await runHere(words)
    expect(code).toBe(0)
    expect(output).toBe(await ours(only))
    expect(problemsOf({ connections: output, events: eventsSdl })).toEqual([])
  })

  it('joins it also beside interfaces that are entities', async () => {
    const sdls = { events: eventsSdl, listings: listingsSdl, ratings: ratingsSdl }
    expect(problemsOf({ connections: await ours(only), ...sdls })).toEqual([])
  })

  it('refuses ours before the other is there', async () => {
    expect(problemsOf({ connections: await ours(only) }).join('\n')).toMatch(/Event/)
  })

  it('takes fields that can be null, in both or in neither', async () => {
    const events = eventsSdl.replace('host: User!', 'host: User').replace(/Audience!/, 'Audience')
    const joined = async (content: string) =>
      problemsOf({ connections: await ours(content), events })
    expect(await joined('Event:host?:audience?:Audience')).toEqual([])
    expect((await joined(only)).join('\n')).toMatch(/Event\.host/)
    expect((await joined('Event:host?:audience:Audience')).join('\n')).toMatch(/Event\.audience/)
  })

  it('takes an enum with more values, unless it is an argument too', async () => {
    const more = eventsSdl.replace('  CLOSE\n', '  CLOSE\n  TEAM\n')
    const argument = more.replace('events: [', 'events(audience: Audience): [')
    const connections = await ours(only)
    expect(problemsOf({ connections, events: more })).toEqual([])
    expect(problemsOf({ connections, events: argument }).join('\n')).toMatch(/TEAM/)
  })
})
