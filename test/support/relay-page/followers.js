import { createElement as h, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import {
  graphql,
  RelayEnvironmentProvider,
  useLazyLoadQuery,
  useMutation,
  usePaginationFragment,
} from 'react-relay'
import { Environment, Network, RecordSource, Store } from 'relay-runtime'

// A page of somebody's followers, three at a time, as a Relay application writes it. The test says
// whose, and who looks.

const { token, id, document, fetch } = globalThis

const environment = new Environment({
  store: new Store(new RecordSource()),
  network: Network.create(async ({ text }, variables) => {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: text, variables }),
    })
    return response.json()
  }),
})

const query = graphql`
  query followersQuery($id: ID!) {
    user(id: $id) {
      id
      ...followers_list
    }
  }
`

const list = graphql`
  fragment followers_list on User
  @refetchable(queryName: "followersPageQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 3 }, after: { type: "String" }) {
    followers(first: $first, after: $after) @connection(key: "followers_list_followers") {
      totalCount
      edges {
        node {
          id
          relationship {
            id
            isFollowing
            canFollow
          }
        }
      }
    }
  }
`

const follow = graphql`
  mutation followersFollowMutation($userId: ID!) {
    followUser(userId: $userId) {
      relationship {
        id
        isFollowing
        canFollow
      }
    }
  }
`

function Page() {
  const { user } = useLazyLoadQuery(query, { id })
  return h(Followers, { user })
}

function Followers({ user }) {
  const { data, hasNext, loadNext, refetch } = usePaginationFragment(list, user)
  const { totalCount, edges } = data.followers
  return h(
    'main',
    null,
    h('h1', null, `${totalCount} followers`),
    h(
      'ul',
      null,
      edges.map(({ node }) => h(Follower, { key: node.id, person: node })),
    ),
    hasNext && h('button', { onClick: () => loadNext(3) }, 'More'),
    h('button', { onClick: () => refetch({}, { fetchPolicy: 'network-only' }) }, 'Refresh'),
  )
}

function Follower({ person }) {
  const [commit] = useMutation(follow)
  const { isFollowing, canFollow } = person.relationship
  const followBack = () => commit({ variables: { userId: person.id } })
  return h(
    'li',
    null,
    h('code', null, person.id),
    isFollowing && ' You follow them. ',
    canFollow && h('button', { onClick: followBack }, 'Follow back'),
  )
}

createRoot(document.getElementById('root')).render(
  h(RelayEnvironmentProvider, { environment }, h(Suspense, { fallback: 'Loading' }, h(Page))),
)
