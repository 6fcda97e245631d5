import { buildSchema as fromSdl, isEnumType, isObjectType } from 'graphql'
import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../../src/config.ts'
import { buildSchema } from '../../../src/server/schema.ts'
import { plainShape } from '../../../src/server/type-defs.ts'
import { gamesContent } from '../../support/content.ts'
import { subgraphSdl } from '../../support/subgraph.ts'
import { type Asker, newUserId, openTestService } from '../../support/test-service.ts'
import { befriend, makeClose, verbs } from '../../support/verbs.ts'

// Games, events, and whatever else people make and other subgraphs own: CONTENT says what there is.

const eventsContent = 'Event:host:audience:Audience'
const both = `${gamesContent},${eventsContent}`
const visibilities = ['PUBLIC', 'FRIENDS', 'CLOSE'] as const

const modulesOf = (CONTENT: string) => readConfig({ CONTENT }).modules

function problemsOf(CONTENT: string, more: Record<string, string> = {}): readonly string[] {
  try {
    readConfig({ CONTENT, ...more })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

const typesOfFields = (sdl: string, name: string) => {
  const type = fromSdl(sdl).getType(name)
  if (!isObjectType(type)) return null
  return Object.fromEntries(
    Object.values(type.getFields()).map((one) => [one.name, String(one.type)]),
  )
}

describe('the graph with content', () => {
  it('has each type with its owner, its visibility and its enum under their names', async () => {
    const sdl = await subgraphSdl(modulesOf(both))
    expect(typesOfFields(sdl, 'Game')).toEqual({
      id: 'ID!',
      creator: 'User!',
      visibility: 'GameVisibility!',
      visibleToViewer: 'Boolean!',
    })
    expect(typesOfFields(sdl, 'Event')).toEqual({
      id: 'ID!',
      host: 'User!',
      audience: 'Audience!',
      visibleToViewer: 'Boolean!',
    })
    expect(sdl).toContain(
      'visibleToViewer: Boolean! @requires(fields: "creator { id } visibility")',
    )
    expect(sdl).toContain('visibleToViewer: Boolean! @requires(fields: "host { id } audience")')
    expect(sdl).toMatch(/^type Event @key\(fields: "id"\) \{/m)
    const audience = fromSdl(sdl).getType('Audience')
    expect(isEnumType(audience) && audience.getValues().map(({ name }) => name)).toEqual([
      ...visibilities,
    ])
  })

  it('describes a type by the names that it has', () => {
    const type = buildSchema(modulesOf(both)).getType('Event')
    const fields = isObjectType(type) ? type.getFields() : {}
    expect(fields['visibleToViewer']?.description).toMatch(
      /^Whether the viewer may see this `Event`, by its `host` and its `audience`\. The `host` always\s+may\./,
    )
    expect(type?.description).toMatch(/^A `Event`\. /)
  })

  it('has nothing of the template where nothing is configured, or under the names of the template', async () => {
    for (const sdl of [await subgraphSdl(), await subgraphSdl(modulesOf(both))]) {
      expect(sdl).not.toMatch(/ContentVisibility|`owner`|`Content`/)
      expect(typesOfFields(sdl, 'Content')).toBeNull()
    }
  })

  it('has an enum once that several types share, and takes the names of the template too', async () => {
    const shared = 'Content:visibility:owner:Openness, Post:owner:visibility:Openness'
    const sdl = await subgraphSdl(modulesOf(shared))
    expect(sdl.match(/^enum Openness /gm)).toHaveLength(1)
    expect(typesOfFields(sdl, 'Content')).toMatchObject({ visibility: 'User!', owner: 'Openness!' })
    expect(typesOfFields(sdl, 'Post')).toMatchObject({ owner: 'User!', visibility: 'Openness!' })
    expect(sdl).toContain('@requires(fields: "visibility { id } owner")')
  })

  it('lets a field be null that can be null where it is owned', async () => {
    const sdl = await subgraphSdl(
      modulesOf('Event:host?:audience:Audience,Post:author:openTo?:Audience'),
    )
    expect(typesOfFields(sdl, 'Event')).toMatchObject({ host: 'User', audience: 'Audience!' })
    expect(typesOfFields(sdl, 'Post')).toMatchObject({ author: 'User!', openTo: 'Audience' })
  })

  it('keeps the names of content with a prefix, and can be without a field of it', async () => {
    const shape = { ...plainShape, typePrefix: 'Social' }
    const sdl = await subgraphSdl(modulesOf(both), shape)
    expect(typesOfFields(sdl, 'Event')).toMatchObject({ audience: 'Audience!' })
    expect(typesOfFields(sdl, 'SocialRelationship')).not.toBeNull()
    const without = { ...plainShape, without: ['Event.visibleToViewer'] }
    const left = await subgraphSdl(modulesOf(both), without)
    expect(left).not.toMatch(/^(type Event|enum Audience) /m)
    expect(left).toMatch(/^type Game /m)
  })
})

describe('an entry of CONTENT', () => {
  const wrong: Readonly<Record<string, string>> = {
    'Game:creator:visibility':
      'has 3 parts, not the four of Type:ownerField:visibilityField:VisibilityEnum',
    Game: 'has 1 part, not the four of Type:ownerField:visibilityField:VisibilityEnum',
    'Game:creator:visibility:GameVisibility:more':
      'has 5 parts, not the four of Type:ownerField:visibilityField:VisibilityEnum',
    'Post:::': '"" is not a name that GraphQL has',
    'Ga me:creator:visibility:GameVisibility': '"Ga me" is not a name that GraphQL has',
    'Game:creator { id }:visibility:GameVisibility':
      '"creator { id }" is not a name that GraphQL has',
    'Game:creator:visibility:Game\u0007"': '"Game\\u0007\\"" is not a name that GraphQL has',
    'Game?:creator:visibility:GameVisibility': '"Game?" is not a name that GraphQL has',
    '__Game:creator:visibility:GameVisibility': '"__Game" is not a name that GraphQL has',
    'link__Game:creator:visibility:GameVisibility': '"link__Game" is not a name that GraphQL has',
    '_Entity:creator:visibility:GameVisibility': '"_Entity" is not a name that GraphQL has',
    'Game:__typename:visibility:GameVisibility': '"__typename" is not a name that GraphQL has',
    'Spiel:erstellt:für:Wer': '"für" is not a name that GraphQL has',
    'User:creator:visibility:GameVisibility': 'User is a type of this subgraph',
    'Relationship:creator:visibility:GameVisibility': 'Relationship is a type of this subgraph',
    'Game:creator:visibility:GameAudience': 'GameAudience is a type of this subgraph',
    'DateTime:creator:visibility:GameVisibility': 'DateTime is a type of this subgraph',
    'Subscription:creator:visibility:GameVisibility': 'Subscription is a type of this subgraph',
    'Game:creator:visibility:Boolean': 'Boolean is a type of GraphQL itself',
    'Game:id:visibility:GameVisibility': 'the field id is there in every content type',
    'Game:creator:visibleToViewer:GameVisibility':
      'the field visibleToViewer is there in every content type',
    'Game:creator:creator:GameVisibility': 'creator cannot be both the owner and the visibility',
    'Game:creator:visibility:Game': 'Game cannot be both the type and the enum',
    [eventsContent]: 'Event is there twice',
    'Post:author:openTo:Event': 'Event is a type, not an enum',
    'Audience:author:openTo:Openness': 'Audience is an enum, not a type',
  }
  it.each(Object.entries(wrong))('is refused when it is %s', (entry, problem) => {
    expect(problemsOf(`${eventsContent},${entry}`)).toEqual([`CONTENT: entry 2: ${problem}`])
  })

  it('is named with every other that is wrong, and with what else is', () => {
    expect(problemsOf(`Game,${eventsContent},Event:id:id:Audience`, { PORT: 'x' })).toEqual([
      expect.stringMatching(/^PORT: /),
      'CONTENT: entry 1: has 1 part, not the four of Type:ownerField:visibilityField:VisibilityEnum',
      'CONTENT: entry 3: the field id is there in every content type',
      'CONTENT: entry 3: id cannot be both the owner and the visibility',
      'CONTENT: entry 3: Event is there twice',
    ])
  })

  it('is refused where a prefix makes its name one of ours', () => {
    const content = 'SocialRelationship:creator:visibility:GameVisibility'
    expect(problemsOf(content, { TYPE_PREFIX: 'Social' })).toEqual([
      'TYPE_PREFIX: there would be two types SocialRelationship',
    ])
  })

  it('may have blanks around its parts, and no entry at all is nothing', () => {
    expect(modulesOf(` Event : host : audience : Audience ,, `)).toEqual(modulesOf(eventsContent))
    expect(modulesOf(' , ').content).toEqual([])
  })
})

const production = { NODE_ENV: 'production', CONTENT: both }
const app = await openTestService(production)

const All = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Game { id visibleToViewer }
    ... on Event { id visibleToViewer }
  }
}`
const game = (creator: { readonly id: string } | null, visibility: string, id = 'g') => ({
  __typename: 'Game',
  id,
  creator: creator && { __typename: 'User', id: creator.id },
  visibility,
})
const event = (host: { readonly id: string } | null, audience: string, id = 'e') => ({
  __typename: 'Event',
  id,
  host: host && { __typename: 'User', id: host.id },
  audience,
})

/** Asks four times, as a gateway does: the answers must be alike. */
async function ask(asker: Asker, representations: readonly unknown[]) {
  const answers = []
  for (let time = 0; time < 4; time++) answers.push(await asker.ask(All, { representations }))
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
  const { data, errors = [], statements } = answers[3] ?? {}
  expect(errors).toEqual([])
  return { entities: data._entities, statements }
}

/** What of somebody's games and events another person may see. */
async function seen(asker: Asker, owner: { readonly id: string }): Promise<string[]> {
  const all = visibilities.flatMap((open) => [game(owner, open), event(owner, open)])
  const { entities } = await ask(asker, all)
  return all
    .filter((_, place) => entities[place].visibleToViewer)
    .map((one) => ('audience' in one ? `Event ${one.audience}` : `Game ${one.visibility}`))
}

const publicOnes = ['Game PUBLIC', 'Event PUBLIC']
const friendsOnes = [...publicOnes, 'Game FRIENDS', 'Event FRIENDS']
const allOnes = [...friendsOnes, 'Game CLOSE', 'Event CLOSE']

describe('games and events', () => {
  it('follow the same rules, in one request', async () => {
    const [alice, bob, carol] = await app.people('alice', 'bob', 'carol')
    await befriend(alice, bob)
    await makeClose(alice, carol)
    expect(await seen(alice, alice)).toEqual(allOnes)
    expect(await seen(carol, alice)).toEqual(allOnes)
    expect(await seen(bob, alice)).toEqual(friendsOnes)
    const [dave] = await app.people('dave')
    expect(await seen(dave, alice)).toEqual(publicOnes)
    expect(await seen(app.nobody, alice)).toEqual(publicOnes)
    await verbs.blockUser(alice, carol)
    expect(await seen(carol, alice)).toEqual([])
    expect(await seen(alice, carol)).toEqual([])
  })

  it('are all answered by one statement, also with how the viewer stands to their owners', async () => {
    const [alice, ...owners] = await app.people('alice', 'bob', 'carol', 'dave', 'erin')
    const all = owners.flatMap((owner, n) => [
      game(owner, visibilities[n % 3] ?? '', `g${String(n)}`),
      event(owner, visibilities[n % 3] ?? '', `e${String(n)}`),
    ])
    const { entities, statements } = await ask(alice, all)
    expect(entities.map(({ __typename, id }: Record<string, string>) => [__typename, id])).toEqual(
      all.map(({ __typename, id }) => [__typename, id]),
    )
    expect(statements).toEqual(['pairs.summaries'])
    const other = await alice.ask(
      `query ($games: [_Any!]!, $events: [_Any!]!, $people: [_Any!]!) {
        games: _entities(representations: $games) { ... on Game { visibleToViewer } }
        events: _entities(representations: $events) { ... on Event { visibleToViewer } }
        people: _entities(representations: $people) { ... on User { relationship { isContact } } }
      }`,
      {
        games: all.filter(({ __typename }) => __typename === 'Game'),
        events: all.filter(({ __typename }) => __typename === 'Event'),
        people: owners.map(({ id }) => ({ __typename: 'User', id })),
      },
    )
    expect(other.errors).toEqual([])
    expect(other.statements).toEqual(['pairs.summaries'])
  })

  it('are read by the fields of their own type', async () => {
    const [alice] = await app.people('alice')
    const mixed = { ...game(alice, 'PUBLIC'), __typename: 'Event' }
    const { entities } = await ask(alice, [mixed, event(null, 'PUBLIC'), event(alice, 'CLOSE')])
    expect(entities).toEqual([
      { __typename: 'Event', id: 'g', visibleToViewer: false },
      { __typename: 'Event', id: 'e', visibleToViewer: false },
      { __typename: 'Event', id: 'e', visibleToViewer: true },
    ])
  })

  it('of a type that is not configured are null', async () => {
    const [alice] = await app.people('alice')
    const { entities } = await ask(alice, [
      { ...game(alice, 'PUBLIC'), __typename: 'Post' },
      { ...game(alice, 'PUBLIC'), __typename: 'Content' },
      game(alice, 'PUBLIC'),
    ])
    expect(entities).toEqual([null, null, { __typename: 'Game', id: 'g', visibleToViewer: true }])
  })
})

describe('content whose names are those that every object inherits', async () => {
  const odd = await openTestService({
    NODE_ENV: 'production',
    CONTENT: 'valueOf:constructor:toString:hasOwnProperty',
  })

  it('is answered as any other, and is not visible with nothing told of it', async () => {
    const [alice, bob] = await odd.people('alice', 'bob')
    const told = {
      __typename: 'valueOf',
      id: '1',
      constructor: { id: alice.id },
      toString: 'PUBLIC',
    }
    const document = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) { ... on valueOf { id visibleToViewer } }
    }`
    const representations = [told, { __typename: 'valueOf', id: '2' }]
    for (let time = 0; time < 4; time++) {
      const { data, errors } = await bob.ask(document, { representations })
      expect(errors).toEqual([])
      expect(data._entities).toEqual([
        { id: '1', visibleToViewer: true },
        { id: '2', visibleToViewer: false },
      ])
    }
  })
})

