import type { ReactElement } from 'react'
import type { Friend, FriendshipLevel } from '../../client/client.ts'
import { useFriends } from '../list-hooks.ts'
import { Button } from './button.tsx'
import { FriendMenu } from './friend-menu.tsx'
import { FriendshipLevelBadge } from './friendship-level-badge.tsx'
import { friendsEn } from './messages/friends.ts'
import { type ListLook, PeopleList } from './people-list.tsx'
import { PersonView, useNameOf } from './person.tsx'
import { type RenderUser, type ShownPerson, useMessages } from './settings.ts'

export interface FriendsListProps extends ListLook {
  /** Only friends of this level; all of them, close friends first, unless told. */
  readonly level?: FriendshipLevel
  /** Only friends whose names have these words. */
  readonly search?: string
  /** Gives each friend a button to invite them. */
  readonly onInvite?: (user: ShownPerson) => void
  readonly renderUser?: RenderUser
}

/** How often it is read who is online. */
const everyMs = 60_000

/** The viewer's friends by level: close friends first, and those first who are online. */
export function FriendsList({
  level,
  search,
  onInvite,
  renderUser,
  ...look
}: FriendsListProps): ReactElement {
  const words = useMessages('friends', friendsEn)
  const list = useFriends(
    { orderBy: 'CLOSE_FIRST', ...(level && { level }), ...(search && { search }) },
    { refetchInterval: everyMs, keepPreviousData: Boolean(search) },
  )
  return (
    <PeopleList
      list={list}
      label={level ? words.group[level] : words.heading}
      empty={search ? words.noneFound : level === 'CLOSE' ? words.emptyClose : words.empty}
      keyOf={({ node }) => node.id}
      {...(!level && { groupOf: (row: Friend) => words.group[row.level] })}
      {...look}
    >
      {({ node }) => <FriendRow user={node} onInvite={onInvite} renderUser={renderUser} />}
    </PeopleList>
  )
}

function FriendRow({
  user,
  onInvite,
  renderUser,
}: {
  readonly user: ShownPerson
  readonly onInvite: FriendsListProps['onInvite'] | undefined
  readonly renderUser: RenderUser | undefined
}): ReactElement {
  const words = useMessages('friends', friendsEn)
  const about = useNameOf()(user)
  return (
    <>
      <PersonView user={user} renderUser={renderUser}>
        <FriendshipLevelBadge userId={user.id} />
      </PersonView>
      <div className="cx-actions">
        {onInvite && (
          <Button
            about={about}
            onClick={() => {
              onInvite(user)
            }}
          >
            {words.invite}
          </Button>
        )}
        <FriendMenu user={user} label={words.options} />
      </div>
    </>
  )
}
