import { isIntrospectionType, isSpecifiedScalarType } from 'graphql'
import { describe, expect, it } from 'vitest'
import { buildSchema } from '../../src/server/schema.ts'
import { withGames } from '../support/content.ts'

// Two subgraphs with a type of one name are merged, or refused, by the composer. Enums and inputs
// are merged in silence: a colliding input loses the fields that the other does not have. So our
// names must not be those that others choose.

/**
 * Names of types, inputs and enums as subgraphs of social, game, shop, chat and account teams
 * really have them.
 */
const namesOfOthers = [
  ...['Account', 'Activity', 'Address', 'Answer', 'Asset', 'Attachment', 'Audience', 'Avatar'],
  ...['Block', 'Category', 'Channel', 'Comment', 'Connection', 'Contact', 'Conversation', 'Count'],
  ...['Decision', 'Device', 'Direction', 'Edge', 'Error', 'ErrorCode', 'Event', 'FieldError'],
  ...['Follow', 'Friend', 'Friendship', 'Group', 'Identity', 'Image', 'Insights', 'Interaction'],
  ...['Invitation', 'Invite', 'Level', 'Limit', 'Link', 'Location', 'Media', 'Member', 'Message'],
  ...[
    'MutationError',
    'MutationPayload',
    'Node',
    'Notification',
    'Order',
    'OrderBy',
    'Organization',
  ],
  ...[
    'Page',
    'PageInput',
    'Payload',
    'Permission',
    'Person',
    'Place',
    'Player',
    'Post',
    'Preferences',
  ],
  ...['Presence', 'PresenceStatus', 'PrivacySettings', 'PrivacySettingsInput', 'Profile'],
  ...['ProfileInput', 'Quota', 'QuotaAction', 'RateLimit', 'Reaction', 'Reason', 'Request'],
  ...['RequestStatus', 'Result', 'Role', 'SearchConnection', 'SearchResult', 'Session', 'Settings'],
  ...['SettingsInput', 'SortOrder', 'Sport', 'Status', 'Suggestion', 'Tag', 'Team'],
  ...[
    'UpdatePrivacySettingsPayload',
    'UpdateProfileInput',
    'UpdateProfilePayload',
    'UserConnection',
  ],
  ...[
    'UserEdge',
    'UserError',
    'UserErrorCode',
    'UserInput',
    'UserStatus',
    'Username',
    'Visibility',
  ],
]

/**
 * Names that are shared on purpose: entities of the whole graph, what is the same everywhere, and
 * names that were given to us.
 */
const shared = [
  ...['Query', 'Mutation', 'PageInfo', 'DateTime'],
  ...['User', 'Game', 'GameVisibility'],
  ...['FriendRequest', 'Relationship'],
]

/** The names of our types that another subgraph would plausibly choose. */
function colliding(names: readonly string[]): string[] {
  const others = new Set(namesOfOthers.map(plain))
  return names.filter((name) => !shared.includes(name) && others.has(plain(name)))
}

/** Differences that people do not see: case, and a plural. */
const plain = (name: string) => name.toLowerCase().replace(/s$/, '')

const ownNames = Object.values(buildSchema(withGames).getTypeMap())
  .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
  .map(({ name }) => name)
  .filter((name) => !/^_|^(link|federation)__/.test(name))

describe('the names of our types, inputs and enums', () => {
  it('are none that another subgraph would choose', () => {
    expect(colliding(ownNames)).toEqual([])
  })

  it('are excused only where they are in the graph', () => {
    expect(shared.filter((name) => !ownNames.includes(name))).toEqual([])
  })

  it('are held against at least 80 names, each once', () => {
    expect(namesOfOthers.length).toBeGreaterThanOrEqual(80)
    expect(new Set(namesOfOthers.map(plain)).size).toBe(namesOfOthers.length)
  })

  it('would be found out', () => {
    expect(colliding(['UserError', 'Insight', 'GameAudience', 'Relationship'])).toEqual([
      'UserError',
      'Insight',
    ])
  })
})
