import { isolate, plural } from './plural.ts'

/** Words about contact links: making, sharing and using them. */
export interface LinksMessages {
  readonly heading: string
  readonly empty: string
  readonly count: (count: number, locale: string) => string
  readonly note: string
  readonly create: string
  readonly label: string
  readonly labelHint: string
  readonly expires: string
  readonly never: string
  readonly days: (count: number, locale: string) => string
  readonly uses: string
  readonly anyNumber: string
  readonly people: (count: number, locale: string) => string
  /** The new link. Its address cannot be shown a second time. */
  readonly created: string
  readonly shownOnce: string
  readonly address: string
  readonly copy: string
  readonly copied: string
  readonly copyFailed: string
  readonly share: string
  readonly showCode: string
  readonly hideCode: string
  readonly code: string
  readonly codeFailed: string
  /** A link without a label. */
  readonly unnamed: string
  readonly used: (count: number, locale: string) => string
  readonly left: (count: number, locale: string) => string
  readonly made: (when: string) => string
  readonly until: (when: string) => string
  readonly expired: string
  readonly usedUp: string
  readonly revoked: string
  readonly revoke: string
  readonly revokeTitle: (name: string) => string
  readonly revokeEffects: readonly string[]
  /** For those who have been given a link. */
  readonly invites: string
  readonly accept: string
  readonly accepted: (name: string) => string
  readonly isContact: (name: string) => string
  readonly own: string
  readonly gone: string
}

export const linksEn: LinksMessages = {
  heading: 'Contact links',
  empty: 'Links that you make will be here.',
  count: (count, locale) => plural(locale, count, { one: '# link', other: '# links' }),
  note: 'Whoever has a link can add you to their contacts, and may send you a friend request.',
  create: 'Create link',
  label: 'Label',
  labelHint: 'Optional. Everybody who has the link can read it.',
  expires: 'Expires',
  never: 'Never',
  days: (count, locale) => plural(locale, count, { one: 'In # day', other: 'In # days' }),
  uses: 'Can be used by',
  anyNumber: 'Any number of people',
  people: (count, locale) => plural(locale, count, { one: '# person', other: '# people' }),
  created: 'Your new link',
  shownOnce: 'Copy or share it now. It is not shown again.',
  address: 'Address of the link',
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'Copying did not work. Select the address and copy it.',
  share: 'Share',
  showCode: 'Show QR code',
  hideCode: 'Hide QR code',
  code: 'QR code of the link',
  codeFailed: 'The QR code could not be loaded. Use the address above.',
  unnamed: 'Link without a label',
  used: (count, locale) =>
    count === 0
      ? 'Not used yet'
      : plural(locale, count, { one: 'Used by # person', other: 'Used by # people' }),
  left: (count, locale) => plural(locale, count, { one: '# use left', other: '# uses left' }),
  made: (when) => `Made ${when}`,
  until: (when) => `until ${when}`,
  expired: 'Expired',
  usedUp: 'Used up',
  revoked: 'Revoked',
  revoke: 'Revoke',
  revokeTitle: (name) => `Revoke ${isolate(name)}?`,
  revokeEffects: [
    'Nobody can use the link any more, also where it was shared.',
    'People who have used it keep you in their contacts.',
    'A revoked link does not come back.',
  ],
  invites: 'invites you to add them to your contacts.',
  accept: 'Add to contacts',
  accepted: (name) => `${isolate(name)} is in your contacts now.`,
  isContact: (name) => `${isolate(name)} is in your contacts.`,
  own: 'This is your own link. Share it with others.',
  gone: 'This link is not valid, or not any more.',
}

export const linksDe: LinksMessages = {
  heading: 'Kontaktlinks',
  empty: 'Hier stehen Links, die du erstellst.',
  count: (count, locale) => plural(locale, count, { one: '# Link', other: '# Links' }),
  note: 'Wer einen Link hat, kann dich zu seinen Kontakten hinzufügen und dir eine Freundschaftsanfrage senden.',
  create: 'Link erstellen',
  label: 'Bezeichnung',
  labelHint: 'Freiwillig. Alle, die den Link haben, können sie lesen.',
  expires: 'Läuft ab',
  never: 'Nie',
  days: (count, locale) => plural(locale, count, { one: 'In # Tag', other: 'In # Tagen' }),
  uses: 'Nutzbar für',
  anyNumber: 'Beliebig viele Personen',
  people: (count, locale) => plural(locale, count, { one: '# Person', other: '# Personen' }),
  created: 'Dein neuer Link',
  shownOnce: 'Kopiere oder teile ihn jetzt. Er wird nicht noch einmal angezeigt.',
  address: 'Adresse des Links',
  copy: 'Kopieren',
  copied: 'Kopiert',
  copyFailed: 'Das Kopieren hat nicht geklappt. Markiere die Adresse und kopiere sie.',
  share: 'Teilen',
  showCode: 'QR-Code anzeigen',
  hideCode: 'QR-Code ausblenden',
  code: 'QR-Code des Links',
  codeFailed: 'Der QR-Code konnte nicht geladen werden. Nimm die Adresse oben.',
  unnamed: 'Link ohne Bezeichnung',
  used: (count, locale) =>
    count === 0
      ? 'Noch nicht genutzt'
      : plural(locale, count, { one: 'Von # Person genutzt', other: 'Von # Personen genutzt' }),
  left: (count, locale) =>
    plural(locale, count, { one: 'Noch # Mal nutzbar', other: 'Noch # Mal nutzbar' }),
  made: (when) => `Erstellt ${when}`,
  until: (when) => `bis ${when}`,
  expired: 'Abgelaufen',
  usedUp: 'Aufgebraucht',
  revoked: 'Widerrufen',
  revoke: 'Widerrufen',
  revokeTitle: (name) => `${isolate(name)} widerrufen?`,
  revokeEffects: [
    'Niemand kann den Link mehr nutzen, auch dort nicht, wo er geteilt wurde.',
    'Wer ihn genutzt hat, behält dich in seinen Kontakten.',
    'Ein widerrufener Link kommt nicht zurück.',
  ],
  invites: 'lädt dich ein, den Kontakt hinzuzufügen.',
  accept: 'Zu Kontakten hinzufügen',
  accepted: (name) => `${isolate(name)} ist jetzt in deinen Kontakten.`,
  isContact: (name) => `${isolate(name)} ist in deinen Kontakten.`,
  own: 'Das ist dein eigener Link. Teile ihn mit anderen.',
  gone: 'Dieser Link ist nicht oder nicht mehr gültig.',
}

