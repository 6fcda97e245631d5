import { type ReactElement, useState } from 'react'
import { useBlockUser, useUnblockUser } from '../person-verb-hooks.ts'
import { useConnectionsClient } from '../provider.ts'
import { useRelationship } from '../question-hooks.ts'
import { Button, Waiting } from './button.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { useFocusWithin } from './kept-focus.ts'
import { blocksEn } from './messages/blocks.ts'
import { useNameOf } from './person.tsx'
import { useReport } from './problem.tsx'
import { type ShownPerson, useMessages } from './settings.ts'

export interface BlockUserActionProps {
  /** At least the id. */
  readonly user: ShownPerson
  /** Called after it, for example to leave the page of a person who is not there any more. */
  readonly onBlocked?: () => void
}

/** Blocks a person, after saying what that does; or ends the block. Nothing for oneself. */
export function BlockUserAction({ user, onBlocked }: BlockUserActionProps): ReactElement | null {
  const { viewer } = useConnectionsClient()
  const words = useMessages('blocks', blocksEn)
  const name = useNameOf()(user)
  const { data, isLoading } = useRelationship(user.id)
  const block = useBlockUser(user.id)
  const unblock = useUnblockUser(user.id)
  const focus = useFocusWithin<HTMLDivElement>()
  const report = useReport(user)
  const [isAsking, setAsking] = useState(false)
  if (viewer === null || viewer === user.id) return null
  return (
    <div className="cx cx-actions" {...focus}>
      {isLoading ? (
        <Waiting />
      ) : data?.isBlocking === true ? (
        <Button
          about={name}
          onClick={() => {
            report(unblock.mutateAsync())
          }}
        >
          {words.unblock}
        </Button>
      ) : (
        <Button
          about={name}
          onClick={() => {
            setAsking(true)
          }}
        >
          {words.block}
        </Button>
      )}
      {isAsking && (
        <ConfirmDialog
          title={words.blockTitle(name)}
          effects={words.blockEffects}
          confirm={words.block}
          onConfirm={() => {
            report(block.mutateAsync().then(onBlocked))
          }}
          onClose={() => {
            setAsking(false)
          }}
        />
      )}
    </div>
  )
}
