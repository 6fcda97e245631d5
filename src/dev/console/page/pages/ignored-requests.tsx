import { useState } from 'react'
import type { FriendRequest, Relationship } from '../../../../kit/client/client.ts'
import {
  useFriendRequests,
  useRelationship,
  useRelationships,
  useRespondFriendRequest,
} from '../../../../kit/react/react.ts'
import {
  FriendRequestButton,
  FriendRequestList,
  PeopleList,
  PersonView,
} from '../../../../kit/react/ui/ui.ts'
import { Action } from '../frame/action.tsx'
import { Moment } from '../frame/moment.tsx'
import { nameOf } from '../frame/person.tsx'
import { VerbProblem } from '../frame/verb-problem.tsx'
import { useKitMessages, useLanguage, useWords } from '../words/words.tsx'

/** The graph answers about so many people at once. */
const mostAsked = 100

/**
 * Requests that the viewer has ignored, to accept them after all, and before them those of people
 * who have asked again: these come without a notice.
 */
export function IgnoredRequests() {
  const { requests } = useWords()
  const quiet = useFriendRequests({ direction: 'INCOMING', status: 'PENDING', quiet: true })
  const first = useFriendRequests({ direction: 'INCOMING', status: 'REJECTED' })
  const again = useFriendRequests({ direction: 'INCOMING', status: 'REJECTED', quiet: true })
  const open = new Set(quiet.rows.map(({ node }) => node.requester.id))
  const ignored = newestOfEach([...first.rows, ...again.rows]).filter(
    ({ node }) => !open.has(node.requester.id),
  )
  const ids = ignored.map(({ node }) => node.requester.id).slice(0, mostAsked)
  const { data: relationships } = useRelationships(ids, { enabled: ids.length > 0 })
  const known = new Map(relationships?.map((each) => [each?.user.id, each]))
  const rows = ignored.filter(({ node }) => !isSettled(node, known.get(node.requester.id)))
  // It stays when the last one is answered: the focus is there.
  const [wasAsked, setWasAsked] = useState(false)
  if (open.size > 0 && !wasAsked) setWasAsked(true)
  // Until all are read, somebody who has asked again would stand in both lists, and then go.
  const parts = [quiet, first, again]
  const awaited = parts.find(({ data }) => data === undefined)
  const list = {
    rows: awaited === undefined ? rows : [],
    data: awaited === undefined ? parts : undefined,
    error: parts.find(({ error }) => error !== null)?.error ?? null,
    fetchStatus: (awaited ?? again).fetchStatus,
    refetch: () => Promise.all(parts.map(({ refetch }) => refetch())),
    hasNextPage: first.hasNextPage || again.hasNextPage,
    isFetchingNextPage: first.isFetchingNextPage || again.isFetchingNextPage,
    isFetchNextPageError: first.isFetchNextPageError || again.isFetchNextPageError,
    fetchNextPage: () => {
      for (const each of [first, again]) if (each.hasNextPage) void each.fetchNextPage()
    },
  }
  return (
    <>
      {wasAsked && <FriendRequestList box="quiet" heading={requests.askedAgain} />}
      <PeopleList
        list={list}
        label={requests.ignored}
        heading={wasAsked ? requests.ignored : null}
        empty={requests.noneIgnored}
        keyOf={({ node }) => node.id}
      >
        {({ node }) => <IgnoredRequest request={node} />}
      </PeopleList>
    </>
  )
}

interface Row {
  readonly node: FriendRequest
}

/** One request of each person: the newest. */
function newestOfEach(rows: readonly Row[]): readonly Row[] {
  const newest = new Map<string, Row>()
  for (const row of rows.toSorted((one, other) =>
    other.node.createdAt.localeCompare(one.node.createdAt),
  ))
    if (!newest.has(row.node.requester.id)) newest.set(row.node.requester.id, row)
  return [...newest.values()]
}

/** Whether the two are by now what was asked for. */
function isSettled({ level }: FriendRequest, relationship?: Relationship | null): boolean {
  const now = relationship?.friendshipLevel ?? null
  return now === 'CLOSE' || now === level
}

/** An ignored request can be accepted until its time is over; after that the viewer can ask. */
function IgnoredRequest({ request }: { readonly request: FriendRequest }) {
  const { words, language } = useLanguage()
  const kit = useKitMessages()
  const { requests } = words
  const { id: requestId, requester, level, respondedAt, createdAt, mutualFriendCount } = request
  const respond = useRespondFriendRequest(requester.id)
  const { data: relationship } = useRelationship(requester.id)
  const [isOver] = useState(() => Date.parse(request.expiresAt) <= Date.now())
  // The button stays until the row goes, because it has the focus.
  const isAccepted = respond.isPending || respond.isSuccess
  // Of the same level as another that was accepted: there is no second answer.
  const canAccept = isAccepted || (!isOver && !isSettled(request, relationship))
  return (
    <>
      <PersonView user={requester}>
        <span className="cx-note cx-facts">
          {level === 'CLOSE' && <span>{requests.wantedClose}</span>}
          {mutualFriendCount > 0 && (
            <span>{kit.requests.mutualFriends(mutualFriendCount, language)}</span>
          )}
          <span>
            {requests.ignoredAt} <Moment at={respondedAt ?? createdAt} />
          </span>
          {isOver && <span>{requests.expired}</span>}
        </span>
      </PersonView>
      <div className="cx-actions">
        {canAccept ? (
          <Action
            isDisabled={isAccepted}
            onClick={() => respond.mutate({ decision: 'ACCEPT', requestId })}
          >
            {requests.accept}
            <span className="spoken"> {nameOf(requester)}</span>
          </Action>
        ) : (
          <FriendRequestButton user={requester} />
        )}
        <VerbProblem verb={respond} />
      </div>
    </>
  )
}