export const linksAr: LinksMessages = {
  heading: 'روابط الاتصال',
  empty: 'ستظهر هنا الروابط التي تنشئها.',
  count: (count, locale) =>
    plural(locale, count, {
      zero: 'لا روابط',
      one: 'رابط واحد',
      two: 'رابطان',
      few: '# روابط',
      many: '# رابطًا',
      other: '# رابط',
    }),
  note: 'كل من لديه الرابط يستطيع إضافتك إلى جهات اتصاله وإرسال طلب صداقة إليك.',
  create: 'إنشاء رابط',
  label: 'تسمية',
  labelHint: 'اختيارية. يقرؤها كل من لديه الرابط.',
  expires: 'ينتهي',
  never: 'أبدًا',
  days: (count, locale) =>
    plural(locale, count, {
      one: 'بعد يوم واحد',
      two: 'بعد يومين',
      few: 'بعد # أيام',
      many: 'بعد # يومًا',
      other: 'بعد # يوم',
    }),
  uses: 'يصلح لعدد',
  anyNumber: 'أي عدد من الأشخاص',
  people: (count, locale) =>
    plural(locale, count, {
      one: 'شخص واحد',
      two: 'شخصين',
      few: '# أشخاص',
      many: '# شخصًا',
      other: '# شخص',
    }),
  created: 'رابطك الجديد',
  shownOnce: 'انسخه أو شاركه الآن، فلن يظهر مرة أخرى.',
  address: 'عنوان الرابط',
  copy: 'نسخ',
  copied: 'تم النسخ',
  copyFailed: 'تعذّر النسخ. حدّد العنوان وانسخه.',
  share: 'مشاركة',
  showCode: 'عرض رمز QR',
  hideCode: 'إخفاء رمز QR',
  code: 'رمز QR للرابط',
  codeFailed: 'تعذّر تحميل رمز QR. استخدم العنوان أعلاه.',
  unnamed: 'رابط بلا تسمية',
  used: (count, locale) =>
    plural(locale, count, {
      zero: 'لم يستخدمه أحد',
      one: 'استخدمه شخص واحد',
      two: 'استخدمه شخصان',
      few: 'استخدمه # أشخاص',
      many: 'استخدمه # شخصًا',
      other: 'استخدمه # شخص',
    }),
  left: (count, locale) =>
    plural(locale, count, {
      zero: 'لم يبقَ أي استخدام',
      one: 'بقي استخدام واحد',
      two: 'بقي استخدامان',
      few: 'بقيت # استخدامات',
      many: 'بقي # استخدامًا',
      other: 'بقي # استخدام',
    }),
  made: (when) => `أُنشئ ${when}`,
  until: (when) => `حتى ${when}`,
  expired: 'انتهت صلاحيته',
  usedUp: 'استُنفد',
  revoked: 'أُلغي',
  revoke: 'إلغاء الرابط',
  revokeTitle: (name) => `إلغاء ${isolate(name)}؟`,
  revokeEffects: [
    'لن يستطيع أحد استخدام الرابط بعد الآن أينما شورك.',
    'من استخدمه يحتفظ بك في جهات اتصاله.',
    'الرابط الملغى لا يعود.',
  ],
  invites: 'يدعوك إلى إضافته إلى جهات اتصالك.',
  accept: 'إضافة إلى جهات الاتصال',
  accepted: (name) => `أصبح ${isolate(name)} في جهات اتصالك.`,
  isContact: (name) => `${isolate(name)} في جهات اتصالك.`,
  own: 'هذا رابطك أنت. شاركه مع الآخرين.',
  gone: 'هذا الرابط غير صالح أو لم يعد صالحًا.',
}
