import { Link } from '@tanstack/react-router'
import type { CSSProperties, ReactNode } from 'react'
import type { Person } from '../../../../kit/client/client.ts'
import {
  PersonView,
  type PersonViewProps,
  type RenderUser,
  type ShownPerson,
} from '../../../../kit/react/ui/ui.ts'
import { idOf, people } from '../../../seed/people.ts'
import { useKitMessages, useLanguage, useWords } from '../words/words.tsx'
import { Namesake } from './namesake.tsx'

/** What a person is called: their display name, else their username, else the start of their id. */
export function nameOf({ id, username, profile }: Person): string {
  return profile?.displayName ?? username ?? `${id.slice(0, 8)}…`
}

/** The name, which may be written in either direction. Who has none is called as in the lists. */
export function PersonName({ person: { username, profile } }: { readonly person: Person }) {
  const { people: words } = useWords()
  return <bdi>{profile?.displayName ?? username ?? words.somebody}</bdi>
}

/** Demo people have the colours that they have in the explorer; others have those of the kit. */
function colourOf(id: string): CSSProperties | undefined {
  const place = people.findIndex((person) => idOf(person) === id)
  return place === -1 ? undefined : ({ '--demo-hue': place * 30 + 250 } as CSSProperties)
}

/** Every person in a component of the kit leads to their page. */
export const renderUser: RenderUser = (user, { size }) => <UserLink user={user} size={size} />

function UserLink({ user, size = 'medium' }: Pick<PersonViewProps, 'user' | 'size'>) {
  return (
    <Link
      to="/people/$id"
      params={{ id: user.id }}
      className="user-link"
      style={colourOf(user.id)}
      data-demo={colourOf(user.id) !== undefined}
    >
      <PersonView user={user} size={size} renderUser={null}>
        <Namesake user={user} />
      </PersonView>
    </Link>
  )
}

interface PictureProps {
  readonly person: ShownPerson
  readonly size?: 'small' | 'medium'
}

/** The picture of a person, beside words that say who it is. */
export function Picture({ person, size = 'medium' }: PictureProps) {
  return (
    <span
      className="picture"
      aria-hidden="true"
      style={colourOf(person.id)}
      data-demo={colourOf(person.id) !== undefined}
    >
      <PersonView user={person} size={size} renderUser={null} />
    </span>
  )
}

interface PersonRowProps {
  readonly person: ShownPerson
  readonly badge?: ReactNode
  readonly end?: ReactNode
}

/** A row with a person, which opens their page. */
export function PersonRow({ person, badge, end }: PersonRowProps) {
  return (
    <div className="row person-row">
      <UserLink user={person} />
      <span className="row-end">
        {badge}
        {end}
      </span>
    </div>
  )
}

const mostFaces = 4

/** Some of the people who take part in something. */
export function Faces({ people: all }: { readonly people: readonly Person[] }) {
  const { language } = useLanguage()
  const { common } = useKitMessages()
  return (
    <span className="faces">
      <span className="spoken">{common.people(all.length, language)}</span>
      {all.slice(0, mostFaces).map((person) => (
        <Picture key={person.id} person={{ ...person, presence: null }} size="small" />
      ))}
      {all.length > mostFaces && (
        <span className="quiet" aria-hidden="true">
          +{all.length - mostFaces}
        </span>
      )}
    </span>
  )
}
