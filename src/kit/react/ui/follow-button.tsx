import type { ReactElement } from 'react'
import { useFollowUser, useUnfollowUser } from '../person-verb-hooks.ts'
import { useRelationship } from '../question-hooks.ts'
import type { ButtonProps } from './button.tsx'
import { followsEn } from './messages/follows.ts'
import { useNameOf } from './person.tsx'
import { type ShownPerson, useMessages } from './settings.ts'
import { ToggleButton } from './toggle-button.tsx'

export interface PersonButtonProps {
  readonly user: ShownPerson
  /** How much it stands out. */
  readonly look?: ButtonProps['look']
}

/** Follows a person, or stops to. Nothing where the person cannot be followed. */
export function FollowButton({ user, look }: PersonButtonProps): ReactElement | null {
  const words = useMessages('follows', followsEn)
  const name = useNameOf()(user)
  const { data } = useRelationship(user.id)
  const follow = useFollowUser(user.id)
  const unfollow = useUnfollowUser(user.id)
  if (!data) return null
  const toggle = {
    userId: user.id,
    name,
    key: `unfollow ${user.id}`,
    isOn: data.isFollowing,
    canTurnOn: data.canFollow,
    on: follow,
    off: unfollow,
    words: {
      on: words.follow,
      off: words.unfollow,
      done: words.unfollowed(name),
      failed: words.unfollowFailed(name),
    },
  }
  return <ToggleButton toggle={toggle} {...(look && { look })} />
}
