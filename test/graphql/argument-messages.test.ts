import {
  getNamedType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isObjectType,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { buildSchema } from '../../src/server/schema.ts'
import { type Asker, newUserId, openTestService } from '../support/test-service.ts'

const app = await openTestService({ NODE_ENV: 'production' })
const [alice, bob] = await app.people('alice', 'bob')

const uuid = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff'
const tooManyIds = (most: number) => Array.from({ length: most + 1 }, () => uuid)
const oneLine =
  'must be one line, without control characters and characters that change the direction of text.'

const schema = buildSchema({ content: [] })
const services = new Set([
  'registerUsers',
  'recordGameFacts',
  'interactions',
  'interactionsWithin',
  'hiddenFrom',
  'socialInsights',
])

/** The argument or the field of an input, what is sent for it, and what comes back. */
type Row = readonly [argument: string, value: unknown, message: string, code?: string]

const mutations: readonly Row[] = [
  ...[
    'addContact',
    'removeContact',
    'followUser',
    'unfollowUser',
    'removeFollower',
    'requestFriend',
    'removeFriend',
    'upgradeFriendship',
    'blockUser',
    'unblockUser',
    'dismissSuggestion',
    'restoreSuggestion',
  ].flatMap((mutation): Row[] => [
    [`${mutation}.userId`, 'bob', '`userId` is not a UUID.'],
    [`${mutation}.userId`, alice.id, 'You cannot do this to yourself.', 'SELF'],
  ]),
  [
    'requestFriend.message',
    'x'.repeat(412),
    '`message` may have at most 120 characters (got 412).',
  ],
  ['requestFriend.message', 'a\0b', '`message` may not contain the character U+0000.'],
  ['requestFriend.message', '\ud800', '`message` may not contain half a surrogate pair.'],
  ['cancelFriendRequest.requestId', '17', '`requestId` is not a UUID.'],
  [
    'cancelFriendRequest.requestId',
    uuid,
    'You have not sent a friend request with this `requestId`.',
    'NOT_FOUND',
  ],
  ['respondFriendRequest.requestId', '17', '`requestId` is not a UUID.'],
  [
    'respondFriendRequest.requestId',
    uuid,
    'You have not received a friend request with this `requestId`.',
    'NOT_FOUND',
  ],
  [
    'blockUser.expiresAt',
    '2020-01-01T00:00:00.000Z',
    '`expiresAt` must be in the future (got 2020-01-01T00:00:00.000Z).',
  ],
  [
    'blockUser.expiresAt',
    '9999-12-31T23:59:59-01:00',
    '`expiresAt` must lie in the years 1 to 9999 (UTC).',
  ],
  ['createContactLink.label', '🏓'.repeat(61), '`label` may have at most 60 characters (got 61).'],
  ['createContactLink.maxUses', 0, '`maxUses` must be from 1 to 1000000 (got 0).'],
  ['createContactLink.maxUses', 1000001, '`maxUses` must be from 1 to 1000000 (got 1000001).'],
  [
    'createContactLink.expiresAt',
    '2020-01-01T00:00:00+01:00',
    '`expiresAt` must be in the future (got 2019-12-31T23:00:00.000Z).',
  ],
  [
    'createContactLink.expiresAt',
    '9999-12-31T23:59:59-01:00',
    '`expiresAt` must lie in the years 1 to 9999 (UTC).',
  ],
  ['revokeContactLink.id', 'mine', '`id` is not a UUID.'],
  ['revokeContactLink.id', uuid, 'You have no contact link with this `id`.', 'NOT_FOUND'],
  ...fieldsOf('SocialPrivacySettingsInput').map((setting): Row => [
    `updatePrivacySettings.settings.${setting}`,
    null,
    `\`settings.${setting}\` must not be null. Leave it out to keep it as it is.`,
  ]),
  [
    'claimUsername.username',
    'al',
    '`username` must have 3 to 32 characters (got 2).',
    'USERNAME_INVALID',
  ],
  [
    'claimUsername.username',
    'a'.repeat(33),
    '`username` must have 3 to 32 characters (got 33).',
    'USERNAME_INVALID',
  ],
  ['claimUsername.username', '1up', '`username` must begin with a letter.', 'USERNAME_INVALID'],
  [
    'claimUsername.username',
    ' zoë ',
    '`username` may have only the letters a to z, digits, `.`, `_` and `-` (character 3 is another).',
    'USERNAME_INVALID',
  ],
  ['claimUsername.username', 'admin', 'This username is taken.', 'USERNAME_TAKEN'],
  ...(['displayName', 'city', 'region'] as const).flatMap((field): Row[] => {
    const most = field === 'displayName' ? 64 : 80
    return [
      [
        `updateProfile.profile.${field}`,
        'x'.repeat(most + 20),
        `\`profile.${field}\` may have at most ${most} characters (got ${most + 20}).`,
      ],
      [`updateProfile.profile.${field}`, 'two\nlines', `\`profile.${field}\` ${oneLine}`],
    ]
  }),
  [
    'updateProfile.profile.bio',
    'x'.repeat(281),
    '`profile.bio` may have at most 280 characters (got 281).',
  ],
  [
    'updateProfile.profile.avatarUrl',
    'http://example.com/a.png',
    '`profile.avatarUrl` must start with https://.',
  ],
  ['updateProfile.profile.avatarUrl', 'https://', '`profile.avatarUrl` is not a URL.'],
  [
    'updateProfile.profile.avatarUrl',
    'https://alice:secret@example.com',
    '`profile.avatarUrl` may not contain a user name or a password.',
  ],
  [
    'updateProfile.profile.avatarUrl',
    `https://example.com/${'x'.repeat(500)}`,
    '`profile.avatarUrl` may have at most 512 characters (got 520).',
  ],
  [
    'updateProfile.profile.avatarUrl',
    `https://example.com/${'é'.repeat(100)}`,
    '`profile.avatarUrl` may have at most 512 characters (got 620).',
  ],
  [
    'updateProfile.profile.sportPreferences',
    Array.from({ length: 21 }, (_, sport) => `sport ${sport}`),
    '`profile.sportPreferences` may have at most 20 entries (got 21).',
  ],
  [
    'updateProfile.profile.sportPreferences',
    ['running', 'x'.repeat(40)],
    '`profile.sportPreferences[1]` may have at most 32 characters (got 40).',
  ],
  [
    'updateProfile.profile.sportPreferences',
    ['running', 'rowing', ' '],
    '`profile.sportPreferences[2]` has nothing visible in it.',
  ],
  [
    'dismissSuggestion.feedbackId',
    'mine',
    '`feedbackId` is not the `feedbackId` of this suggestion.',
  ],
  [
    'recordSuggestionsShown.feedbackIds',
    tooManyIds(100),
    '`feedbackIds` may have at most 100 entries (got 101).',
  ],
  ['registerUsers.ids', tooManyIds(1000), '`ids` may have at most 1000 entries (got 1001).'],
  [
    'registerUsers.ids',
    Array.from({ length: 1000 }, (_, place) => (place === 17 ? 'bob' : uuid)),
    '`ids[17]` is not a UUID.',
  ],
  [
    'recordGameFacts.facts',
    tooManyIds(500).map((id) => ({
      id,
      kind: 'ACTIVE',
      gameId: '',
      userId: id,
      at: '2026-05-01T12:00:00.000Z',
    })),
    '`facts` may have at most 500 entries (got 501).',
  ],
]

const pageSizes = (field: string): Row[] => [
  [`${field}.first`, 0, '`first` must be from 1 to 100 (got 0).'],
  [`${field}.first`, 101, '`first` must be from 1 to 100 (got 101).'],
]
const cursor = (field: string): Row => [
  `${field}.after`,
  'page 2',
  '`after` is not a cursor of this list. Pass an `endCursor` that this same list gave you.',
]

const reads: readonly Row[] = [
  ['user.id', 'bob', '`id` is not a UUID.'],
  ['fetch__User.id', 'bob', '`id` is not a UUID.'],
  ...pageSizes('searchUsers'),
  cursor('searchUsers'),
  ['relationships.userIds', tooManyIds(100), '`userIds` may have at most 100 entries (got 101).'],
  ['relationships.userIds', [uuid, 'bob'], '`userIds[1]` is not a UUID.'],
  [
    'interactions.pairs',
    tooManyIds(200).map((id) => ({ actorId: id, otherId: id })),
    '`pairs` may have at most 200 entries (got 201).',
  ],
  ['interactions.pairs', [{ actorId: 'bob', otherId: uuid }], '`pairs[0].actorId` is not a UUID.'],
  ['interactions.pairs', [{ actorId: uuid, otherId: 'bob' }], '`pairs[0].otherId` is not a UUID.'],
  ['interactionsWithin.userIds', tooManyIds(50), '`userIds` may have at most 50 entries (got 51).'],
  ['interactionsWithin.userIds', [uuid, 'bob'], '`userIds[1]` is not a UUID.'],
  ['hiddenFrom.userId', 'bob', '`userId` is not a UUID.'],
  [
    'socialInsights.from',
    '2026-05-01T12:00:00.000Z',
    '`from` must be a midnight in UTC (got 2026-05-01T12:00:00.000Z).',
  ],
  [
    'socialInsights.to',
    '2026-05-01T12:00:00.000Z',
    '`to` must be a midnight in UTC (got 2026-05-01T12:00:00.000Z).',
  ],
  ...pageSizes('hiddenFrom'),
  cursor('hiddenFrom'),
  ...['blocks', 'contactLinks', 'followers', 'following', 'friends', 'inviteCandidates']
    .concat('mutualFriends', 'requests', 'suggestions')
    .flatMap((list) => [...pageSizes(`User.${list}`), cursor(`User.${list}`)]),
  cursor('User.contacts'),
  [
    'User.inviteCandidates.exclude',
    tooManyIds(500),
    '`exclude` may have at most 500 entries (got 501).',
  ],
  ['User.inviteCandidates.exclude', [uuid, uuid, 'bob'], '`exclude[2]` is not a UUID.'],
]

/** Arguments for which every value has an answer, and which. */
const neverWrong: Readonly<Record<string, string>> = {
  'userByUsername.username': 'null, as for a name that nobody has',
  'searchUsers.query': 'nobody',
  'usernameAvailability.username': 'the code USERNAME_INVALID in the answer',
  'contactLinkPreview.token': 'null, alike for every token that opens nothing',
  'consumeContactLink.token': 'LINK_UNAVAILABLE, alike for every token that opens nothing',
  'User.friends.search': 'nobody',
  'User.contacts.first': 'a page of the default or the greatest size (rule 1.4)',
}

describe('what is said of an argument that is wrong', () => {
  it.each(mutations.map(named))('mutation $argument: $value', async (row) => {
    const { argument, value, message, code = 'INVALID_INPUT' } = row
    const [mutation = '', ...path] = argument.split('.')
    const given = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value)
    const { data, body } = await ask('mutation', mutation, given as Record<string, unknown>)
    expect(data?.[mutation], body).toEqual({
      changed: false,
      userErrors: [{ code, field: path, message }],
    })
  })

  it.each(reads.map(named))('$argument: $value', async ({ argument, value, message }) => {
    const [field = '', name = ''] = argument.split('.').slice(-2)
    const { errors } = argument.startsWith('User.')
      ? await askViewer(field, { [name]: value })
      : await ask('query', field, { [name]: value })
    expect(errors.length).toBeGreaterThan(0)
    for (const error of errors)
      expect(error).toMatchObject({ message, extensions: { code: 'BAD_USER_INPUT' } })
  })

  it.each([
    ['blockUser', 'expiresAt', 'soon'],
    ['createContactLink', 'maxUses', 'two'],
    ['upgradeFriendship', 'level', 'BEST'],
    ['updateProfile', 'profile', { displayName: 5 }],
    ['updatePrivacySettings', 'settings', { discoverable: 'yes' }],
  ])('names the variable, when the type of %s(%s) is another: %j', async (field, name, value) => {
    const { errors } = await ask('mutation', field, { [name]: value })
    expect(errors[0]?.message).toContain(`Variable "$${name}" got invalid value`)
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })

  it('is the same each time, also when the operation is compiled', async () => {
    const bodies = []
    for (let time = 0; time < 4; time++) {
      const message = await ask('mutation', 'requestFriend', { message: 'x'.repeat(412) })
      const ids = await ask('mutation', 'registerUsers', { ids: [uuid, 'bob'] })
      const pairs = await ask('query', 'relationships', { userIds: tooManyIds(100) })
      const page = await askViewer('friends', { first: 101 })
      bodies.push([message, ids, pairs, page].map(({ body }) => body))
    }
    for (const each of bodies) expect(each).toEqual(bodies[0])
    expect(bodies[0]?.join()).toContain('(got 412)')
  })

  it('is in the tables above for every argument that can be', () => {
    const told = new Set([...mutations, ...reads].map(([argument]) => argument))
    const known = (argument: string) =>
      told.has(argument) || argument in neverWrong || told.has(argument.replace(/\.\w+$/, ''))
    expect(everyArgument().filter((argument) => !known(argument))).toEqual([])
  })
})

