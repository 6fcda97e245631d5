import type { PrivacySettings } from '../../../client/client.ts'

export type PrivacyField = keyof PrivacySettings

interface SettingWords {
  readonly name: string
  /** What it does, in a sentence. */
  readonly note: string
  /** What can be chosen; none for what is on or off. */
  readonly choices?: Readonly<Record<string, string>>
}

/** Words about privacy settings. */
export interface PrivacyMessages {
  readonly heading: string
  readonly contact: string
  readonly visibility: string
  readonly games: string
  readonly locked: string
  readonly settings: Readonly<Record<PrivacyField, SettingWords>>
}

export const privacyEn: PrivacyMessages = {
  heading: 'Privacy',
  contact: 'Who can contact you',
  visibility: 'Who can see you',
  games: 'Games',
  locked: 'This setting is fixed for your account.',
  settings: {
    allowFriendRequests: {
      name: 'Friend requests',
      note: 'Who can ask to be your friend. People with one of your contact links always can.',
      choices: { EVERYONE: 'Everyone', FRIENDS_OF_FRIENDS: 'Friends of friends', NOBODY: 'Nobody' },
    },
    allowFollows: {
      name: 'Followers',
      note: 'Who can begin to follow you. Those who follow you already stay.',
      choices: { EVERYONE: 'Everyone', NOBODY: 'Nobody' },
    },
    allowMessages: {
      name: 'Messages',
      note: 'Who can write to you.',
      choices: { EVERYONE: 'Everyone', FRIENDS: 'Friends', NOBODY: 'Nobody' },
    },
    discoverable: {
      name: 'Search and suggestions',
      note: 'Others find you by your name, and you are suggested to people who may know you. Your exact username always finds you.',
    },
    showInMutualFriends: {
      name: 'Mutual friends',
      note: 'Two of your friends can see that both know you. If this is off, you do not see such friends either.',
    },
    presenceVisibility: {
      name: 'Online status',
      note: 'Who can see whether you are online, and when you were.',
      choices: { FRIENDS: 'Friends', CLOSE: 'Close friends', NOBODY: 'Nobody' },
    },
    defaultGameVisibility: {
      name: 'New games',
      note: 'Who can see games that you create, unless you choose otherwise.',
      choices: { PUBLIC: 'Everyone', FRIENDS: 'Friends', CLOSE: 'Close friends' },
    },
    notifyFriendJoinsGame: {
      name: 'Friends in your games',
      note: 'You are notified when a friend joins a game of yours.',
    },
  },
}

export const privacyDe: PrivacyMessages = {
  heading: 'Privatsphäre',
  contact: 'Wer Kontakt aufnehmen kann',
  visibility: 'Wer dich sehen kann',
  games: 'Spiele',
  locked: 'Diese Einstellung ist für dein Konto festgelegt.',
  settings: {
    allowFriendRequests: {
      name: 'Freundschaftsanfragen',
      note: 'Wer dir Freundschaftsanfragen senden kann. Wer einen deiner Kontaktlinks hat, kann es immer.',
      choices: { EVERYONE: 'Alle', FRIENDS_OF_FRIENDS: 'Freunde von Freunden', NOBODY: 'Niemand' },
    },
    allowFollows: {
      name: 'Follower',
      note: 'Wer anfangen kann, dir zu folgen. Wer dir schon folgt, bleibt.',
      choices: { EVERYONE: 'Alle', NOBODY: 'Niemand' },
    },
    allowMessages: {
      name: 'Nachrichten',
      note: 'Wer dir schreiben kann.',
      choices: { EVERYONE: 'Alle', FRIENDS: 'Freunde', NOBODY: 'Niemand' },
    },
    discoverable: {
      name: 'Suche und Vorschläge',
      note: 'Andere finden dich mit deinem Namen, und du wirst Personen vorgeschlagen, die dich kennen könnten. Mit dem genauen Benutzernamen bist du immer zu finden.',
    },
    showInMutualFriends: {
      name: 'Gemeinsame Freunde',
      note: 'Zwei deiner Freunde können sehen, dass beide dich kennen. Ist das aus, siehst auch du solche Freunde nicht.',
    },
    presenceVisibility: {
      name: 'Online-Status',
      note: 'Wer sehen kann, ob du online bist und wann du es warst.',
      choices: { FRIENDS: 'Freunde', CLOSE: 'Enge Freunde', NOBODY: 'Niemand' },
    },
    defaultGameVisibility: {
      name: 'Neue Spiele',
      note: 'Wer Spiele sehen kann, die du erstellst, wenn du nichts anderes wählst.',
      choices: { PUBLIC: 'Alle', FRIENDS: 'Freunde', CLOSE: 'Enge Freunde' },
    },
    notifyFriendJoinsGame: {
      name: 'Freunde in deinen Spielen',
      note: 'Du wirst benachrichtigt, wenn jemand aus deinen Freunden bei einem deiner Spiele mitmacht.',
    },
  },
}

export const privacyAr: PrivacyMessages = {
  heading: 'الخصوصية',
  contact: 'من يستطيع التواصل معك',
  visibility: 'من يستطيع رؤيتك',
  games: 'الألعاب',
  locked: 'هذا الإعداد ثابت لحسابك.',
  settings: {
    allowFriendRequests: {
      name: 'طلبات الصداقة',
      note: 'من يستطيع طلب صداقتك. من لديه أحد روابط الاتصال الخاصة بك يستطيع ذلك دائمًا.',
      choices: { EVERYONE: 'الجميع', FRIENDS_OF_FRIENDS: 'أصدقاء الأصدقاء', NOBODY: 'لا أحد' },
    },
    allowFollows: {
      name: 'المتابعون',
      note: 'من يستطيع أن يبدأ متابعتك. ومن يتابعك الآن يبقى.',
      choices: { EVERYONE: 'الجميع', NOBODY: 'لا أحد' },
    },
    allowMessages: {
      name: 'الرسائل',
      note: 'من يستطيع مراسلتك.',
      choices: { EVERYONE: 'الجميع', FRIENDS: 'الأصدقاء', NOBODY: 'لا أحد' },
    },
    discoverable: {
      name: 'البحث والاقتراحات',
      note: 'يجدك الآخرون باسمك، وتُقترح على من قد يعرفونك. ومن يعرف اسم المستخدم الخاص بك بالضبط يجدك دائمًا.',
    },
    showInMutualFriends: {
      name: 'الأصدقاء المشتركون',
      note: 'يستطيع اثنان من أصدقائك أن يريا أن كليهما يعرفك. وإذا أوقفت ذلك فلن ترى أنت أيضًا هؤلاء الأصدقاء.',
    },
    presenceVisibility: {
      name: 'حالة الاتصال',
      note: 'من يستطيع أن يرى هل أنت متصل، ومتى كنت متصلًا.',
      choices: { FRIENDS: 'الأصدقاء', CLOSE: 'الأصدقاء المقرّبون', NOBODY: 'لا أحد' },
    },
    defaultGameVisibility: {
      name: 'الألعاب الجديدة',
      note: 'من يستطيع رؤية الألعاب التي تنشئها ما لم تختر غير ذلك.',
      choices: { PUBLIC: 'الجميع', FRIENDS: 'الأصدقاء', CLOSE: 'الأصدقاء المقرّبون' },
    },
    notifyFriendJoinsGame: {
      name: 'الأصدقاء في ألعابك',
      note: 'يصلك إشعار عندما ينضم صديق إلى إحدى ألعابك.',
    },
  },
}
