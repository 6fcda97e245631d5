import { type ReactNode, useEffect } from 'react'
import { useUnread } from './use-unread.ts'

interface PageProps {
  readonly title: string
  /** What else stands beside the title: a button, say. */
  readonly aside?: ReactNode
  /** One sentence below the title. */
  readonly sentence?: ReactNode
  /** The title is there for screen readers only, because the page shows it in its own way. */
  readonly isTitleSpoken?: boolean
  /** Two columns need more width than a list. */
  readonly wide?: boolean
  readonly children?: ReactNode
}

/** A page: its title is the heading, and with what is unread the title of the window. */
export function Page({
  title,
  aside,
  sentence,
  isTitleSpoken = false,
  wide = false,
  children,
}: PageProps) {
  const unread = useUnread()
  useEffect(() => {
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${title} · connections`
  }, [title, unread])
  return (
    <article className={wide ? 'page wide' : 'page'}>
      <header className={isTitleSpoken ? 'spoken' : 'page-head'}>
        <div>
          <h1 tabIndex={-1}>{title}</h1>
          {sentence !== undefined && <p className="quiet">{sentence}</p>}
        </div>
        {aside}
      </header>
      {children}
    </article>
  )
}