describe('what is said of a limit', () => {
  it('names it, for a person who has reached it', async () => {
    const links = []
    for (let link = 0; link <= 20; link++)
      links.push(await ask('mutation', 'createContactLink', {}))
    expect(links.at(-1)?.data?.createContactLink.userErrors).toMatchObject([
      { code: 'LIMIT_REACHED', message: 'You can have at most 20 live contact links.' },
    ])
  })

  it('names it, for a person or an address that asks too often', async () => {
    const [carol] = await app.people('carol')
    const document = '{ userByUsername(username: "nobody-at-all") { id } }'
    for (let times = 0; times < 100; times++) await carol.ask(document)
    const { errors } = await carol.ask(document)
    expect(errors).toMatchObject([
      { message: 'You can ask for `userByUsername` at most 100 times in 60 seconds.' },
    ])
  })
})

describe('what is said of a person who is not available', () => {
  it('is the same, byte for byte, for a blocker, an erased person and nobody', async () => {
    const [dave] = await app.people('dave')
    await bob.ask('mutation ($id: ID!) { blockUser(userId: $id) { changed } }', { id: dave.id })
    const answers = []
    for (const id of [bob.id, newUserId()])
      answers.push(await ask('mutation', 'followUser', { userId: id }, dave))
    expect(answers[0]?.body).toContain('This person is not available.')
    expect(answers[1]?.body).toBe(answers[0]?.body)
  })
})

