import { useState } from 'react'
import { createConnectionsClient } from '../../../../src/kit/client/client.ts'
import {
  ConnectionsProvider,
  useConnectionsClient,
  useRelationship,
  useRequestFriend,
} from '../../../../src/kit/react/react.ts'
import {
  BlockedUsersList,
  BlockUserAction,
  ContactLinkPreview,
  ContactLinkSharing,
  ContactsList,
  FriendRequestButton,
  FriendRequestList,
  FriendshipLevelBadge,
  FriendsList,
  PossibleAction,
  PrivacySettings,
  ProfileCard,
  type ShownPerson,
  SuggestionsList,
  UsernameClaim,
} from '../../../../src/kit/react/ui/ui.ts'

// Components of the test page's own: to try the harness itself, and apps in which things change.

/** What the viewer is to somebody, and a button that asks. */
export function AskSample({ userId }: { readonly userId: string }) {
  const { data, isError } = useRelationship(userId)
  const ask = useRequestFriend(userId)
  if (isError) return <p>It has failed.</p>
  if (!data) return <p>It is loading.</p>
  return (
    <p>
      {data.friendshipLevel ?? (data.outgoingRequest ? 'asked' : 'strangers')}{' '}
      <button
        onClick={() => {
          ask.mutate()
        }}
      >
        Ask
      </button>
    </p>
  )
}

/** A button that cannot be read, and a box that is too wide for a phone. */
export function FaultySample({ onPress }: { readonly onPress?: (word: string) => void }) {
  return (
    <div>
      <button style={{ color: '#bbb', background: '#fff' }} onClick={() => onPress?.('pressed')}>
        Pale
      </button>
      <div className="wide" style={{ inlineSize: 600 }}>
        Wide
      </div>
    </div>
  )
}

/** The button for one person, in whose place another comes. */
export function NextPersonSample({ users }: { readonly users: readonly ShownPerson[] }) {
  const [place, setPlace] = useState(0)
  const user = users[place]
  return (
    <div>
      {user && <FriendRequestButton user={user} withMessage />}
      <button
        onClick={() => {
          setPlace(place + 1)
        }}
      >
        Next
      </button>
    </div>
  )
}

/** What the viewer and each of several people are, as a button or as a badge, by their ids. */
export function EachPersonSample({
  users,
  as,
}: {
  readonly users: readonly ShownPerson[]
  readonly as: 'button' | 'badge'
}) {
  return users.map((user) => (
    <div key={user.id} id={user.id}>
      {as === 'button' ? (
        <FriendRequestButton user={user} />
      ) : (
        <FriendshipLevelBadge userId={user.id} />
      )}
    </div>
  ))
}

/** Contact links, while somebody else signs in. */
export function NextViewerSample() {
  const first = useConnectionsClient()
  const [next] = useState(() => createConnectionsClient({ url: '/graphql', viewer: 'next' }))
  const [client, setClient] = useState(first)
  return (
    <ConnectionsProvider client={client}>
      <ContactLinkSharing urlOf={(token) => token} />
      <button
        onClick={() => {
          setClient(next)
        }}
      >
        Sign in
      </button>
    </ConnectionsProvider>
  )
}

/** Every component on one page; those about one person are about `user`. */
export function EverySample({
  user,
  token,
}: {
  readonly user: ShownPerson
  readonly token: string
}) {
  const components = {
    FriendRequestButton: <FriendRequestButton user={user} withMessage />,
    FriendRequestList: <FriendRequestList />,
    FriendsList: <FriendsList onInvite={() => undefined} />,
    FriendshipLevelBadge: <FriendshipLevelBadge userId={user.id} />,
    BlockUserAction: <BlockUserAction user={user} />,
    BlockedUsersList: <BlockedUsersList />,
    ContactsList: <ContactsList />,
    SuggestionsList: <SuggestionsList action="follow" />,
    PossibleAction: <PossibleAction user={user} />,
    ContactLinkSharing: <ContactLinkSharing urlOf={() => 'https://app.example/links/1'} />,
    ContactLinkPreview: <ContactLinkPreview token={token} />,
    UsernameClaim: <UsernameClaim />,
    PrivacySettings: <PrivacySettings />,
    ProfileCard: <ProfileCard userId={user.id} />,
  }
  return (
    <>
      {Object.entries(components).map(([name, component]) => (
        <div key={name} data-component={name}>
          {component}
        </div>
      ))}
    </>
  )
}
