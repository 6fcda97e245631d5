import {
  CheckUsernameDocument,
  ClaimUsernameDocument,
  FindUserDocument,
  GetProfileDocument,
  SearchUsersDocument,
  UpdateProfileDocument,
} from '../generated/operations.ts'
import { list, question, verb } from './operation.ts'

/** A person's profile, and how many follow them. Its fields are null for an absent person. */
export const getProfile = /* @__PURE__ */ question(
  GetProfileDocument,
  ['profiles'],
  ({ user }) => user,
)

/** The person with a username; null when there is none for the viewer. */
export const findUser = /* @__PURE__ */ question(
  FindUserDocument,
  ['profiles', 'by-username'],
  ({ userByUsername }) => userByUsername,
)

/** People by the words of their username and display name. Not worth keeping in a cache. */
export const searchUsers = /* @__PURE__ */ list(
  SearchUsersDocument,
  ['search'],
  ({ searchUsers }) => searchUsers,
)

/** Whether the viewer could take a username; if not, why, and what is free. */
export const checkUsername = /* @__PURE__ */ question(
  CheckUsernameDocument,
  ['usernames'],
  ({ usernameAvailability }) => usernameAvailability,
)

/** Takes a username for the viewer. */
export const claimUsername = /* @__PURE__ */ verb(ClaimUsernameDocument, ['profiles', 'usernames'])

/** Changes the viewer's profile. Fields that are left out stay. */
export const updateProfile = /* @__PURE__ */ verb(UpdateProfileDocument, ['profiles'])
