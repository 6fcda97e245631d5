import { type ReactElement, type ReactNode, useRef, useState } from 'react'
import { useConnectionsClient } from '../provider.ts'
import { useProfile, useRelationship } from '../question-hooks.ts'
import { BlockUserAction } from './block-user-action.tsx'
import { Button } from './button.tsx'
import { ContactButton } from './contact-button.tsx'
import { FollowButton } from './follow-button.tsx'
import { FriendRequestButton } from './friend-request-button.tsx'
import { useFocusWithin } from './kept-focus.ts'
import { profilesEn } from './messages/profiles.ts'
import { PersonView, useNameOf } from './person.tsx'
import { LoadProblem } from './problem.tsx'
import { ProfileForm } from './profile-form.tsx'
import { type RenderUser, type ShownPerson, useLocale, useMessages } from './settings.ts'

export interface ProfileCardProps {
  readonly userId: string
  readonly renderUser?: RenderUser
  /** What can be done with the person, instead of our buttons. */
  readonly children?: (user: ShownPerson) => ReactNode
}

/** A person: their profile, what the viewer has in common with them, and what can be done. */
export function ProfileCard(props: ProfileCardProps): ReactElement {
  const { viewer } = useConnectionsClient()
  return <Card key={`${viewer ?? ''} ${props.userId}`} viewer={viewer} {...props} />
}

function Card({
  viewer,
  userId,
  renderUser,
  children,
}: ProfileCardProps & { readonly viewer: string | null }): ReactElement {
  const words = useMessages('profiles', profilesEn)
  const query = useProfile(userId)
  const name = useNameOf()
  const focus = useFocusWithin<HTMLDivElement>()
  const user = query.data

  const state = () => {
    if (user === undefined)
      return query.isPending && query.fetchStatus !== 'paused' ? (
        <div className="cx-panel cx-panel-waiting" aria-busy="true" />
      ) : (
        <LoadProblem error={query.error} onRetry={query.refetch} />
      )
    // Counts are null for those who are not available, whatever the reason.
    if (user?.followers == null) return <Absent userId={userId}>{words.absent}</Absent>
    return (
      <article className="cx-panel cx-profile" aria-label={name(user)}>
        <Facts user={user} renderUser={renderUser} />
        {userId === viewer ? (
          <OwnProfile user={user} />
        ) : (
          <div className="cx-actions">
            {children?.(user) ?? (
              <>
                <FriendRequestButton user={user} />
                <FollowButton user={user} />
                <ContactButton user={user} />
                <BlockUserAction user={user} />
              </>
            )}
          </div>
        )}
      </article>
    )
  }
  // A block takes all of it away, and the focus stays here.
  return (
    <div className="cx" tabIndex={-1} {...focus}>
      {state()}
    </div>
  )
}

/** Who is not available, or blocked by the viewer. */
function Absent({
  userId,
  children,
}: {
  readonly userId: string
  readonly children: string
}): ReactElement {
  const words = useMessages('profiles', profilesEn)
  const { data } = useRelationship(userId)
  if (data?.isBlocking !== true) return <p className="cx-empty">{children}</p>
  return (
    <div className="cx-empty">
      <p>{words.blocked}</p>
      <BlockUserAction user={{ id: userId, username: null, profile: null }} />
    </div>
  )
}

type Shown = NonNullable<ReturnType<typeof useProfile>['data']>

function Facts({
  user,
  renderUser,
}: {
  readonly user: Shown
  readonly renderUser: RenderUser | undefined
}): ReactElement {
  const words = useMessages('profiles', profilesEn)
  const locale = useLocale()
  const { viewer } = useConnectionsClient()
  const { data: pair } = useRelationship(user.id, { enabled: user.id !== viewer })
  const { profile, followers, following } = user
  // Berlin is a city and a region.
  const places = [...new Set([profile?.city, profile?.region])].filter((place) => place != null)
  const counts = [
    followers && words.followers(followers.totalCount, locale),
    following && words.following(following.totalCount, locale),
    pair && pair.mutualFriendCount > 0 && words.mutualFriends(pair.mutualFriendCount, locale),
    pair?.isFollowedBy && words.followsYou,
  ].filter((text) => typeof text === 'string')
  return (
    <>
      <PersonView user={user} size="large" renderUser={renderUser} />
      {profile?.bio && (
        <p className="cx-text" dir="auto">
          {profile.bio}
        </p>
      )}
      {places.length > 0 && (
        <p className="cx-note" dir="auto">
          {places.join(', ')}
        </p>
      )}
      {profile !== null && profile.sportPreferences.length > 0 && (
        <ul className="cx-tags" role="list" aria-label={words.sports}>
          {profile.sportPreferences.map((sport) => (
            <li key={sport} className="cx-tag" dir="auto">
              {sport}
            </li>
          ))}
        </ul>
      )}
      <p className="cx-note">{counts.join(' · ')}</p>
    </>
  )
}

function OwnProfile({ user }: { readonly user: Shown }): ReactElement {
  const words = useMessages('profiles', profilesEn)
  const [isEditing, setEditing] = useState(false)
  const hasEdited = useRef(false)
  if (isEditing)
    return (
      <ProfileForm
        userId={user.id}
        profile={user.profile}
        onClose={() => {
          hasEdited.current = true
          setEditing(false)
        }}
      />
    )
  return (
    <div className="cx-actions">
      <Button
        autoFocus={hasEdited.current}
        onClick={() => {
          setEditing(true)
        }}
      >
        {words.edit}
      </Button>
    </div>
  )
}
