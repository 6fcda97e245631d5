import { blocksAr, blocksDe, blocksEn, type BlocksMessages } from './blocks.ts'
import { commonAr, commonDe, commonEn, type CommonMessages } from './common-words.ts'
import { friendsAr, friendsDe, friendsEn, type FriendsMessages } from './friends.ts'
import { requestsAr, requestsDe, requestsEn, type RequestsMessages } from './requests.ts'

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
}

export const en: Messages = {
  common: commonEn,
  requests: requestsEn,
  friends: friendsEn,
  blocks: blocksEn,
}

export const de: Messages = {
  common: commonDe,
  requests: requestsDe,
  friends: friendsDe,
  blocks: blocksDe,
}

export const ar: Messages = {
  common: commonAr,
  requests: requestsAr,
  friends: friendsAr,
  blocks: blocksAr,
}
