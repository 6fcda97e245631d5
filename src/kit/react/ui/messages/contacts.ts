import { isolate } from './plural.ts'

/** Words about contacts, and about searching for people. */
export interface ContactsMessages {
  readonly heading: string
  readonly empty: string
  readonly added: (when: string) => string
  readonly add: string
  readonly remove: string
  readonly removed: (name: string) => string
  readonly removeFailed: (name: string) => string
  /** The field. */
  readonly search: string
  readonly searchHint: string
  readonly results: string
  readonly noResults: string
}

export const contactsEn: ContactsMessages = {
  heading: 'Contacts',
  empty: 'People whom you add will be here. Nobody else sees this list.',
  added: (when) => `Added ${when}`,
  add: 'Add to contacts',
  remove: 'Remove from contacts',
  removed: (name) => `${isolate(name)} was removed from your contacts.`,
  removeFailed: (name) => `${isolate(name)} could not be removed from your contacts.`,
  search: 'Find people',
  searchHint: 'Name or @username, at least 2 letters',
  results: 'People found',
  noResults: 'Nobody was found. People who hide from search are found by their whole @username.',
}

export const contactsDe: ContactsMessages = {
  heading: 'Kontakte',
  empty: 'Hier stehen Personen, die du hinzufügst. Niemand sonst sieht diese Liste.',
  added: (when) => `Hinzugefügt ${when}`,
  add: 'Zu Kontakten hinzufügen',
  remove: 'Aus Kontakten entfernen',
  removed: (name) => `${isolate(name)} wurde aus deinen Kontakten entfernt.`,
  removeFailed: (name) => `${isolate(name)} konnte nicht aus deinen Kontakten entfernt werden.`,
  search: 'Personen finden',
  searchHint: 'Name oder @Benutzername, mindestens 2 Buchstaben',
  results: 'Gefundene Personen',
  noResults:
    'Niemand gefunden. Wer in der Suche nicht erscheint, ist nur mit dem ganzen @Benutzernamen zu finden.',
}

export const contactsAr: ContactsMessages = {
  heading: 'جهات الاتصال',
  empty: 'سيظهر هنا من تضيفهم. لا يرى هذه القائمة أحد سواك.',
  added: (when) => `أُضيف ${when}`,
  add: 'إضافة إلى جهات الاتصال',
  remove: 'إزالة من جهات الاتصال',
  removed: (name) => `أُزيل ${isolate(name)} من جهات اتصالك.`,
  removeFailed: (name) => `تعذّرت إزالة ${isolate(name)} من جهات اتصالك.`,
  search: 'البحث عن أشخاص',
  searchHint: 'الاسم أو ‎@اسم_المستخدم، حرفان على الأقل',
  results: 'نتائج البحث',
  noResults: 'لم يُعثر على أحد. من لا يظهر في البحث يُعثر عليه باسم المستخدم كاملًا.',
}
