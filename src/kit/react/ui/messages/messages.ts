import { blocksAr, blocksDe, blocksEn, type BlocksMessages } from './blocks.ts'
import { commonAr, commonDe, commonEn, type CommonMessages } from './common-words.ts'
import { contactsAr, contactsDe, contactsEn, type ContactsMessages } from './contacts.ts'
import { followsAr, followsDe, followsEn, type FollowsMessages } from './follows.ts'
import { friendsAr, friendsDe, friendsEn, type FriendsMessages } from './friends.ts'
import { linksAr, linksDe, linksEn, type LinksMessages } from './links.ts'
import { privacyAr, privacyDe, privacyEn, type PrivacyMessages } from './privacy.ts'
import { profilesAr, profilesDe, profilesEn, type ProfilesMessages } from './profiles.ts'
import { requestsAr, requestsDe, requestsEn, type RequestsMessages } from './requests.ts'
import {
  suggestionsAr,
  suggestionsDe,
  suggestionsEn,
  type SuggestionsMessages,
} from './suggestions.ts'
import { usernamesAr, usernamesDe, usernamesEn, type UsernamesMessages } from './usernames.ts'

/**
 * Every word that the components show, one section for each group of components. Components have
 * English of their own, so that a page takes no more of it than it shows. To say something
 * differently, replace it: `{ ...de, friends: { ...de.friends, empty: 'Noch niemand.' } }`.
 */
export interface Messages {
  readonly common: CommonMessages
  readonly requests: RequestsMessages
  readonly friends: FriendsMessages
  readonly blocks: BlocksMessages
  readonly contacts: ContactsMessages
  readonly follows: FollowsMessages
  readonly suggestions: SuggestionsMessages
  readonly links: LinksMessages
  readonly usernames: UsernamesMessages
  readonly privacy: PrivacyMessages
  readonly profiles: ProfilesMessages
}

export const en: Messages = {
  common: commonEn,
  requests: requestsEn,
  friends: friendsEn,
  blocks: blocksEn,
  contacts: contactsEn,
  follows: followsEn,
  suggestions: suggestionsEn,
  links: linksEn,
  usernames: usernamesEn,
  privacy: privacyEn,
  profiles: profilesEn,
}

export const de: Messages = {
  common: commonDe,
  requests: requestsDe,
  friends: friendsDe,
  blocks: blocksDe,
  contacts: contactsDe,
  follows: followsDe,
  suggestions: suggestionsDe,
  links: linksDe,
  usernames: usernamesDe,
  privacy: privacyDe,
  profiles: profilesDe,
}

export const ar: Messages = {
  common: commonAr,
  requests: requestsAr,
  friends: friendsAr,
  blocks: blocksAr,
  contacts: contactsAr,
  follows: followsAr,
  suggestions: suggestionsAr,
  links: linksAr,
  usernames: usernamesAr,
  privacy: privacyAr,
  profiles: profilesAr,
}
