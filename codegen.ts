import type { CodegenConfig } from '@graphql-codegen/cli'

/**
 * Resolver types from the SDL. A type of the graph that a resolver gets as its parent is mapped to
 * what we hold of it.
 */
const config: CodegenConfig = {
  schema: 'schema/*.graphql',
  silent: true,
  generates: {
    'src/generated/graphql.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        federation: true,
        contextType: '../server/context.ts#Context',
        mappers: {
          User: '../pairs/user-summary.ts#Person',
          Relationship: '../pairs/pair-summary.ts#PairSummary',
          RelationshipChange:
            '../modules/relationships/change.ts#RelationshipChange as RelationshipChangeModel',
          Possibility: '../modules/relationships/possibilities.ts#Possibility as PossibilityModel',
          PairInteraction: '../modules/relationships/interactions.ts#Interaction',
          HiddenUserConnection: '../modules/relationships/hidden.ts#HiddenConnection',
          RequestFriendPayload: '../modules/friends/requests/payload.ts#RequestPayload',
          CancelFriendRequestPayload: '../modules/friends/requests/payload.ts#RequestPayload',
          RespondFriendRequestPayload: '../modules/friends/requests/payload.ts#RequestPayload',
          UpgradeFriendshipPayload: '../modules/friends/requests/payload.ts#RequestPayload',
          FriendRequest:
            '../modules/friends/requests/request.ts#FriendRequest as FriendRequestModel',
          FriendConnection:
            '../modules/friends/connection.ts#FriendConnection as FriendConnectionModel',
          FriendRequestConnection:
            '../modules/friends/requests/connection.ts#FriendRequestConnection as FriendRequestConnectionModel',
          MutualFriendConnection: '../graphql/connections.ts#PersonConnection',
          UserSearchConnection: '../graphql/connections.ts#PersonConnection',
          FollowConnection:
            '../modules/follows/connection.ts#FollowConnection as FollowConnectionModel',
          BlockConnection:
            '../modules/blocks/connection.ts#BlockConnection as BlockConnectionModel',
          FriendSuggestionConnection: '../modules/suggestions/connection.ts#SuggestionConnection',
          UserProfile: '../pairs/user-summary.ts#Profile',
          ContactLinkConnection:
            '../modules/links/connection.ts#ContactLinkConnection as ContactLinkConnectionModel',
          Content: '../modules/content/content.ts#Content as ContentModel',
          SocialPrivacySettings: '../modules/privacy/sql.ts#Privacy',
          ContactConnection:
            '../modules/contacts/connection.ts#ContactConnection as ContactConnectionModel',
        },
        scalars: { DateTime: 'Date', ID: { input: 'string', output: 'string' } },
        enumsAsTypes: true,
        useTypeImports: true,
        importExtension: '.ts',
        maybeValue: 'T | null | undefined',
        defaultMapper: 'Partial<{T}>',
      },
    },
    // What the kit asks, for a frontend to install.
    'src/kit/generated/operations.ts': {
      documents: 'src/kit/client/graph/*.graphql',
      plugins: ['typescript-operations', './src/dev/kit-documents.ts'],
      config: {
        skipTypename: true,
        immutableTypes: true,
        arrayInputCoercion: false,
        scalars: { DateTime: 'string' },
      },
    },
  },
}

export default config
