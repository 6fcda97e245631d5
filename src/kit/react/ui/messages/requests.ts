import { isolate, plural } from './plural.ts'

/** Words about friend requests. */
export interface RequestsMessages {
  readonly incoming: string
  readonly outgoing: string
  readonly quiet: string
  readonly heading: string
  readonly emptyIncoming: string
  readonly emptyOutgoing: string
  readonly emptyQuiet: string
  readonly add: string
  readonly addWithMessage: string
  readonly message: string
  readonly send: string
  readonly requested: string
  readonly cancelRequest: string
  readonly accept: string
  /** Declining. Nobody is told of it. */
  readonly ignore: string
  readonly ignored: (name: string) => string
  readonly ignoreFailed: (name: string) => string
  /** They cannot be asked. It must not say why. */
  readonly cannotAsk: string
  readonly isBlocked: string
  readonly wantsToBeClose: string
  readonly askedToBeClose: string
  readonly showMessage: string
  readonly noMessage: string
  readonly mutualFriends: (count: number, locale: string) => string
  readonly left: (count: number, locale: string) => string
  /** None is left today. `when` is a moment, or null if it is not known. */
  readonly noneLeft: (when: string | null) => string
  readonly tooManyOpen: string
}

export const requestsEn: RequestsMessages = {
  heading: 'Friend requests',
  incoming: 'Received',
  outgoing: 'Sent',
  quiet: 'Filtered',
  emptyIncoming: 'Friend requests that you receive will be here.',
  emptyOutgoing: 'Friend requests that you send will be here until they are answered.',
  emptyQuiet: 'When people whom you have ignored ask again, their requests will be here.',
  add: 'Add friend',
  addWithMessage: 'Add a message',
  message: 'Your message',
  send: 'Send request',
  requested: 'Requested',
  cancelRequest: 'Cancel request',
  accept: 'Accept',
  ignore: 'Ignore',
  ignored: (name) => `Request from ${isolate(name)} ignored. They are not told.`,
  ignoreFailed: (name) => `The request from ${isolate(name)} could not be ignored. It is back.`,
  cannotAsk: 'Cannot be added',
  isBlocked: 'Blocked',
  wantsToBeClose: 'wants to be close friends',
  askedToBeClose: 'You asked to be close friends',
  showMessage: 'Show message',
  noMessage: 'The message is not available any more.',
  mutualFriends: (count, locale) =>
    count >= 100
      ? '100 or more mutual friends'
      : plural(locale, count, { one: '# mutual friend', other: '# mutual friends' }),
  left: (count, locale) =>
    plural(locale, count, { one: '# request left today', other: '# requests left today' }),
  noneLeft: (when) =>
    when === null
      ? 'No requests left today.'
      : `No requests left. You can send more after ${when}.`,
  tooManyOpen: 'Too many of your requests are open. Cancel some first.',
}

export const requestsDe: RequestsMessages = {
  heading: 'Freundschaftsanfragen',
  incoming: 'Erhalten',
  outgoing: 'Gesendet',
  quiet: 'Gefiltert',
  emptyIncoming: 'Hier stehen Freundschaftsanfragen, die du erhältst.',
  emptyOutgoing: 'Hier stehen Anfragen, die du sendest, bis sie beantwortet sind.',
  emptyQuiet:
    'Wenn Personen, die du ignoriert hast, noch einmal fragen, stehen ihre Anfragen hier.',
  add: 'Als Freund hinzufügen',
  addWithMessage: 'Nachricht hinzufügen',
  message: 'Deine Nachricht',
  send: 'Anfrage senden',
  requested: 'Angefragt',
  cancelRequest: 'Anfrage zurückziehen',
  accept: 'Annehmen',
  ignore: 'Ignorieren',
  ignored: (name) => `Anfrage von ${isolate(name)} ignoriert. Niemand erfährt davon.`,
  ignoreFailed: (name) =>
    `Die Anfrage von ${isolate(name)} konnte nicht ignoriert werden. Sie ist wieder da.`,
  cannotAsk: 'Kann nicht hinzugefügt werden',
  isBlocked: 'Blockiert',
  wantsToBeClose: 'möchte eng befreundet sein',
  askedToBeClose: 'Du hast um enge Freundschaft gebeten',
  showMessage: 'Nachricht anzeigen',
  noMessage: 'Die Nachricht ist nicht mehr verfügbar.',
  mutualFriends: (count, locale) =>
    count >= 100
      ? '100 oder mehr gemeinsame Freunde'
      : plural(locale, count, { one: '# gemeinsamer Freund', other: '# gemeinsame Freunde' }),
  left: (count, locale) =>
    plural(locale, count, { one: 'Heute noch # Anfrage', other: 'Heute noch # Anfragen' }),
  noneLeft: (when) =>
    when === null
      ? 'Heute sind keine Anfragen mehr möglich.'
      : `Keine Anfragen mehr übrig. Weitere sind ab ${when} möglich.`,
  tooManyOpen: 'Zu viele deiner Anfragen sind offen. Ziehe zuerst einige zurück.',
}

export const requestsAr: RequestsMessages = {
  heading: 'طلبات الصداقة',
  incoming: 'الواردة',
  outgoing: 'المرسلة',
  quiet: 'المصفّاة',
  emptyIncoming: 'ستظهر هنا طلبات الصداقة التي تصلك.',
  emptyOutgoing: 'ستظهر هنا الطلبات التي ترسلها إلى أن يُرَدّ عليها.',
  emptyQuiet: 'إذا أرسل من تجاهلتهم طلبًا مرة أخرى، فسيظهر هنا.',
  add: 'إضافة صديق',
  addWithMessage: 'إضافة رسالة',
  message: 'رسالتك',
  send: 'إرسال الطلب',
  requested: 'أُرسل الطلب',
  cancelRequest: 'سحب الطلب',
  accept: 'قبول',
  ignore: 'تجاهل',
  ignored: (name) => `تم تجاهل طلب ${isolate(name)}. لن يعلم أحد بذلك.`,
  ignoreFailed: (name) => `تعذّر تجاهل طلب ${isolate(name)}، وقد عاد إلى القائمة.`,
  cannotAsk: 'لا يمكن إضافته',
  isBlocked: 'محظور',
  wantsToBeClose: 'يريد أن تصبحا صديقين مقرّبين',
  askedToBeClose: 'طلبت أن تصبحا صديقين مقرّبين',
  showMessage: 'عرض الرسالة',
  noMessage: 'لم تعد الرسالة متاحة.',
  mutualFriends: (count, locale) =>
    plural(locale, count, {
      zero: 'لا أصدقاء مشتركين',
      one: 'صديق مشترك واحد',
      two: 'صديقان مشتركان',
      few: '# أصدقاء مشتركين',
      many: '# صديقًا مشتركًا',
      other: '# صديق مشترك أو أكثر',
    }),
  left: (count, locale) =>
    plural(locale, count, {
      zero: 'لم يبقَ لك أي طلب اليوم',
      one: 'بقي لك طلب واحد اليوم',
      two: 'بقي لك طلبان اليوم',
      few: 'بقيت لك # طلبات اليوم',
      many: 'بقي لك # طلبًا اليوم',
      other: 'بقي لك # طلب اليوم',
    }),
  noneLeft: (when) =>
    when === null ? 'لم يبقَ لك أي طلب اليوم.' : `لم يبقَ لك أي طلب. يمكنك إرسال المزيد بعد ${when}.`,
  tooManyOpen: 'لديك طلبات مفتوحة كثيرة. اسحب بعضها أولًا.',
}
