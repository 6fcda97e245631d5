import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { type RefObject, useRef, useState } from 'react'
import { useConnectionsClient } from '../../../../kit/react/react.ts'
import { ConfirmDialog, isolate } from '../../../../kit/react/ui/ui.ts'
import { Action } from '../frame/action.tsx'
import { Failed, Skeleton } from '../frame/listing.tsx'
import { Moment } from '../frame/moment.tsx'
import { Page } from '../frame/page.tsx'
import { PersonName, PersonRow } from '../frame/person.tsx'
import { useGameNews } from '../frame/use-game-news.ts'
import { VerbProblem } from '../frame/verb-problem.tsx'
import {
  declineInviteOptions,
  deleteGameOptions,
  joinGameOptions,
  leaveGameOptions,
} from '../graph/game-verbs.ts'
import { type Game, type GameInvite, gameOptions } from '../graph/games.ts'
import { useSession } from '../signed-in.tsx'
import { useWords } from '../words/words.tsx'
import { openInvite } from './games.tsx'
import { InviteFriends } from './invite-friends.tsx'
import { VisibilityTag } from './visibility.tsx'

/** A game: who takes part, and for those whom to invite. */
export function GamePage() {
  const { games, noPage } = useWords()
  const { id } = useParams({ from: '/games/$id' })
  const isLive = useGameNews(id)
  const query = useQuery(gameOptions(useConnectionsClient(), id, isLive))
  const { me } = useSession()
  const participants = useRef<HTMLHeadingElement>(null)
  if (query.isPending && query.fetchStatus !== 'paused')
    return (
      <Page title={games.title}>
        <Skeleton />
      </Page>
    )
  if (query.isPending || query.isError)
    return (
      <Page title={games.title}>
        <Failed again={() => void query.refetch()} />
      </Page>
    )
  if (query.data === null)
    return (
      <Page title={games.gone} sentence={games.goneSentence}>
        <p>
          <Link to="/games" className="button">
            {noPage.toGames}
          </Link>
        </p>
      </Page>
    )
  const game = query.data
  const isMine = game.creator.id === me.id
  return (
    <Page title={game.title} sentence={<Facts game={game} />}>
      {!game.viewerTakesPart && (
        <Joining game={game} invite={openInvite(game)} next={participants} />
      )}
      <section aria-labelledby="participants">
        <h2 id="participants" ref={participants} tabIndex={-1}>
          {games.participants} <span className="quiet count">{game.participants.length}</span>
        </h2>
        <ul className="rows" aria-label={games.participants}>
          {game.participants.map((player) => (
            <li key={player.id}>
              <PersonRow
                person={player}
                end={player.id === game.creator.id && <span className="tag">{games.maker}</span>}
              />
            </li>
          ))}
        </ul>
      </section>
      {game.viewerTakesPart && <InviteFriends key={game.id} game={game} />}
      {game.viewerTakesPart && <Leaving game={game} isMine={isMine} />}
    </Page>
  )
}

function Facts({ game }: { readonly game: Game }) {
  const { games } = useWords()
  return (
    <span className="meta">
      <VisibilityTag visibility={game.visibility} />
      <span>
        {games.by}{' '}
        <Link to="/people/$id" params={{ id: game.creator.id }}>
          <PersonName person={game.creator} />
        </Link>
      </span>
      <Moment at={game.createdAt} />
    </span>
  )
}

interface JoiningProps {
  readonly game: Game
  readonly invite: GameInvite | null
  /** Gets the focus when the viewer has joined, because this is gone then. */
  readonly next: RefObject<HTMLElement | null>
}

function Joining({ game, invite, next }: JoiningProps) {
  const { games } = useWords()
  const client = useConnectionsClient()
  const section = useRef<HTMLElement>(null)
  const joinButton = useRef<HTMLButtonElement>(null)
  // Before the games are read again, because that takes the buttons away.
  const before = <Given extends unknown[]>(
    target: RefObject<HTMLElement | null>,
    reload: (...given: Given) => Promise<void>,
  ) => ({
    onSuccess: (...given: Given) => {
      if (section.current?.contains(document.activeElement) === true) target.current?.focus()
      return reload(...given)
    },
  })
  const joining = joinGameOptions(client)
  const join = useMutation({ ...joining, ...before(next, joining.onSuccess) })
  const declining = declineInviteOptions(client)
  const decline = useMutation({ ...declining, ...before(joinButton, declining.onSuccess) })
  return (
    <section className="card call" aria-label={games.join} ref={section}>
      <p>
        {invite === null ? (
          games.mayJoin
        ) : (
          <>
            <b>
              <PersonName person={invite.inviter} />
            </b>{' '}
            {games.invitesYou}
          </>
        )}
      </p>
      <VerbProblem verb={join} />
      <VerbProblem verb={decline} />
      <div className="buttons">
        <Action
          ref={joinButton}
          className="button primary"
          isDisabled={join.isPending}
          onClick={() => join.mutate(game.id)}
        >
          {games.join}
        </Action>
        {invite !== null && (
          <Action isDisabled={decline.isPending} onClick={() => decline.mutate(invite.id)}>
            {games.decline}
          </Action>
        )}
      </div>
    </section>
  )
}

interface LeavingProps {
  readonly game: Game
  readonly isMine: boolean
}

/** The creator deletes, everybody else leaves. */
function Leaving({ game, isMine }: LeavingProps) {
  const { games } = useWords()
  const client = useConnectionsClient()
  const navigate = useNavigate()
  const leave = useMutation(isMine ? deleteGameOptions(client) : leaveGameOptions(client))
  const [isAsking, setAsking] = useState(false)
  const away = () => void navigate({ to: '/games' })
  return (
    <div className="danger-zone">
      <button type="button" className="button danger" onClick={() => setAsking(true)}>
        {isMine ? games.remove : games.leave}
      </button>
      <VerbProblem verb={leave} />
      {isAsking && (
        <ConfirmDialog
          title={(isMine ? games.removeTitle : games.leaveTitle)(isolate(game.title))}
          effects={isMine ? games.removeEffects : games.leaveEffects}
          confirm={isMine ? games.remove : games.leave}
          onConfirm={() => leave.mutate(game.id, { onSuccess: away })}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  )
}
