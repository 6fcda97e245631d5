import { Fragment, type ReactElement, type ReactNode, useEffect, useId, useRef } from 'react'
import { useUndo } from '../undo.ts'
import { Button } from './button.tsx'
import { useKeptFocus } from './kept-focus.ts'
import { LoadProblem } from './problem.tsx'
import { useCommonMessages, useLocale } from './settings.ts'

/** What is used of the result of a list's hook. */
export interface ShownList<Row> {
  readonly rows: readonly Row[]
  readonly data: unknown
  readonly error: Error | null
  readonly fetchStatus: 'fetching' | 'paused' | 'idle'
  /** Whether the rows are from before, and others are being read. */
  readonly isPlaceholderData?: boolean
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly isFetchNextPageError: boolean
  readonly fetchNextPage: () => unknown
  readonly refetch: () => unknown
}

/** How all lists of people look. */
export interface ListLook {
  /** Null hides the heading from the eye. */
  readonly heading?: string | null
  /** Of the heading; 2 unless told. */
  readonly headingLevel?: 2 | 3 | 4 | 5
  /** An action for those who have nobody yet. */
  readonly emptyAction?: ReactNode
  /** Loads the next page when the end comes near, and not by a button. */
  readonly infinite?: boolean
}

export interface PeopleListProps<Row> extends ListLook {
  readonly list: ShownList<Row>
  /** The heading, also where it is hidden. */
  readonly label: string
  /** A sentence: what will be here. */
  readonly empty: string
  /** How many rows there are, for those who listen; people, unless told. */
  readonly countOf?: (count: number, locale: string) => string
  readonly keyOf: (row: Row) => string
  /** The heading of the group of a row. Rows of a group follow each other. */
  readonly groupOf?: (row: Row) => string
  /** The key of what hides a row while it can be undone. */
  readonly undoKeyOf?: (row: Row) => string
  readonly children: (row: Row) => ReactNode
}

/** A list of people with its states: loading, empty, failed, and more to come. */
export function PeopleList<Row>({
  list,
  label,
  heading = label,
  headingLevel = 2,
  empty,
  emptyAction,
  countOf,
  infinite = false,
  keyOf,
  groupOf = () => '',
  undoKeyOf,
  children,
}: PeopleListProps<Row>): ReactElement {
  const words = useCommonMessages()
  const locale = useLocale()
  const id = useId()
  const section = useRef<HTMLElement>(null)
  const { hidden, restored } = useUndo()
  const rows = undoKeyOf ? list.rows.filter((row) => !hidden.includes(undoKeyOf(row))) : list.rows
  const isLoaded = list.data !== undefined
  const isLoading = !isLoaded && list.error === null && list.fetchStatus !== 'paused'
  const groups = [...Map.groupBy(rows, groupOf)]
  const restoredRow = rows.find((row) => undoKeyOf && undoKeyOf(row) === restored?.key)
  const focus = useKeptFocus(section, {
    keys: groups.flatMap(([, members]) => members.map(keyOf)),
    isSettled: isLoaded,
    restored,
    restoredKey: restoredRow && keyOf(restoredRow),
  })
  const first = useRef<number | null>(null)
  if (isLoaded) first.current ??= rows.length
  const Heading = `h${headingLevel}` as const
  const GroupHeading = `h${(headingLevel + 1) as 3 | 4 | 5 | 6}` as const

  return (
    <section
      ref={section}
      className="cx cx-people"
      aria-labelledby={id}
      aria-busy={isLoading || list.isPlaceholderData === true}
      {...focus}
    >
      <Heading
        id={id}
        className={heading === null ? 'cx-hidden' : 'cx-heading'}
        tabIndex={-1}
        data-cx-heading=""
      >
        {heading ?? label}
      </Heading>
      <p role="status" className="cx-hidden">
        {isLoading && words.loading}
        {isLoaded &&
          rows.length !== first.current &&
          (countOf ?? words.people)(rows.length, locale)}
      </p>
      {isLoading && <div className="cx-skeleton" aria-hidden="true" />}
      {!isLoaded && !isLoading && <LoadProblem error={list.error} onRetry={list.refetch} />}
      {isLoaded && rows.length === 0 && !list.hasNextPage && (
        <div className="cx-empty">
          <p>{empty}</p>
          {emptyAction}
        </div>
      )}
      {groups.map(([group, members]) => (
        <Fragment key={group}>
          {group !== '' && <GroupHeading className="cx-group">{group}</GroupHeading>}
          <ul className="cx-rows" role="list" aria-label={group === '' ? label : group}>
            {members.map((row) => (
              <li key={keyOf(row)} className="cx-row" data-cx-key={keyOf(row)} tabIndex={-1}>
                {children(row)}
              </li>
            ))}
          </ul>
        </Fragment>
      ))}
      {list.hasNextPage && <More list={list} infinite={infinite} />}
    </section>
  )
}

function More({
  list: { isFetchingNextPage, isFetchNextPageError, fetchNextPage, error },
  infinite,
}: {
  readonly list: ShownList<unknown>
  readonly infinite: boolean
}): ReactElement {
  const words = useCommonMessages()
  const end = useRef<HTMLDivElement>(null)
  const isWaiting = infinite && !isFetchingNextPage && !isFetchNextPageError
  useEffect(() => {
    if (!isWaiting || end.current === null) return undefined
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) fetchNextPage()
      },
      { rootMargin: '400px' },
    )
    observer.observe(end.current)
    return () => {
      observer.disconnect()
    }
  }, [isWaiting, fetchNextPage])
  return (
    <div ref={end} className="cx-more">
      {isFetchNextPageError ? (
        <LoadProblem error={error} onRetry={fetchNextPage} />
      ) : (
        <Button
          aria-disabled={isFetchingNextPage}
          onClick={() => {
            if (!isFetchingNextPage) fetchNextPage()
          }}
        >
          {isFetchingNextPage ? words.loading : words.loadMore}
        </Button>
      )}
    </div>
  )
}
