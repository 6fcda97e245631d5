import { isolate } from './plural.ts'

/** Words about blocks. */
export interface BlocksMessages {
  readonly heading: string
  readonly empty: string
  readonly block: string
  readonly blockTitle: (name: string) => string
  /** What a block does. */
  readonly blockEffects: readonly string[]
  readonly unblock: string
  readonly since: (when: string) => string
  readonly until: (when: string) => string
}

export const blocksEn: BlocksMessages = {
  heading: 'Blocked people',
  empty: 'People whom you block will be here.',
  block: 'Block',
  blockTitle: (name) => `Block ${isolate(name)}?`,
  blockEffects: [
    'Each of you disappears for the other: from search, lists, suggestions and games.',
    'Your friendship, follows and friend requests end, both ways. They are removed from your contacts.',
    'They cannot message or invite you, follow you or send you requests.',
    'They are not told. Unblocking does not bring anything back.',
  ],
  unblock: 'Unblock',
  since: (when) => `Blocked ${when}`,
  until: (when) => `until ${when}`,
}

export const blocksDe: BlocksMessages = {
  heading: 'Blockierte Personen',
  empty: 'Hier stehen Personen, die du blockierst.',
  block: 'Blockieren',
  blockTitle: (name) => `${isolate(name)} blockieren?`,
  blockEffects: [
    'Ihr verschwindet füreinander: aus Suche, Listen, Vorschlägen und Spielen.',
    'Freundschaft, Abos und Anfragen zwischen euch enden, in beide Richtungen. Die Person wird aus deinen Kontakten entfernt.',
    'Sie kann dir nicht schreiben, dich nicht einladen, dir nicht folgen und keine Anfragen senden.',
    'Sie erfährt davon nichts. Die Blockierung aufzuheben stellt nichts wieder her.',
  ],
  unblock: 'Blockierung aufheben',
  since: (when) => `Blockiert ${when}`,
  until: (when) => `bis ${when}`,
}

export const blocksAr: BlocksMessages = {
  heading: 'المحظورون',
  empty: 'سيظهر هنا من تحظرهم.',
  block: 'حظر',
  blockTitle: (name) => `حظر ${isolate(name)}؟`,
  blockEffects: [
    'يختفي كل منكما عن الآخر: من البحث والقوائم والاقتراحات والألعاب.',
    'تنتهي الصداقة والمتابعات والطلبات بينكما في الاتجاهين، ويُزال من جهات اتصالك.',
    'لن يستطيع مراسلتك أو دعوتك أو متابعتك أو إرسال طلبات إليك.',
    'لن يعلم بذلك. وإلغاء الحظر لا يعيد شيئًا مما انتهى.',
  ],
  unblock: 'إلغاء الحظر',
  since: (when) => `حُظر ${when}`,
  until: (when) => `حتى ${when}`,
}
