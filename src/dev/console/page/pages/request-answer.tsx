import type { FriendshipLevel, Person } from '../../../../kit/client/client.ts'
import { useRelationship } from '../../../../kit/react/react.ts'
import { AnswerRequest, useOpenRequest } from '../../../../kit/react/ui/ui.ts'
import { useWords } from '../words/words.tsx'
import { AnswerButtons, Answered, type AnswerProps } from './answer.tsx'

interface RequestAnswerProps extends AnswerProps {
  readonly actor: Person
  /** What they have asked for. */
  readonly level: FriendshipLevel
}

/** Accepts or ignores a friend request; one that is not open any more says what the two are now. */
export function RequestAnswer({ actor, level, ...props }: RequestAnswerProps) {
  const { inbox } = useWords()
  const open = useOpenRequest(actor.id)
  const { data: relationship } = useRelationship(actor.id)
  if (open === undefined) return null
  if (open?.level === level)
    return (
      <AnswerButtons {...props}>
        <AnswerRequest user={actor} requestId={open.id} />
      </AnswerButtons>
    )
  const now = relationship?.friendshipLevel
  if (now === 'CLOSE') return <Answered>{inbox.areClose}</Answered>
  return <Answered>{now === level ? inbox.areFriends : inbox.notOpen}</Answered>
}
