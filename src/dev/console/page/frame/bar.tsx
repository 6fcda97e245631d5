import { Link } from '@tanstack/react-router'
import { useSession } from '../signed-in.tsx'
import { useWords } from '../words/words.tsx'
import { Mark } from './icons.tsx'
import { PeopleMenu } from './people-menu.tsx'

/** Above everything: the three pages of the dev stack, and who is signed in. */
export function Bar() {
  const { frame } = useWords()
  const { me } = useSession()
  return (
    <header className="bar">
      <Link to="/" className="brand" aria-label={`connections, ${frame.home}`}>
        <Mark />
        <span>connections</span>
      </Link>
      <nav aria-label={frame.pagesOfStack} className="stack-pages">
        <a href="/console" aria-current="page">
          {frame.console}
        </a>
        <a href={`/?as=${me.as}`}>{frame.explorer}</a>
        <a href="/insights">{frame.insights}</a>
      </nav>
      <PeopleMenu />
    </header>
  )
}
