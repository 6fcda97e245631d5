import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef } from 'react'
import { useWords } from '../words/words.tsx'
import { Action } from './action.tsx'

interface ListingProps<Row> {
  readonly label: string
  readonly query: Pick<
    UseInfiniteQueryResult,
    | 'isPending'
    | 'isError'
    | 'fetchStatus'
    | 'refetch'
    | 'hasNextPage'
    | 'fetchNextPage'
    | 'isFetchingNextPage'
    | 'isFetchNextPageError'
  >
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly row: (row: Row) => ReactNode
  /** What will be here, when there is nothing yet. */
  readonly empty: ReactNode
}

/** A list of the console's own: its rows, or why there are none. */
export function Listing<Row>({ label, query, rows, keyOf, row, empty }: ListingProps<Row>) {
  const { list } = useWords()
  const shown = useRef<HTMLUListElement>(null)
  const firstNew = useRef<number | null>(null)
  useEffect(() => {
    const row = firstNew.current === null ? undefined : shown.current?.children[firstNew.current]
    if (row === undefined) return
    firstNew.current = null
    row.querySelector<HTMLElement>('a[href], button')?.focus()
  }, [rows.length])
  // While offline, it waits for the network.
  const isPaused = query.isPending && query.fetchStatus === 'paused'
  if (query.isPending && !isPaused) return <Skeleton />
  if ((isPaused || query.isError) && rows.length === 0)
    return <Failed again={() => void query.refetch()} />
  if (rows.length === 0 && !query.hasNextPage) return <div className="empty">{empty}</div>
  return (
    <>
      <ul className="rows" aria-label={label} ref={shown}>
        {rows.map((each) => (
          <li key={keyOf(each)}>{row(each)}</li>
        ))}
      </ul>
      {query.isFetchNextPageError && <Failed again={() => void query.fetchNextPage()} />}
      {query.hasNextPage && !query.isFetchNextPageError && (
        <Action
          className="button wide"
          isDisabled={query.isFetchingNextPage}
          onClick={() => {
            firstNew.current = rows.length
            void query.fetchNextPage()
          }}
        >
          {list.more}
        </Action>
      )}
    </>
  )
}

/** Rows to come. They show after a moment only, so that a quick answer does not flicker. */
export function Skeleton({ rows = 3 }: { readonly rows?: number }) {
  const { list } = useWords()
  return (
    <div className="skeleton" role="status">
      <span className="spoken">{list.loading}</span>
      {Array.from({ length: rows }, (_, place) => (
        <div key={place} aria-hidden="true">
          <i />
          <b />
        </div>
      ))}
    </div>
  )
}

/** Something could not be read. */
export function Failed({ again }: { readonly again: () => void }) {
  const { list } = useWords()
  return (
    <div className="empty" role="alert">
      <p>{navigator.onLine ? list.failed : list.failedOffline}</p>
      <button type="button" className="button" onClick={again}>
        {list.again}
      </button>
    </div>
  )
}
