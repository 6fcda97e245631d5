import { type ReactElement, type ReactNode, useId, useState } from 'react'
import { useUserSearch } from '../list-hooks.ts'
import { useConnectionsClient } from '../provider.ts'
import { useUserByUsername } from '../question-hooks.ts'
import { useDebounced } from './debounced.ts'
import { contactsEn } from './messages/contacts.ts'
import { PeopleList } from './people-list.tsx'
import { PersonView } from './person.tsx'
import { type RenderUser, type ShownPerson, useMessages } from './settings.ts'

export interface PersonSearchProps {
  readonly renderUser?: RenderUser
  /** Of the heading above the people found, for those who listen; 2 unless told. */
  readonly headingLevel?: 2 | 3 | 4 | 5
  /** What can be done with a person who was found. */
  readonly children: (user: ShownPerson) => ReactNode
}

/**
 * A field that finds people by their names. Those who hide from search are found by their whole
 * username.
 */
export function PersonSearch(props: PersonSearchProps): ReactElement {
  const { viewer } = useConnectionsClient()
  // What somebody has searched for is nothing for the next person.
  return <Search key={viewer} {...props} />
}

function Search({ renderUser, headingLevel = 2, children }: PersonSearchProps): ReactElement {
  const words = useMessages('contacts', contactsEn)
  const id = useId()
  const { viewer } = useConnectionsClient()
  const [typed, setTyped] = useState('')
  const query = useDebounced(typed.trim().replace(/^@/, ''))
  const isLongEnough = query.length >= 2
  const search = useUserSearch(isLongEnough ? query : '')
  const isName = /^[a-z][a-z0-9._-]{2,31}$/i.test(query)
  const { data: exact } = useUserByUsername(query, { enabled: isName })
  const named = isName && exact ? [{ node: exact }] : []
  const others = search.rows.filter(({ node }) => node.id !== named[0]?.node.id)
  const rows = [...named, ...others].filter(({ node }) => node.id !== viewer)
  return (
    <div className="cx cx-search" role="search">
      <label htmlFor={id} className="cx-label">
        {words.search}
      </label>
      <input
        id={id}
        type="search"
        className="cx-field"
        value={typed}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        aria-describedby={`${id}-hint`}
        onChange={({ target }) => {
          setTyped(target.value)
        }}
      />
      <p id={`${id}-hint`} className="cx-note">
        {words.searchHint}
      </p>
      {isLongEnough && (
        <PeopleList
          key={query}
          list={{ ...search, rows }}
          label={words.results}
          heading={null}
          headingLevel={headingLevel}
          empty={words.noResults}
          keyOf={({ node }) => node.id}
        >
          {({ node }) => (
            <>
              <PersonView user={node} renderUser={renderUser} />
              <div className="cx-actions">{children(node)}</div>
            </>
          )}
        </PeopleList>
      )}
    </div>
  )
}
