import {
  BlockUserDocument,
  ListBlockedUsersDocument,
  UnblockUserDocument,
} from '../generated/operations.ts'
import { list, verb } from './operation.ts'

/** The people whom the viewer blocks, newest block first. */
export const listBlockedUsers = /* @__PURE__ */ list(
  ListBlockedUsersDocument,
  ['blocks'],
  ({ viewer }) => viewer?.blocks,
)

/** Blocks a person: everything between the two ends, and each is hidden from the other. */
export const blockUser = /* @__PURE__ */ verb(BlockUserDocument, 'everything')

/** Ends a block. Nothing that it ended comes back. */
export const unblockUser = /* @__PURE__ */ verb(UnblockUserDocument, 'everything')
