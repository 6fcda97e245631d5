import type { FriendshipLevel } from '../../../client/client.ts'
import { isolate } from './plural.ts'

/** Words about friends and their levels. */
export interface FriendsMessages {
  readonly heading: string
  readonly empty: string
  readonly emptyClose: string
  /** No friend is found by the words of a search. */
  readonly noneFound: string
  readonly invite: string
  readonly level: Readonly<Record<FriendshipLevel, string>>
  /** The groups of the list. */
  readonly group: Readonly<Record<FriendshipLevel, string>>
  readonly options: string
  readonly askForClose: string
  readonly stepDown: string
  readonly cancelClose: string
  readonly acceptClose: string
  /** The viewer has asked; the other has not answered. */
  readonly closeRequested: string
  /** The other has asked. */
  readonly closeOffered: string
  readonly remove: string
  readonly removeTitle: (name: string) => string
  readonly removeEffects: readonly string[]
}

export const friendsEn: FriendsMessages = {
  heading: 'Friends',
  empty: 'Your friends will be here.',
  emptyClose: 'Your close friends will be here.',
  noneFound: 'Nobody found.',
  invite: 'Invite',
  level: { FRIEND: 'Friend', CLOSE: 'Close friend' },
  group: { FRIEND: 'Friends', CLOSE: 'Close friends' },
  options: 'Options',
  askForClose: 'Ask to be close friends',
  stepDown: 'Back to friends',
  cancelClose: 'Cancel request to be close friends',
  acceptClose: 'Become close friends',
  closeRequested: 'Close friend requested',
  closeOffered: 'Wants to be close friends',
  remove: 'Remove friend',
  removeTitle: (name) => `Remove ${isolate(name)} as a friend?`,
  removeEffects: [
    'The two of you are not friends any more.',
    'They are not told.',
    'Follows and contacts stay.',
  ],
}

export const friendsDe: FriendsMessages = {
  heading: 'Freunde',
  empty: 'Hier stehen deine Freunde.',
  emptyClose: 'Hier stehen deine engen Freunde.',
  noneFound: 'Keiner deiner Freunde heißt so.',
  invite: 'Einladen',
  level: { FRIEND: 'Befreundet', CLOSE: 'Eng befreundet' },
  group: { FRIEND: 'Freunde', CLOSE: 'Enge Freunde' },
  options: 'Optionen',
  askForClose: 'Um enge Freundschaft bitten',
  stepDown: 'Zurück zu normaler Freundschaft',
  cancelClose: 'Bitte um enge Freundschaft zurückziehen',
  acceptClose: 'Enge Freundschaft annehmen',
  closeRequested: 'Enge Freundschaft angefragt',
  closeOffered: 'Möchte eng befreundet sein',
  remove: 'Freundschaft beenden',
  removeTitle: (name) => `Freundschaft mit ${isolate(name)} beenden?`,
  removeEffects: [
    'Ihr seid beide nicht mehr befreundet.',
    'Die andere Person erfährt davon nichts.',
    'Abos und Kontakte bleiben bestehen.',
  ],
}

export const friendsAr: FriendsMessages = {
  heading: 'الأصدقاء',
  empty: 'سيظهر أصدقاؤك هنا.',
  emptyClose: 'سيظهر أصدقاؤك المقرّبون هنا.',
  noneFound: 'لا يوجد صديق بهذا الاسم.',
  invite: 'دعوة',
  level: { FRIEND: 'صديق', CLOSE: 'صديق مقرّب' },
  group: { FRIEND: 'الأصدقاء', CLOSE: 'الأصدقاء المقرّبون' },
  options: 'خيارات',
  askForClose: 'طلب صداقة مقرّبة',
  stepDown: 'العودة إلى صداقة عادية',
  cancelClose: 'سحب طلب الصداقة المقرّبة',
  acceptClose: 'قبول الصداقة المقرّبة',
  closeRequested: 'طُلبت صداقة مقرّبة',
  closeOffered: 'يريد صداقة مقرّبة',
  remove: 'إزالة من الأصدقاء',
  removeTitle: (name) => `إزالة ${isolate(name)} من الأصدقاء؟`,
  removeEffects: [
    'لن تكونا صديقين بعد الآن.',
    'لن يصل أي إشعار بذلك.',
    'تبقى المتابعات وجهات الاتصال كما هي.',
  ],
}
