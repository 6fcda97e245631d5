import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { useConnectionsClient } from '../../../../kit/react/react.ts'
import { Action } from '../frame/action.tsx'
import { Listing } from '../frame/listing.tsx'
import { Page } from '../frame/page.tsx'
import { useUnread } from '../frame/use-unread.ts'
import { VerbProblem } from '../frame/verb-problem.tsx'
import { inboxOptions, markReadOptions, type Notification } from '../graph/inbox.ts'
import { useWords } from '../words/words.tsx'
import { NotificationRow } from './notification-row.tsx'

/** What others have done that concerns the viewer, newest first. */
export function Inbox() {
  const { inbox } = useWords()
  const client = useConnectionsClient()
  const unread = useUnread()
  const query = useInfiniteQuery(inboxOptions(client))
  const read = useMutation(markReadOptions(client))
  const rows = query.data?.pages.flatMap(({ edges }) => edges.map(({ node }) => node)) ?? []
  const latest = latestOf(rows)
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
        row={(each) => (
          <NotificationRow
            notification={each}
            isLatest={latest.has(each.id)}
            read={() => {
              if (each.readAt === null) read.mutate([each.id])
            }}
          />
        )}
        empty={<p>{inbox.none}</p>}
      />
    </Page>
  )
}

/** The ids of those after which nothing like it came from the same person, or of the same game. */
function latestOf(rows: readonly Notification[]): ReadonlySet<string> {
  const latest = new Map<string, string>()
  for (const { id, kind, actor, game } of rows) {
    const about = `${kind} ${game?.id ?? actor.id}`
    if (!latest.has(about)) latest.set(about, id)
  }
  return new Set(latest.values())
}
