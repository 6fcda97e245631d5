import type { ReactElement } from 'react'
import type { Contact } from '../../client/client.ts'
import { useContacts } from '../list-hooks.ts'
import { useRemoveContact } from '../person-verb-hooks.ts'
import { useUndo } from '../undo.ts'
import { Button } from './button.tsx'
import { ContactButton, removalOf } from './contact-button.tsx'
import { contactsEn } from './messages/contacts.ts'
import { useMoment } from './moments.ts'
import { type ListLook, PeopleList } from './people-list.tsx'
import { PersonView, useNameOf } from './person.tsx'
import { PersonSearch } from './person-search.tsx'
import { type RenderUser, useMessages } from './settings.ts'

export interface ContactsListProps extends ListLook {
  readonly renderUser?: RenderUser
  /** False without the field that finds people to add. */
  readonly search?: boolean
  /** How many are read at once; 20 unless told, at most 50. */
  readonly first?: number
}

/** The viewer's contacts: adding by name, and removing with undo. Nobody else sees them. */
export function ContactsList({
  renderUser,
  search = true,
  first = 20,
  ...look
}: ContactsListProps): ReactElement {
  const words = useMessages('contacts', contactsEn)
  const list = useContacts({ first })
  const render = renderUser && { renderUser }
  return (
    <div className="cx cx-stack">
      {search && (
        <PersonSearch {...render} {...(look.headingLevel && { headingLevel: look.headingLevel })}>
          {(user) => <ContactButton user={user} />}
        </PersonSearch>
      )}
      <PeopleList
        {...look}
        list={list}
        label={words.heading}
        empty={words.empty}
        keyOf={({ node }) => node.id}
        undoKeyOf={({ node }) => removalOf(node.id)}
      >
        {(contact) => <ContactRow contact={contact} {...render} />}
      </PeopleList>
    </div>
  )
}

function ContactRow({
  contact: { node, addedAt },
  renderUser,
}: {
  readonly contact: Contact
  readonly renderUser?: RenderUser
}): ReactElement {
  const words = useMessages('contacts', contactsEn)
  const { ago } = useMoment()
  const name = useNameOf()(node)
  const remove = useRemoveContact(node.id)
  const { begin } = useUndo()
  return (
    <>
      <PersonView user={node} renderUser={renderUser}>
        <time className="cx-note" dateTime={addedAt}>
          {words.added(ago(addedAt))}
        </time>
      </PersonView>
      <div className="cx-actions">
        <Button
          about={name}
          onClick={() => {
            begin({
              key: removalOf(node.id),
              userId: node.id,
              text: words.removed(name),
              failedText: words.removeFailed(name),
              send: () => remove.mutateAsync(),
            })
          }}
        >
          {words.remove}
        </Button>
      </div>
    </>
  )
}
