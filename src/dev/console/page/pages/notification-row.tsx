import { Link } from '@tanstack/react-router'
import { useRef } from 'react'
import { Moment } from '../frame/moment.tsx'
import { PersonName, Picture } from '../frame/person.tsx'
import { levelAsked, type Notification } from '../graph/inbox.ts'
import { useWords } from '../words/words.tsx'
import { InviteAnswer } from './invite-answer.tsx'
import { RequestAnswer } from './request-answer.tsx'

interface NotificationRowProps {
  readonly notification: Notification
  /** An older one of the same kind is history: what can be done stands in the latest. */
  readonly isLatest: boolean
  /** Marks it as read. */
  readonly read: () => void
}

/** Something that somebody has done, and what the viewer can answer. */
export function NotificationRow({ notification, isLatest, read }: NotificationRowProps) {
  const { inbox } = useWords()
  const { kind, actor, game, createdAt, readAt } = notification
  const link = useRef<HTMLAnchorElement>(null)
  const isUnread = readAt === null
  const kinds: Readonly<Record<string, string>> =
    game?.title == null ? { ...inbox.kinds, ...inbox.withoutTitle } : inbox.kinds
  const level = levelAsked(kind)
  const answered = { next: link, onAnswer: read }
  const sentence = (
    <>
      <b>
        <PersonName person={actor} />
      </b>{' '}
      {kinds[kind] ?? inbox.kinds.OTHER}
      {game?.title != null && (
        <>
          {' '}
          <b>
            <bdi>{game.title}</bdi>
          </b>
        </>
      )}
      {isUnread && <span className="spoken"> {inbox.isUnread}</span>}
    </>
  )
  const shared = { className: 'sentence', ref: link, onClick: read }
  return (
    <div className={isUnread ? 'row notification unread' : 'row notification'}>
      <Picture person={actor} />
      {game === null ? (
        <Link to="/people/$id" params={{ id: actor.id }} {...shared}>
          {sentence}
        </Link>
      ) : (
        <Link to="/games/$id" params={{ id: game.id }} {...shared}>
          {sentence}
        </Link>
      )}
      <span className="meta">
        <Moment at={createdAt} />
      </span>
      {isLatest && level !== null && <RequestAnswer actor={actor} level={level} {...answered} />}
      {isLatest && kind === 'GAME_INVITED' && (
        <InviteAnswer actor={actor} game={game} {...answered} />
      )}
      {isUnread && <span className="dot" />}
    </div>
  )
}
