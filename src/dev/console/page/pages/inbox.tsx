import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useConnectionsClient } from '../../../../kit/react/react.ts'
import { Action } from '../frame/action.tsx'
import { Listing } from '../frame/listing.tsx'
import { Moment } from '../frame/moment.tsx'
import { Page } from '../frame/page.tsx'
import { PersonName, Picture } from '../frame/person.tsx'
import { useUnread } from '../frame/use-unread.ts'
import { VerbProblem } from '../frame/verb-problem.tsx'
import { inboxOptions, markReadOptions, type Notification } from '../graph/inbox.ts'
import { useWords } from '../words/words.tsx'

/** What others have done that concerns the viewer, newest first. */
export function Inbox() {
  const { inbox } = useWords()
  const client = useConnectionsClient()
  const unread = useUnread()
  const query = useInfiniteQuery(inboxOptions(client))
  const read = useMutation(markReadOptions(client))
  const rows = query.data?.pages.flatMap(({ edges }) => edges.map(({ node }) => node)) ?? []
  const isAllRead = rows.length > 0 && rows.every(({ readAt }) => readAt !== null)
  const sentence = unread > 0 ? inbox.unread(unread) : isAllRead ? inbox.allRead : undefined
  const markAll = unread > 0 && (
    <Action
      isDisabled={read.isPending}
      onClick={() => {
        // The button goes when it has done its work.
        document.querySelector<HTMLElement>('main h1')?.focus()
        read.mutate(null)
      }}
    >
      {inbox.markAll}
    </Action>
  )
  return (
    <Page title={inbox.title} sentence={sentence} aside={markAll}>
      <VerbProblem verb={read} />
      <Listing
        label={inbox.title}
        query={query}
        rows={rows}
        keyOf={({ id }) => id}
        row={(each) => <NotificationRow notification={each} read={(id) => read.mutate([id])} />}
        empty={<p>{inbox.none}</p>}
      />
    </Page>
  )
}

interface NotificationRowProps {
  readonly notification: Notification
  readonly read: (id: string) => void
}

function NotificationRow({ notification, read }: NotificationRowProps) {
  const { inbox } = useWords()
  const { id, kind, actor, game, createdAt, readAt } = notification
  const isUnread = readAt === null
  const kinds: Readonly<Record<string, string>> =
    game?.title == null ? { ...inbox.kinds, ...inbox.withoutTitle } : inbox.kinds
  const happened = kinds[kind] ?? inbox.kinds.OTHER
  const inside = (
    <>
      <Picture person={actor} />
      <span className="row-text">
        <span className="sentence">
          <b>
            <PersonName person={actor} />
          </b>{' '}
          {happened}
          {game?.title != null && (
            <>
              {' '}
              <b>
                <bdi>{game.title}</bdi>
              </b>
            </>
          )}
        </span>
        <span className="meta">
          <Moment at={createdAt} />
        </span>
      </span>
      {isUnread && (
        <span className="dot">
          <span className="spoken">{inbox.isUnread}</span>
        </span>
      )}
    </>
  )
  const shared = {
    className: isUnread ? 'row unread' : 'row',
    onClick: () => {
      if (isUnread) read(id)
    },
  }
  return game === null ? (
    <Link to="/people/$id" params={{ id: actor.id }} {...shared}>
      {inside}
    </Link>
  ) : (
    <Link to="/games/$id" params={{ id: game.id }} {...shared}>
      {inside}
    </Link>
  )
}