describe('content whose owner or visibility can be null', async () => {
  const nullable = await openTestService({
    NODE_ENV: 'production',
    CONTENT: 'Event:host?:audience?:Audience',
  })

  it('is not visible without them, and says null where they are asked for', async () => {
    const [alice] = await nullable.people('alice')
    const { data, errors } = await alice.ask(
      `query ($representations: [_Any!]!) { _entities(representations: $representations) {
        ... on Event { visibleToViewer host { id } audience }
      } }`,
      { representations: [{ ...event(null, 'PUBLIC'), audience: null }, event(alice, 'CLOSE')] },
    )
    expect(errors).toEqual([])
    expect(data._entities).toEqual([
      { visibleToViewer: false, host: null, audience: null },
      { visibleToViewer: true, host: { id: alice.id }, audience: 'CLOSE' },
    ])
  })
})

describe('a platform that shows public content across blocks', async () => {
  const across = await openTestService({ ...production, PUBLIC_GAMES_IGNORE_BLOCKS: 'on' })

  it('shows what is public whoever blocks whom, and nothing else of it', async () => {
    const [alice, bob] = await across.people('alice', 'bob')
    await makeClose(alice, bob)
    expect(await seen(bob, alice)).toEqual(allOnes)
    await verbs.blockUser(alice, bob)
    expect(await seen(bob, alice)).toEqual(publicOnes)
    expect(await seen(alice, bob)).toEqual(publicOnes)
    await verbs.blockUser(bob, alice)
    expect(await seen(bob, alice)).toEqual(publicOnes)
  })

  it('shows it of everybody alike, and asks the database nothing of its owner', async () => {
    const [alice, bob] = await across.people('alice', 'bob')
    await verbs.blockUser(alice, bob)
    const absent = { id: newUserId() }
    for (const asker of [bob, across.nobody, across.service]) {
      expect(await seen(asker, absent)).toEqual(publicOnes)
      const { statements } = await ask(asker, [game(alice, 'PUBLIC'), event(absent, 'PUBLIC')])
      expect(statements).toEqual([])
    }
  })

  it('still needs to be told the owner and the visibility', async () => {
    const [alice] = await across.people('alice')
    const { entities } = await ask(alice, [
      game(null, 'PUBLIC'),
      event({ id: 'nobody' }, 'PUBLIC'),
      event(alice, 'SECRET'),
    ])
    expect(entities.map((one: { visibleToViewer: boolean }) => one.visibleToViewer)).toEqual([
      false,
      false,
      false,
    ])
  })

  it('shows no more of the owner, and prevents every contact as ever', async () => {
    const [alice, bob] = await across.people('alice', 'bob')
    await verbs.blockUser(alice, bob)
    const { data } = await bob.ask(
      `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on User {
        username relationship { see: can(action: SEE) { allowed } invite: can(action: INVITE) { allowed } }
      } } }`,
      { ids: [{ __typename: 'User', id: alice.id }] },
    )
    expect(data._entities).toEqual([
      { username: null, relationship: { see: { allowed: false }, invite: { allowed: false } } },
    ])
    const pairs = [{ actorId: bob.id, otherId: alice.id }]
    const asked = await across.service.ask(
      'query ($pairs: [InteractionPair!]!) { interactions(pairs: $pairs) { see invite message } }',
      { pairs },
    )
    expect(asked.data.interactions).toEqual([{ see: false, invite: false, message: false }])
    const hidden = await across.service.ask(
      'query ($id: ID!) { hiddenFrom(userId: $id) { edges { node } } }',
      { id: bob.id },
    )
    expect(hidden.data.hiddenFrom.edges).toEqual([{ node: alice.id }])
    expect((await verbs.followUser(bob, alice)).userErrors).toHaveLength(1)
  })
})
