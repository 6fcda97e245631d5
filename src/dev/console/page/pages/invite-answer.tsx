import { useMutation } from '@tanstack/react-query'
import type { Person } from '../../../../kit/client/client.ts'
import { useConnectionsClient, useUndo } from '../../../../kit/react/react.ts'
import { Button, isolate } from '../../../../kit/react/ui/ui.ts'
import { VerbProblem } from '../frame/verb-problem.tsx'
import { declineInviteOptions, joinGameOptions } from '../graph/game-verbs.ts'
import type { NotifiedGame } from '../graph/notified-games.ts'
import { useWords } from '../words/words.tsx'
import { AnswerButtons, Answered, type AnswerProps } from './answer.tsx'

interface InviteAnswerProps extends AnswerProps {
  /** Who invites. */
  readonly actor: Person
  /** Null when the viewer does not see it any more. */
  readonly game: NotifiedGame | null
}

/** Joins the game of an invitation, or declines, which can be undone for a while. */
export function InviteAnswer({ actor, game, ...props }: InviteAnswerProps) {
  const { games, inbox } = useWords()
  const client = useConnectionsClient()
  const { begin, hidden } = useUndo()
  const join = useMutation(joinGameOptions(client))
  const decline = useMutation(declineInviteOptions(client))
  if (game === null) return <Answered>{inbox.gameGone}</Answered>
  const { id, title, viewerTakesPart, viewerInvite } = game
  // Games could not be asked.
  if (title === undefined || viewerInvite === undefined) return null
  const key = `decline ${id}`
  const isDeclined = viewerInvite?.answer === 'DECLINED' || hidden.includes(key)
  if (viewerTakesPart === true) return <Answered>{games.takingPart}</Answered>
  if (isDeclined || decline.isPending) return <Answered>{inbox.declined}</Answered>
  if (viewerInvite === null) return <Answered>{inbox.inviteEnded}</Answered>
  const leave = () => {
    begin({
      key,
      userId: actor.id,
      text: inbox.declinedText(isolate(title)),
      failedText: inbox.declineFailed(isolate(title)),
      send: () => decline.mutateAsync(viewerInvite.id),
    })
  }
  return (
    <AnswerButtons {...props}>
      <Button
        look="primary"
        about={title}
        aria-disabled={join.isPending}
        onClick={() => {
          if (!join.isPending) join.mutate(id)
        }}
      >
        {games.join}
      </Button>
      <Button about={title} onClick={leave}>
        {games.decline}
      </Button>
      <VerbProblem verb={join} />
    </AnswerButtons>
  )
}
