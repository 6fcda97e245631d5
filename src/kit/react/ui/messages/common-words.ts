import type { UserPresenceStatus } from '../../../client/client.ts'
import { plural } from './plural.ts'

/** Words that every component uses. */
export interface CommonMessages {
  /** Of these messages, as BCP 47 has it: numbers, moments and plurals are written by it. */
  readonly language: string
  /** A person without a name. */
  readonly someone: string
  readonly cancel: string
  readonly undo: string
  readonly close: string
  readonly retry: string
  readonly loadMore: string
  readonly loading: string
  readonly loadFailed: string
  readonly offline: string
  /** Something that was done waits for the network. */
  readonly unsent: string
  /** Names the part of the page with notices, such as what can be undone; a key leads there. */
  readonly notices: (key: string) => string
  /** A verb has failed, and it may help to try again. */
  readonly failed: string
  /** A verb was refused because the person, or the request, is not there any more. */
  readonly unavailable: string
  /** The viewer's, or that of the other person. */
  readonly limitReached: string
  /** `when` is a moment, or null if it is not known. */
  readonly rateLimited: (when: string | null) => string
  readonly people: (count: number, locale: string) => string
  readonly presence: Readonly<Record<UserPresenceStatus, string>>
}

export const commonEn: CommonMessages = {
  language: 'en',
  someone: 'Someone',
  cancel: 'Cancel',
  undo: 'Undo',
  close: 'Close',
  retry: 'Try again',
  loadMore: 'Load more',
  loading: 'Loading',
  loadFailed: 'This could not be loaded.',
  offline: 'You are offline.',
  unsent: 'You are offline. Keep this page open: what you did is sent later.',
  notices: (key) => `Notices (${key})`,
  failed: 'That did not work. Try again.',
  unavailable: 'This is not available any more.',
  limitReached: 'A limit is reached.',
  rateLimited: (when) =>
    when === null ? 'Too many at once. Try again later.' : `Try again after ${when}.`,
  people: (count, locale) => plural(locale, count, { one: '# person', other: '# people' }),
  presence: { ONLINE: 'Online', AWAY: 'Away', OFFLINE: 'Offline' },
}

export const commonDe: CommonMessages = {
  language: 'de',
  someone: 'Jemand',
  cancel: 'Abbrechen',
  undo: 'Rückgängig',
  close: 'Schließen',
  retry: 'Erneut versuchen',
  loadMore: 'Mehr laden',
  loading: 'Wird geladen',
  loadFailed: 'Das konnte nicht geladen werden.',
  offline: 'Du bist offline.',
  unsent: 'Du bist offline. Lass diese Seite offen: Was du getan hast, wird später gesendet.',
  notices: (key) => `Hinweise (${key})`,
  failed: 'Das hat nicht geklappt. Versuche es noch einmal.',
  unavailable: 'Das ist nicht mehr verfügbar.',
  limitReached: 'Eine Höchstzahl ist erreicht.',
  rateLimited: (when) =>
    when === null
      ? 'Zu viel auf einmal. Versuche es später noch einmal.'
      : `Versuche es ab ${when} noch einmal.`,
  people: (count, locale) => plural(locale, count, { one: '# Person', other: '# Personen' }),
  presence: { ONLINE: 'Online', AWAY: 'Abwesend', OFFLINE: 'Offline' },
}

export const commonAr: CommonMessages = {
  language: 'ar',
  someone: 'شخص ما',
  cancel: 'إلغاء',
  undo: 'تراجع',
  close: 'إغلاق',
  retry: 'إعادة المحاولة',
  loadMore: 'تحميل المزيد',
  loading: 'جارٍ التحميل',
  loadFailed: 'تعذّر تحميل المحتوى.',
  offline: 'أنت غير متصل بالإنترنت.',
  unsent: 'أنت غير متصل بالإنترنت. أبقِ هذه الصفحة مفتوحة ليُرسَل ما فعلته لاحقًا.',
  notices: (key) => `الإشعارات (${key})`,
  failed: 'لم ينجح ذلك. حاول مرة أخرى.',
  unavailable: 'لم يعد هذا متاحًا.',
  limitReached: 'تم بلوغ الحد الأقصى.',
  rateLimited: (when) =>
    when === null ? 'محاولات كثيرة جدًا. حاول لاحقًا.' : `حاول مرة أخرى بعد ${when}.`,
  people: (count, locale) =>
    plural(locale, count, {
      zero: 'لا أحد',
      one: 'شخص واحد',
      two: 'شخصان',
      few: '# أشخاص',
      many: '# شخصًا',
      other: '# شخص',
    }),
  presence: { ONLINE: 'متصل', AWAY: 'بعيد', OFFLINE: 'غير متصل' },
}
