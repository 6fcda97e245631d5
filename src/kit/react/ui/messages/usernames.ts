import { isolate } from './plural.ts'

/** Words about the viewer's username. */
export interface UsernamesMessages {
  readonly field: string
  readonly rule: string
  readonly save: string
  readonly checking: string
  readonly available: (username: string) => string
  readonly isYours: string
  readonly invalid: string
  readonly taken: (username: string) => string
  /** Before names that are free. */
  readonly instead: string
  /** What becomes of the name before. */
  readonly rename: (username: string) => string
  readonly saved: (username: string) => string
}

export const usernamesEn: UsernamesMessages = {
  field: 'Username',
  rule: '3 to 32 characters: letters a to z first, then also digits, dots, hyphens and underscores.',
  save: 'Save username',
  checking: 'Checking',
  available: (username) => `@${isolate(username)} is available.`,
  isYours: 'This is your username.',
  invalid: 'This cannot be a username.',
  taken: (username) => `@${isolate(username)} is not available.`,
  instead: 'Available instead:',
  rename: (username) =>
    `@${isolate(username)} stays reserved for you for 30 days, and people who look for it find you. You can hold 3 former names at a time.`,
  saved: (username) => `You are @${isolate(username)} now.`,
}

export const usernamesDe: UsernamesMessages = {
  field: 'Benutzername',
  rule: '3 bis 32 Zeichen: am Anfang ein Buchstabe von a bis z, danach auch Ziffern, Punkte, Binde- und Unterstriche.',
  save: 'Benutzernamen speichern',
  checking: 'Wird geprüft',
  available: (username) => `@${isolate(username)} ist verfügbar.`,
  isYours: 'Das ist dein Benutzername.',
  invalid: 'Das kann kein Benutzername sein.',
  taken: (username) => `@${isolate(username)} ist nicht verfügbar.`,
  instead: 'Stattdessen verfügbar:',
  rename: (username) =>
    `@${isolate(username)} bleibt 30 Tage für dich reserviert, und wer danach sucht, findet dich. Du kannst 3 frühere Namen gleichzeitig behalten.`,
  saved: (username) => `Du bist jetzt @${isolate(username)}.`,
}

export const usernamesAr: UsernamesMessages = {
  field: 'اسم المستخدم',
  rule: 'من 3 إلى 32 محرفًا: يبدأ بحرف من a إلى z، ثم أرقام ونقاط وشرطات أيضًا.',
  save: 'حفظ اسم المستخدم',
  checking: 'جارٍ التحقق',
  available: (username) => `${isolate(`@${username}`)} متاح.`,
  isYours: 'هذا اسم المستخدم الخاص بك.',
  invalid: 'لا يصلح هذا اسمًا للمستخدم.',
  taken: (username) => `${isolate(`@${username}`)} غير متاح.`,
  instead: 'المتاح بدلًا منه:',
  rename: (username) =>
    `يبقى ${isolate(`@${username}`)} محجوزًا لك 30 يومًا، ومن يبحث عنه يجدك. يمكنك الاحتفاظ بثلاثة أسماء سابقة في وقت واحد.`,
  saved: (username) => `أصبح اسمك ${isolate(`@${username}`)}.`,
}
