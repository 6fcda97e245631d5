import {
  ConsumeContactLinkDocument,
  CreateContactLinkDocument,
  ListContactLinksDocument,
  PreviewContactLinkDocument,
  RevokeContactLinkDocument,
} from '../generated/operations.ts'
import { list, question, verb } from './operation.ts'

/** The viewer's contact links, newest first. Their tokens are not in it. */
export const listContactLinks = /* @__PURE__ */ list(
  ListContactLinksDocument,
  ['contact-links'],
  ({ viewer }) => viewer?.contactLinks,
)

/** Whose link a token is of. Null when the viewer cannot use it. */
export const previewContactLink = /* @__PURE__ */ question(
  PreviewContactLinkDocument,
  ['contact-links', 'preview'],
  ({ contactLinkPreview }) => contactLinkPreview,
)

/**
 * Makes a link by which others become contacts. The answer has its `token`, this once. Sending it
 * twice makes two links.
 */
export const createContactLink = /* @__PURE__ */ verb(
  CreateContactLinkDocument,
  ['contact-links'],
  true,
)

/** Ends a link of the viewer. */
export const revokeContactLink = /* @__PURE__ */ verb(RevokeContactLinkDocument, ['contact-links'])

/** Uses a link: its maker becomes a contact of the viewer. */
export const consumeContactLink = /* @__PURE__ */ verb(ConsumeContactLinkDocument, [
  'contacts',
  'contact-links',
])