function named([argument, value, message, code]: Row) {
  return { argument, value, message, code }
}

/** Asks one root field, with its arguments in variables, as whoever may ask it. */
function ask(
  operation: 'query' | 'mutation',
  field: string,
  values: Record<string, unknown>,
  asker: Asker = services.has(field) ? app.service : alice,
) {
  const root = operation === 'query' ? schema.getQueryType() : schema.getMutationType()
  const of = root?.getFields()[field]
  const given = { ...required(field), ...values }
  const types = Object.keys(given).map((name) => {
    const argument = of?.args.find((each) => each.name === name)
    return `$${name}: ${String(argument?.type)}`
  })
  const selection =
    operation === 'mutation' ? '{ changed userErrors { code field message } }' : '{ __typename }'
  const variables = types.length === 0 ? '' : `(${types.join(', ')})`
  const passed = Object.keys(given).map((name) => `${name}: $${name}`)
  const args = passed.length === 0 ? '' : `(${passed.join(', ')})`
  return asker.ask(`${operation} ${variables} { ${field}${args} ${selection} }`, given)
}

function fieldsOf(input: string): string[] {
  const type = schema.getType(input)
  return isInputObjectType(type) ? Object.keys(type.getFields()) : []
}

/** What a field needs beside the argument that is wrong. */
function required(field: string): Record<string, unknown> {
  if (field === 'searchUsers') return { query: 'alice' }
  if (field === 'hiddenFrom') return { userId: uuid }
  if (field === 'socialInsights')
    return { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' }
  if (field === 'upgradeFriendship') return { userId: bob.id, level: 'CLOSE' }
  if (field === 'respondFriendRequest') return { decision: 'REJECT' }
  return ['requestFriend', 'blockUser', 'dismissSuggestion'].includes(field)
    ? { userId: bob.id }
    : {}
}

function askViewer(field: string, values: Record<string, unknown>) {
  const user = schema.getType('User')
  const of = isObjectType(user) ? user.getFields()[field] : undefined
  const [name = ''] = Object.keys(values)
  const type = String(of?.args.find((each) => each.name === name)?.type)
  const fields = `${field}(${name}: $it) { edges { cursor } }`
  const document = `query ($it: ${type}) { user(id: "${alice.id}") { ${fields} } }`
  const others = `query ($it: ${type}) { user(id: "${bob.id}") { ${fields} } }`
  return alice.ask(field === 'mutualFriends' ? others : document, { it: values[name] })
}

/** Every argument and every field of an input that graphql-js does not judge by its type alone. */
function everyArgument(): string[] {
  const ofRoots = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.values(type?.getFields() ?? {}).filter(({ name }) => !name.startsWith('_')),
  )
  const ofObjects = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !['Query', 'Mutation'].includes(name) && !name.startsWith('_'))
    .flatMap((type) =>
      Object.values(type.getFields()).map((field) => ({
        name: `${type.name}.${field.name}`,
        args: field.args,
      })),
    )
  return [...ofRoots, ...ofObjects].flatMap(({ name, args }) =>
    args.flatMap((argument) => judged(`${name}.${argument.name}`, argument.type)),
  )
}

function judged(path: string, type: GraphQLInputType): string[] {
  const named = getNamedType(type)
  if (isEnumType(named) || named.name === 'Boolean') return []
  if (!isInputObjectType(named)) return [path]
  return Object.values(named.getFields()).flatMap((field) =>
    judged(`${path}.${field.name}`, field.type),
  )
}
