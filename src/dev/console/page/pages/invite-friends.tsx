import { keepPreviousData, useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { useMemo } from 'react'
import {
  type Friend,
  infiniteQueryOptions,
  listInviteCandidates,
} from '../../../../kit/client/client.ts'
import { useConnectionsClient } from '../../../../kit/react/react.ts'
import { Action } from '../frame/action.tsx'
import { Icon } from '../frame/icons.tsx'
import { Listing } from '../frame/listing.tsx'
import { nameOf, PersonRow } from '../frame/person.tsx'
import { VerbProblem } from '../frame/verb-problem.tsx'
import { inviteOptions } from '../graph/game-verbs.ts'
import type { Game } from '../graph/games.ts'
import { useWords } from '../words/words.tsx'

/** The graph takes no more. */
const mostExcluded = 500
/** How often it is read who is online. */
const everyMs = 30_000
/** Of a list that is read again by itself: all of them are. */
const mostPages = 5

/** Friends who could be invited: close friends first, and among equals those who are online. */
export function InviteFriends({ game }: { readonly game: Game }) {
  const { games } = useWords()
  const exclude = useMemo(
    () =>
      game.participants
        .map(({ id }) => id)
        .slice(0, mostExcluded)
        .sort(),
    [game.participants],
  )
  const players = new Set(game.participants.map(({ id }) => id))
  const query = useInfiniteQuery({
    ...infiniteQueryOptions(useConnectionsClient(), listInviteCandidates, { exclude }),
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && data.pages.length > mostPages ? false : everyMs,
    // Somebody has joined: the others stay on the screen while the list without them comes.
    placeholderData: keepPreviousData,
  })
  const candidates = query.data?.pages.flatMap(({ edges }) => edges) ?? []
  const isInvited = (id: string) => game.invites.some(({ recipient }) => recipient?.id === id)
  return (
    <section aria-labelledby="invite">
      <h2 id="invite" tabIndex={-1}>
        {games.inviteTitle}
      </h2>
      <p className="quiet">{games.inviteSentence}</p>
      <Listing
        label={games.inviteTitle}
        query={query}
        rows={candidates.filter(({ node }) => !players.has(node.id))}
        keyOf={({ node }) => node.id}
        row={(friend) => (
          <Candidate game={game} friend={friend} isInvited={isInvited(friend.node.id)} />
        )}
        empty={<p>{games.nobodyToInvite}</p>}
      />
    </section>
  )
}

interface CandidateProps {
  readonly game: Game
  readonly friend: Friend
  readonly isInvited: boolean
}

function Candidate({ game, friend, isInvited }: CandidateProps) {
  const { games } = useWords()
  const invite = useMutation(inviteOptions(useConnectionsClient(), game.id))
  const isDone = isInvited || invite.isSuccess
  return (
    <>
      <PersonRow
        person={friend.node}
        badge={friend.level === 'CLOSE' && <CloseTag />}
        end={
          <Action
            className="button small"
            isDisabled={isDone || invite.isPending}
            onClick={() => invite.mutate(friend.node.id)}
          >
            {isDone ? games.isInvited : games.invite}
            <span className="spoken"> {nameOf(friend.node)}</span>
          </Action>
        }
      />
      <VerbProblem verb={invite} />
    </>
  )
}

function CloseTag() {
  const { games } = useWords()
  return (
    <span className="tag accent">
      <Icon name="star" size={14} /> {games.close}
    </span>
  )
}
