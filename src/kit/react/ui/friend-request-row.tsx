import { type ReactElement, useState } from 'react'
import type { FriendRequest } from '../../client/client.ts'
import { useCancelFriendRequest } from '../person-verb-hooks.ts'
import { useRevealedMessage } from '../question-hooks.ts'
import { Ago } from './ago.tsx'
import { AnswerRequest } from './answer-request.tsx'
import { Button } from './button.tsx'
import { useFocusWithin } from './kept-focus.ts'
import { requestsEn } from './messages/requests.ts'
import { PersonView, useNameOf } from './person.tsx'
import { useReport, VerbProblem } from './problem.tsx'
import { type RenderUser, useLocale, useMessages } from './settings.ts'

/** An open request, with what can be done about it. */
export function FriendRequestRow({
  request,
  isSent,
  renderUser,
}: {
  readonly request: FriendRequest
  readonly isSent: boolean
  readonly renderUser: RenderUser | undefined
}): ReactElement {
  const words = useMessages('requests', requestsEn)
  const locale = useLocale()
  const user = isSent ? request.target : request.requester
  const { id: requestId, level, mutualFriendCount } = request
  const about = useNameOf()(user)
  const cancel = useCancelFriendRequest(user.id)
  const report = useReport(user)
  const close = isSent ? words.askedToBeClose : words.wantsToBeClose
  return (
    <>
      <PersonView user={user} renderUser={renderUser}>
        <span className="cx-note cx-facts">
          {level === 'CLOSE' && <span>{close}</span>}
          {!isSent && mutualFriendCount > 0 && (
            <span>{words.mutualFriends(mutualFriendCount, locale)}</span>
          )}
          <Ago moment={request.createdAt} />
        </span>
        <Message request={request} isSent={isSent} about={about} />
      </PersonView>
      <div className="cx-actions">
        {isSent ? (
          <Button
            about={about}
            onClick={() => {
              report(cancel.mutateAsync({ requestId }))
            }}
          >
            {words.cancelRequest}
          </Button>
        ) : (
          <AnswerRequest user={user} requestId={requestId} />
        )}
      </div>
    </>
  )
}

/** A stranger's message is there for those who want to read it. */
function Message({
  request: { message, hasMessage, requester },
  isSent,
  about,
}: {
  readonly request: FriendRequest
  readonly isSent: boolean
  readonly about: string
}): ReactElement | null {
  const words = useMessages('requests', requestsEn)
  const [isAsked, setAsked] = useState(false)
  const { data, error, refetch } = useRevealedMessage(requester.id, { enabled: isAsked })
  const focus = useFocusWithin<HTMLDivElement>()
  const text = message ?? data ?? (data === null ? words.noMessage : null)
  if (!hasMessage) return null
  return (
    <div {...focus}>
      {text !== null && (
        <p className="cx-message" dir="auto">
          {text}
        </p>
      )}
      {text === null && !isSent && (
        <Button
          look="quiet"
          about={about}
          onClick={() => {
            if (error) void refetch()
            setAsked(true)
          }}
        >
          {words.showMessage}
        </Button>
      )}
      {text === null && <VerbProblem error={error} />}
    </div>
  )
}
