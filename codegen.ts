import type { CodegenConfig } from '@graphql-codegen/cli'

/** Resolver types from the SDL. A type of the graph that a resolver gets as its parent is mapped to what we hold of it. */
const config: CodegenConfig = {
  schema: 'schema/*.graphql',
  silent: true,
  generates: {
    'src/generated/graphql.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        federation: true,
        contextType: '../context.ts#Context',
        mappers: {
          User: '../users/person.ts#Person',
          Relationship: '../ties/tie.ts#Tie',
          Possibility: '../relationships/possibilities.ts#Possibility as PossibilityModel',
          PairInteraction: '../relationships/interactions.ts#Interaction',
          HiddenUserConnection: '../relationships/hidden.ts#HiddenConnection',
          RequestFriendPayload: '../friends/payload.ts#RequestPayload',
          CancelFriendRequestPayload: '../friends/payload.ts#RequestPayload',
          RespondFriendRequestPayload: '../friends/payload.ts#RequestPayload',
          UpgradeFriendshipPayload: '../friends/payload.ts#RequestPayload',
          FriendRequest: '../friends/request.ts#FriendRequest as FriendRequestModel',
          FriendConnection: '../friends/connection.ts#FriendConnection as FriendConnectionModel',
          FriendRequestConnection:
            '../friends/request-connection.ts#FriendRequestConnection as FriendRequestConnectionModel',
          MutualFriendConnection: '../base/pages.ts#PersonConnection',
          UserSearchConnection: '../base/pages.ts#PersonConnection',
          FollowConnection: '../follows/connection.ts#FollowConnection as FollowConnectionModel',
          BlockConnection: '../blocks/connection.ts#BlockConnection as BlockConnectionModel',
          UserProfile: '../ties/cards.ts#Profile',
          ContactLinkConnection:
            '../links/connection.ts#ContactLinkConnection as ContactLinkConnectionModel',
          Content: '../content/content.ts#Content as ContentModel',
          SocialPrivacySettings: '../privacy/sql.ts#Privacy',
          ContactConnection:
            '../contacts/connection.ts#ContactConnection as ContactConnectionModel',
        },
        scalars: { DateTime: 'Date', ID: { input: 'string', output: 'string' } },
        enumsAsTypes: true,
        useTypeImports: true,
        importExtension: '.ts',
        maybeValue: 'T | null | undefined',
        defaultMapper: 'Partial<{T}>',
      },
    },
  },
}

export default config
