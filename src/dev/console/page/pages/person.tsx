import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useMutualFriends, useProfile, useRelationship } from '../../../../kit/react/react.ts'
import {
  BlockUserAction,
  ContactButton,
  FollowButton,
  FriendRequestButton,
  PeopleList,
  PersonView,
  ProfileCard,
} from '../../../../kit/react/ui/ui.ts'
import { Page } from '../frame/page.tsx'
import { forgetGames } from '../graph/games.ts'
import { forgetInbox } from '../graph/inbox.ts'
import { useSession } from '../signed-in.tsx'
import { useWords } from '../words/words.tsx'

/** A person: what they say of themselves, what they are to the viewer, and what can be done. */
export function PersonPage() {
  const { people } = useWords()
  const { id } = useParams({ from: '/people/$id' })
  const { me } = useSession()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const blocked = () => {
    void forgetGames(queryClient)
    void forgetInbox(queryClient)
    void navigate({ to: '/blocked' })
  }
  const { data } = useProfile(id)
  const isMe = id === me.id
  const name = data?.profile?.displayName ?? data?.username ?? people.somebody
  return (
    <Page title={isMe ? people.you : name} isTitleSpoken>
      <ProfileCard userId={id}>
        {(user) => (
          <>
            <FriendRequestButton user={user} withMessage />
            <FollowButton user={user} />
            <ContactButton user={user} />
          </>
        )}
      </ProfileCard>
      {!isMe && <Difference id={id} />}
      {!isMe && <MutualFriends id={id} />}
      {!isMe && data?.followers != null && (
        <div className="danger-zone">
          <BlockUserAction user={data} onBlocked={blocked} />
        </div>
      )}
    </Page>
  )
}

/** How the three things differ that are offered about a stranger. */
function Difference({ id }: { readonly id: string }) {
  const { people } = useWords()
  const { data } = useRelationship(id)
  const isStranger =
    data?.canFollow === true &&
    data.canAddContact &&
    data.friendshipLevel === null &&
    data.incomingRequest === null
  return isStranger && <p className="quiet">{people.difference}</p>
}

function MutualFriends({ id }: { readonly id: string }) {
  const { people } = useWords()
  const { data: relationship } = useRelationship(id)
  const isKnown = (relationship?.mutualFriendCount ?? 0) > 0
  const list = useMutualFriends(id, { first: 20 }, { enabled: isKnown })
  if (!isKnown) return null
  return (
    <PeopleList list={list} label={people.mutual} empty="" keyOf={({ node }) => node.id}>
      {({ node }) => <PersonView user={node} />}
    </PeopleList>
  )
}
