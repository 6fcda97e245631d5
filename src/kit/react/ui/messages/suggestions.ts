import type { SuggestionReasonKind } from '../../../client/client.ts'
import { isolate, plural } from './plural.ts'

/** Words about suggested people. */
export interface SuggestionsMessages {
  readonly heading: string
  readonly empty: string
  readonly dismiss: string
  readonly dismissed: (name: string) => string
  readonly dismissFailed: (name: string) => string
  /** Why somebody is suggested. `count` is null where there is nothing to count. */
  readonly reason: Readonly<
    Record<SuggestionReasonKind, (count: number | null, locale: string) => string>
  >
}

export const suggestionsEn: SuggestionsMessages = {
  heading: 'People you may know',
  empty: 'Nobody to suggest at the moment. Look again tomorrow.',
  dismiss: 'Dismiss',
  dismissed: (name) => `${isolate(name)} will not be suggested to you for 90 days.`,
  dismissFailed: (name) => `${isolate(name)} could not be dismissed.`,
  reason: {
    MUTUAL_FRIENDS: counted('Mutual friends', {
      one: '# mutual friend',
      other: '# mutual friends',
    }),
    MUTUAL_FOLLOWS: counted('Followed by people you follow', {
      one: 'Followed by # person you follow',
      other: 'Followed by # people you follow',
    }),
    GAMES: counted('Games together', { one: '# game together', other: '# games together' }),
    SPORTS: counted('Sports in common', {
      one: '# sport in common',
      other: '# sports in common',
    }),
    PLACE: () => 'From your area',
  },
}

export const suggestionsDe: SuggestionsMessages = {
  heading: 'Personen, die du kennen könntest',
  empty: 'Zurzeit gibt es keine Vorschläge. Schau morgen wieder vorbei.',
  dismiss: 'Ausblenden',
  dismissed: (name) => `${isolate(name)} wird dir 90 Tage lang nicht vorgeschlagen.`,
  dismissFailed: (name) => `${isolate(name)} konnte nicht ausgeblendet werden.`,
  reason: {
    MUTUAL_FRIENDS: counted('Gemeinsame Freunde', {
      one: '# gemeinsamer Freund',
      other: '# gemeinsame Freunde',
    }),
    MUTUAL_FOLLOWS: counted('Gefolgt von Personen, denen du folgst', {
      one: 'Gefolgt von # Person, der du folgst',
      other: 'Gefolgt von # Personen, denen du folgst',
    }),
    GAMES: counted('Gemeinsame Spiele', {
      one: '# gemeinsames Spiel',
      other: '# gemeinsame Spiele',
    }),
    SPORTS: counted('Gemeinsame Sportarten', {
      one: '# gemeinsame Sportart',
      other: '# gemeinsame Sportarten',
    }),
    PLACE: () => 'Aus deiner Gegend',
  },
}

export const suggestionsAr: SuggestionsMessages = {
  heading: 'أشخاص قد تعرفهم',
  empty: 'لا توجد اقتراحات الآن. عد غدًا.',
  dismiss: 'إخفاء',
  dismissed: (name) => `لن يُقترح عليك ${isolate(name)} مدة 90 يومًا.`,
  dismissFailed: (name) => `تعذّر إخفاء ${isolate(name)}.`,
  reason: {
    MUTUAL_FRIENDS: counted('أصدقاء مشتركون', {
      one: 'صديق مشترك واحد',
      two: 'صديقان مشتركان',
      few: '# أصدقاء مشتركين',
      many: '# صديقًا مشتركًا',
      other: '# صديق مشترك',
    }),
    MUTUAL_FOLLOWS: counted('يتابعه من تتابعهم', {
      one: 'يتابعه شخص واحد ممن تتابعهم',
      two: 'يتابعه شخصان ممن تتابعهم',
      few: 'يتابعه # أشخاص ممن تتابعهم',
      many: 'يتابعه # شخصًا ممن تتابعهم',
      other: 'يتابعه # شخص ممن تتابعهم',
    }),
    GAMES: counted('ألعاب معًا', {
      one: 'لعبة واحدة معًا',
      two: 'لعبتان معًا',
      few: '# ألعاب معًا',
      many: '# لعبة معًا',
      other: '# لعبة معًا',
    }),
    SPORTS: counted('رياضات مشتركة', {
      one: 'رياضة مشتركة واحدة',
      two: 'رياضتان مشتركتان',
      few: '# رياضات مشتركة',
      many: '# رياضة مشتركة',
      other: '# رياضة مشتركة',
    }),
    PLACE: () => 'من منطقتك',
  },
}

function counted(uncounted: string, forms: Parameters<typeof plural>[2]) {
  return (count: number | null, locale: string) =>
    count === null ? uncounted : plural(locale, count, forms)
}
