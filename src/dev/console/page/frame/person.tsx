import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Person, Presence } from '../../../../kit/client/client.ts'
import { useWords } from '../words/words.tsx'

/** A person as the console shows them; the presence is known of friends only. */
export type Shown = Person & { readonly presence?: Presence | null }

/** What a person is called: their display name, else their username, else the start of their id. */
export function nameOf({ id, username, profile }: Person): string {
  return profile?.displayName ?? username ?? `${id.slice(0, 8)}…`
}

/** The name, which may be written in either direction. */
export function PersonName({ person }: { readonly person: Person }) {
  return <bdi>{nameOf(person)}</bdi>
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

function initialsOf(person: Person): string {
  const words = nameOf(person).split(/\s+/u)
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  return ends
    .map((word = '') => graphemes.segment(word)[Symbol.iterator]().next().value?.segment ?? '')
    .join('')
    .toUpperCase()
}

function hueOf(id: string): number {
  let sum = 0
  // Ids that differ in the last letter only shall look different, too.
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0) * 137) % 360
  return sum
}

interface AvatarProps {
  readonly person: Shown
  readonly size?: number
}

/** The picture of a person: their initials on a colour of their own. */
export function Avatar({ person, size = 40 }: AvatarProps) {
  const { people } = useWords()
  const status = person.presence?.status
  return (
    <span className="avatar" style={{ inlineSize: size, blockSize: size, fontSize: size * 0.38 }}>
      <span
        className="face"
        style={{ background: `oklch(0.5 0.11 ${hueOf(person.id)})` }}
        aria-hidden="true"
      >
        {initialsOf(person)}
      </span>
      {status !== undefined && status !== 'OFFLINE' && (
        <span className="presence" data-status={status}>
          <span className="spoken">{people.presence[status]}</span>
        </span>
      )}
    </span>
  )
}

interface PersonLinkProps {
  readonly person: Shown
  readonly meta?: ReactNode
  readonly badge?: ReactNode
  readonly end?: ReactNode
}

/** A row with a person, which opens their page. */
export function PersonLink({ person, meta, badge, end }: PersonLinkProps) {
  return (
    <div className="row person-row">
      <Link to="/people/$id" params={{ id: person.id }} className="row-link">
        <Avatar person={person} />
        <span className="row-text">
          <span className="row-title">
            <b>
              <PersonName person={person} />
            </b>
            {badge}
          </span>
          <span className="meta">
            {meta ?? (person.username !== null && <span dir="ltr">@{person.username}</span>)}
          </span>
        </span>
      </Link>
      <span className="row-end">{end}</span>
    </div>
  )
}

const mostFaces = 4

/** Some of the people who take part in something. */
export function Faces({ people }: { readonly people: readonly Person[] }) {
  const words = useWords()
  return (
    <span className="faces">
      <span className="spoken">{words.people.number(people.length)}</span>
      {people.slice(0, mostFaces).map((person) => (
        <Avatar key={person.id} person={{ ...person, presence: null }} size={28} />
      ))}
      {people.length > mostFaces && (
        <span className="quiet" aria-hidden="true">
          +{people.length - mostFaces}
        </span>
      )}
    </span>
  )
}
