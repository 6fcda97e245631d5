import { type ReactElement, useState } from 'react'
import {
  useCancelFriendRequest,
  useRemoveFriend,
  useRespondFriendRequest,
  useUpgradeFriendship,
} from '../person-verb-hooks.ts'
import { useRelationship } from '../question-hooks.ts'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { Menu, MenuItem } from './menu.tsx'
import { friendsEn } from './messages/friends.ts'
import { useNameOf } from './person.tsx'
import { useReport } from './problem.tsx'
import { type ShownPerson, useMessages } from './settings.ts'

/** What can be done about a friendship: its level, and its end. */
export function FriendMenu({
  user,
  label,
}: {
  readonly user: ShownPerson
  readonly label: string
}): ReactElement {
  const words = useMessages('friends', friendsEn)
  const name = useNameOf()(user)
  const { data } = useRelationship(user.id)
  const upgrade = useUpgradeFriendship(user.id)
  const cancel = useCancelFriendRequest(user.id)
  const respond = useRespondFriendRequest(user.id)
  const remove = useRemoveFriend(user.id)
  const report = useReport(user)
  const [isRemoving, setRemoving] = useState(false)

  const level = (): [label: string, choose: () => Promise<unknown>] | null => {
    if (data?.friendshipLevel === 'CLOSE')
      return [words.stepDown, () => upgrade.mutateAsync({ level: 'FRIEND' })]
    if (data?.incomingRequest)
      return [words.acceptClose, () => respond.mutateAsync({ decision: 'ACCEPT' })]
    if (data?.outgoingRequest) return [words.cancelClose, () => cancel.mutateAsync()]
    return data?.canUpgrade === true
      ? [words.askForClose, () => upgrade.mutateAsync({ level: 'CLOSE' })]
      : null
  }
  const change = level()
  return (
    <>
      <Menu label={label} name={`${label} ${name}`}>
        {change && (
          <MenuItem
            onChoose={() => {
              report(change[1]())
            }}
          >
            {change[0]}
          </MenuItem>
        )}
        <MenuItem
          look="danger"
          onChoose={() => {
            setRemoving(true)
          }}
        >
          {words.remove}
        </MenuItem>
      </Menu>
      {isRemoving && (
        <ConfirmDialog
          title={words.removeTitle(name)}
          effects={words.removeEffects}
          confirm={words.remove}
          onConfirm={() => {
            report(remove.mutateAsync())
          }}
          onClose={() => {
            setRemoving(false)
          }}
        />
      )}
    </>
  )
}
