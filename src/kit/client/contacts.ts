import {
  AddContactDocument,
  ListContactsDocument,
  RemoveContactDocument,
} from '../generated/operations.ts'
import { list, verb } from './operation.ts'

/** The viewer's contacts, ordered by id. */
export const listContacts = /* @__PURE__ */ list(
  ListContactsDocument,
  ['contacts'],
  ({ viewer }) => viewer?.contacts,
)

/** Adds a person to the viewer's contacts. They are not told. */
export const addContact = /* @__PURE__ */ verb(AddContactDocument, ['contacts'])

/** Removes a person from the viewer's contacts. */
export const removeContact = /* @__PURE__ */ verb(RemoveContactDocument, ['contacts'])
