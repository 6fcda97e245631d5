import type { ReactElement } from 'react'
import type { OpenRequest } from '../../client/client.ts'
import { useRespondFriendRequest } from '../person-verb-hooks.ts'
import { useRelationship } from '../question-hooks.ts'
import { useUndo } from '../undo.ts'
import { Button } from './button.tsx'
import { ignoredKey, useIgnoreRequest } from './ignore-request.ts'
import { requestsEn } from './messages/requests.ts'
import { useNameOf } from './person.tsx'
import { useReport } from './problem.tsx'
import { type ShownPerson, useMessages } from './settings.ts'

export interface AnswerRequestProps {
  /** Who asks. */
  readonly user: ShownPerson
  /** The id of their open request. */
  readonly requestId: string
}

/**
 * Accepts or ignores an open request. It is for places that show the request already, and that take
 * these buttons away when it is answered; what fails is said in the toast.
 */
export function AnswerRequest({ user, requestId }: AnswerRequestProps): ReactElement {
  const words = useMessages('requests', requestsEn)
  const about = useNameOf()(user)
  const respond = useRespondFriendRequest(user.id)
  const ignore = useIgnoreRequest(user)
  const report = useReport(user)
  return (
    <>
      <Button
        look="primary"
        about={about}
        onClick={() => {
          report(respond.mutateAsync({ decision: 'ACCEPT', requestId }))
        }}
      >
        {words.accept}
      </Button>
      <Button
        about={about}
        onClick={() => {
          ignore(requestId)
        }}
      >
        {words.ignore}
      </Button>
    </>
  )
}

/**
 * The open request of a person to the viewer, without one that was ignored just now and can still
 * be undone. Undefined until it is known.
 */
export function useOpenRequest(userId: string): OpenRequest | null | undefined {
  const { data } = useRelationship(userId)
  const { hidden } = useUndo()
  if (data === undefined) return undefined
  return hidden.includes(ignoredKey(userId)) ? null : (data?.incomingRequest ?? null)
}
