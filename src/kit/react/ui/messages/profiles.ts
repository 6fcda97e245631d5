import { plural } from './plural.ts'

/** Words about profiles. */
export interface ProfilesMessages {
  readonly absent: string
  readonly blocked: string
  readonly followers: (count: number, locale: string) => string
  readonly following: (count: number, locale: string) => string
  readonly mutualFriends: (count: number, locale: string) => string
  readonly followsYou: string
  readonly sports: string
  readonly options: string
  readonly edit: string
  readonly save: string
  readonly displayName: string
  readonly bio: string
  readonly city: string
  readonly region: string
  readonly avatarUrl: string
  readonly avatarHint: string
  readonly sportsHint: string
  readonly wrong: string
}

export const profilesEn: ProfilesMessages = {
  absent: 'This person is not available.',
  blocked: 'You have blocked this person.',
  followers: (count, locale) => plural(locale, count, { one: '# follower', other: '# followers' }),
  following: (count, locale) =>
    plural(locale, count, { one: 'follows # person', other: 'follows # people' }),
  mutualFriends: (count, locale) =>
    count >= 100
      ? '100 or more mutual friends'
      : plural(locale, count, { one: '# mutual friend', other: '# mutual friends' }),
  followsYou: 'Follows you',
  sports: 'Sports',
  options: 'More options',
  edit: 'Edit profile',
  save: 'Save',
  displayName: 'Name',
  bio: 'About you',
  city: 'City',
  region: 'Region',
  avatarUrl: 'Address of your picture',
  avatarHint: 'Begins with https://',
  sportsHint: 'Separated by commas, at most 20',
  wrong: 'This is too long, or not right.',
}

export const profilesDe: ProfilesMessages = {
  absent: 'Diese Person ist nicht verfügbar.',
  blocked: 'Du hast diese Person blockiert.',
  followers: (count, locale) => plural(locale, count, { one: '# Follower', other: '# Follower' }),
  following: (count, locale) =>
    plural(locale, count, { one: 'folgt # Person', other: 'folgt # Personen' }),
  mutualFriends: (count, locale) =>
    count >= 100
      ? '100 oder mehr gemeinsame Freunde'
      : plural(locale, count, { one: '# gemeinsamer Freund', other: '# gemeinsame Freunde' }),
  followsYou: 'Folgt dir',
  sports: 'Sportarten',
  options: 'Weitere Möglichkeiten',
  edit: 'Profil bearbeiten',
  save: 'Speichern',
  displayName: 'Name',
  bio: 'Über dich',
  city: 'Ort',
  region: 'Region',
  avatarUrl: 'Adresse deines Bildes',
  avatarHint: 'Beginnt mit https://',
  sportsHint: 'Durch Kommas getrennt, höchstens 20',
  wrong: 'Das ist zu lang oder nicht richtig.',
}

export const profilesAr: ProfilesMessages = {
  absent: 'هذا الشخص غير متاح.',
  blocked: 'لقد حظرت هذا الشخص.',
  followers: (count, locale) =>
    plural(locale, count, {
      zero: 'لا متابعين',
      one: 'متابع واحد',
      two: 'متابعان',
      few: '# متابعين',
      many: '# متابعًا',
      other: '# متابع',
    }),
  following: (count, locale) =>
    plural(locale, count, {
      zero: 'لا يتابع أحدًا',
      one: 'يتابع شخصًا واحدًا',
      two: 'يتابع شخصين',
      few: 'يتابع # أشخاص',
      many: 'يتابع # شخصًا',
      other: 'يتابع # شخص',
    }),
  mutualFriends: (count, locale) =>
    plural(locale, count, {
      zero: 'لا أصدقاء مشتركين',
      one: 'صديق مشترك واحد',
      two: 'صديقان مشتركان',
      few: '# أصدقاء مشتركين',
      many: '# صديقًا مشتركًا',
      other: '# صديق مشترك أو أكثر',
    }),
  followsYou: 'يتابعك',
  sports: 'الرياضات',
  options: 'خيارات أخرى',
  edit: 'تعديل الملف الشخصي',
  save: 'حفظ',
  displayName: 'الاسم',
  bio: 'نبذة عنك',
  city: 'المدينة',
  region: 'المنطقة',
  avatarUrl: 'عنوان صورتك',
  avatarHint: 'يبدأ بـ https://‎',
  sportsHint: 'تفصل بينها فواصل، 20 على الأكثر',
  wrong: 'هذا طويل جدًا أو غير صحيح.',
}
