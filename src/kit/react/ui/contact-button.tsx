import type { ReactElement } from 'react'
import { useAddContact, useRemoveContact } from '../person-verb-hooks.ts'
import { useRelationship } from '../question-hooks.ts'
import type { PersonButtonProps } from './follow-button.tsx'
import { contactsEn } from './messages/contacts.ts'
import { useNameOf } from './person.tsx'
import { useMessages } from './settings.ts'
import { ToggleButton } from './toggle-button.tsx'

/** Adds a person to the viewer's contacts, or removes them. Nothing where they cannot be added. */
export function ContactButton({ user, look }: PersonButtonProps): ReactElement | null {
  const words = useMessages('contacts', contactsEn)
  const name = useNameOf()(user)
  const { data } = useRelationship(user.id)
  const add = useAddContact(user.id)
  const remove = useRemoveContact(user.id)
  if (!data) return null
  const toggle = {
    userId: user.id,
    name,
    key: removalOf(user.id),
    isOn: data.isContact,
    canTurnOn: data.canAddContact,
    on: add,
    off: remove,
    words: {
      on: words.add,
      off: words.remove,
      done: words.removed(name),
      failed: words.removeFailed(name),
    },
  }
  return <ToggleButton toggle={toggle} {...(look && { look })} />
}

/** Names the removal of a contact while it can be undone. */
export function removalOf(userId: string): string {
  return `remove contact ${userId}`
}
