import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useRef } from 'react'
import { useConnectionsClient } from '../../../../kit/react/react.ts'
import { Icon } from '../frame/icons.tsx'
import { Listing } from '../frame/listing.tsx'
import { Moment } from '../frame/moment.tsx'
import { Page } from '../frame/page.tsx'
import { Faces, PersonName } from '../frame/person.tsx'
import { Tabs } from '../frame/tabs.tsx'
import { type Game, type GameInvite, gamesOptions } from '../graph/games.ts'
import { gamesTabs } from '../router.tsx'
import { useWords } from '../words/words.tsx'
import { NewGame } from './new-game.tsx'
import { VisibilityTag } from './visibility.tsx'

/** The games that the viewer may see, and those that they are invited to. */
export function Games() {
  const { games } = useWords()
  const navigate = useNavigate()
  const dialog = useRef<HTMLDialogElement>(null)
  const { tab = 'all' } = useSearch({ from: '/games' })
  const client = useConnectionsClient()
  const query = useInfiniteQuery(gamesOptions(client, tab))
  const rows = query.data?.pages.flatMap(({ edges }) => edges.map(({ node }) => node)) ?? []
  const invites = useInfiniteQuery(gamesOptions(client, 'invites'))
  const invited = invites.data?.pages.flatMap(({ edges }) => edges).length ?? 0
  const newGame = (
    <button type="button" className="button primary" onClick={() => dialog.current?.showModal()}>
      <Icon name="plus" size={18} /> {games.make}
    </button>
  )
  return (
    <Page title={games.title} sentence={games.sentence} aside={newGame}>
      <Tabs
        label={games.title}
        tabs={gamesTabs.map((each) => ({
          name: each,
          label: games.tabs[each],
          count: each === 'invites' ? invited : 0,
        }))}
        current={tab}
        choose={(next) => void navigate({ to: '/games', search: { tab: next } })}
      />
      <Listing
        label={games.tabs[tab]}
        query={query}
        rows={rows}
        keyOf={({ id }) => id}
        row={(game) => <GameRow game={game} />}
        empty={<p>{games.none[tab]}</p>}
      />
      <NewGame ref={dialog} />
    </Page>
  )
}

/** The invitation that waits for an answer of the viewer. */
export function openInvite({ viewerTakesPart, viewerInvite }: Game): GameInvite | null {
  return !viewerTakesPart && viewerInvite?.answer === null ? viewerInvite : null
}

function GameRow({ game }: { readonly game: Game }) {
  const { games } = useWords()
  return (
    <Link to="/games/$id" params={{ id: game.id }} className="row game-row">
      <span className="row-text">
        <b className="row-title">
          <bdi>{game.title}</bdi>
        </b>
        <span className="meta">
          <VisibilityTag visibility={game.visibility} />
          <span>
            {games.by} <PersonName person={game.creator} />
          </span>
          <Moment at={game.createdAt} />
        </span>
      </span>
      <span className="row-end">
        {openInvite(game) !== null && <span className="tag accent">{games.invited}</span>}
        {game.viewerTakesPart && <span className="tag">{games.takingPart}</span>}
        <Faces people={game.participants} />
      </span>
    </Link>
  )
}
