import { type ReactElement, useRef } from 'react'
import {
  useCancelFriendRequest,
  useRequestFriend,
  useRespondFriendRequest,
} from '../person-verb-hooks.ts'
import { useConnectionsClient } from '../provider.ts'
import { useRelationship } from '../question-hooks.ts'
import { useUndo } from '../undo.ts'
import { AskFriend } from './ask-friend.tsx'
import { Button, Waiting } from './button.tsx'
import { FriendMenu } from './friend-menu.tsx'
import { ignoredKey, useIgnoreRequest } from './ignore-request.ts'
import { useFocusWithin } from './kept-focus.ts'
import { friendsEn } from './messages/friends.ts'
import { requestsEn } from './messages/requests.ts'
import { useNameOf } from './person.tsx'
import { LoadProblem, VerbProblem } from './problem.tsx'
import { type ShownPerson, useMessages } from './settings.ts'

export interface FriendRequestButtonProps {
  /** At least the id. The names are for those who do not see in which row the button stands. */
  readonly user: ShownPerson
  /** Offers to send a message along. */
  readonly withMessage?: boolean
}

/**
 * What the viewer can do about being friends with a person: ask, cancel, accept, ignore, or change
 * the level. Nothing for themselves, and for nobody.
 */
export function FriendRequestButton(props: FriendRequestButtonProps): ReactElement | null {
  const { viewer } = useConnectionsClient()
  const { id } = props.user
  // A message that was begun is for this person, and by this viewer.
  return viewer === null || viewer === id ? null : <Between key={`${viewer} ${id}`} {...props} />
}

function Between({ user, withMessage = false }: FriendRequestButtonProps): ReactElement {
  const words = useMessages('requests', requestsEn)
  const { level } = useMessages('friends', friendsEn)
  const { data, error, refetch } = useRelationship(user.id)
  const { hidden } = useUndo()
  const ask = useRequestFriend(user.id)
  const draft = useRef('')
  const cancel = useCancelFriendRequest(user.id)
  const respond = useRespondFriendRequest(user.id)
  const focus = useFocusWithin<HTMLDivElement>()
  const ignore = useIgnoreRequest(user, () => focus.ref.current?.querySelector('button')?.focus())
  const about = useNameOf()(user)
  const incoming = hidden.includes(ignoredKey(user.id)) ? null : data?.incomingRequest

  const [latest] = [ask, cancel, respond].toSorted(
    (one, other) => other.submittedAt - one.submittedAt,
  )

  const state = () => {
    if (data == null) return error ? <LoadProblem error={error} onRetry={refetch} /> : <Waiting />
    if (data.isBlocking) return <span className="cx-note">{words.isBlocked}</span>
    if (data.friendshipLevel !== null)
      return <FriendMenu user={user} label={level[data.friendshipLevel]} />
    if (incoming) return null
    if (data.outgoingRequest)
      return (
        <>
          <span className="cx-note">{words.requested}</span>
          <Button
            about={about}
            onClick={() => {
              cancel.mutate()
            }}
          >
            {words.cancelRequest}
          </Button>
        </>
      )
    if (data.canRequestFriend)
      return <AskFriend user={user} ask={ask.mutate} {...(withMessage && { draft })} />
    return <span className="cx-note">{words.cannotAsk}</span>
  }

  return (
    <div className="cx cx-actions" {...focus}>
      {state()}
      {incoming && (
        <>
          {incoming.level === 'CLOSE' && <span className="cx-note">{words.wantsToBeClose}</span>}
          <Button
            look="primary"
            about={about}
            onClick={() => {
              respond.mutate({ decision: 'ACCEPT' })
            }}
          >
            {words.accept}
          </Button>
          <Button
            about={about}
            onClick={() => {
              ignore(incoming.id)
            }}
          >
            {words.ignore}
          </Button>
        </>
      )}
      <VerbProblem error={latest?.error ?? null} />
    </div>
  )
}
