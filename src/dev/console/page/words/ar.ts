import type { Words } from './words.tsx'

const plural = new Intl.PluralRules('ar')

interface Forms {
  readonly one: string
  readonly two: string
  readonly few: string
  readonly many: string
}

/** One and two are words by themselves; from three on a number stands before. */
function count(number: number, { one, two, few, many }: Forms): string {
  const form = plural.select(number)
  if (form === 'one') return one
  if (form === 'two') return two
  return `${number.toLocaleString('ar')} ${form === 'few' ? few : many}`
}

/** The console in Arabic. */
export const arabic: Words = {
  frame: {
    skip: 'انتقل إلى المحتوى',
    pagesOfStack: 'بيئة التطوير',
    console: 'لوحة التحكم',
    explorer: 'المستكشف',
    insights: 'الإحصاءات',
    navigation: 'الصفحات',
    home: 'الرئيسية',
    people: 'الأشخاص',
    contacts: 'جهات الاتصال',
    games: 'الألعاب',
    inbox: 'الوارد',
    privacy: 'الخصوصية',
    blocked: 'المحظورون',
    more: 'المزيد',
    settings: 'الإعدادات',
    unread: (number) => `${number.toLocaleString('ar')} غير مقروء`,
    offline: 'أنت غير متصل بالإنترنت. قد يكون ما تراه قديمًا.',
  },
  keys: {
    short: 'الاختصارات',
    title: 'اختصارات لوحة المفاتيح',
    search: 'البحث عن أشخاص',
    next: 'الصف التالي',
    previous: 'الصف السابق',
    open: 'فتح الصف',
    help: 'عرض هذه الاختصارات',
    close: 'إغلاق',
    closeButton: 'إغلاق',
  },
  look: {
    theme: 'المظهر',
    system: 'تلقائي',
    light: 'فاتح',
    dark: 'داكن',
    language: 'اللغة',
  },
  signIn: {
    title: 'من تريد أن تكون؟',
    sentence: 'هذه بيئة تطوير: سجّل الدخول باسم أي شخص. افتح نافذة ثانية لتكون شخصين في الوقت نفسه.',
    demoPeople: 'أشخاص للتجربة',
    arriveAsNew: 'ادخل كشخص جديد',
    orById: 'أو سجّل الدخول بمعرّف',
    byId: 'أي شخص بمعرّفه. المعرّف الجديد شخص جديد.',
    signIn: 'تسجيل الدخول',
    notAnId: 'معرّف UUID غير صالح. يتكوّن من 8-4-4-4-12 خانة ست عشرية.',
    unknown: (text) => `«${text}» ليس شخصًا للتجربة ولا معرّف UUID.`,
    signedInAs: 'مسجّل الدخول باسم',
    beSomebodyElse: 'كن شخصًا آخر',
    somebodyNew: 'شخص جديد',
    signOut: 'تسجيل الخروج',
  },
  list: {
    loading: 'جارٍ التحميل…',
    more: 'تحميل المزيد',
    failed: 'تعذّر تحميل هذا.',
    failedOffline: 'لا يمكن تحميل هذا وأنت غير متصل بالإنترنت.',
    again: 'حاول مرة أخرى',
  },
  noPage: {
    notFound: 'لا توجد صفحة كهذه',
    notFoundSentence: 'ربما كُتب العنوان خطأً.',
    toHome: 'إلى الرئيسية',
    toGames: 'كل الألعاب',
    broken: 'حدث خطأ ما',
    again: 'حاول مرة أخرى',
  },
  people: {
    presence: { ONLINE: 'متصل', AWAY: 'بعيد' },
    number: (number) =>
      count(number, { one: 'شخص واحد', two: 'شخصان', few: 'أشخاص', many: 'شخصًا' }),
  },
  home: {
    welcome: 'مرحبًا',
    hello: (name) => `مرحبًا، ${name}`,
    claim: 'اختر اسم مستخدم',
    claimSentence: 'يجدك الناس باسم المستخدم. اختره قبل أن يختاره غيرك.',
    friends: 'الأصدقاء',
    requests: 'طلبات الصداقة',
    contacts: 'جهات الاتصال',
    followers: 'المتابعون',
    suggestions: 'أشخاص قد تعرفهم',
    noFriends: 'سيظهر أصدقاؤك هنا.',
    noSuggestions: 'ستظهر الاقتراحات هنا.',
    accept: 'قبول',
    ignore: 'تجاهل',
    add: 'إضافة',
    asked: 'أُرسل الطلب',
  },
  games: {
    title: 'الألعاب',
    sentence: 'الألعاب التي يمكنك رؤيتها. ألعاب الأصدقاء لا يراها إلا الأصدقاء.',
    make: 'لعبة جديدة',
    makeButton: 'إنشاء اللعبة',
    cancel: 'إلغاء',
    tabs: { all: 'كل الألعاب', mine: 'أشارك فيها', invites: 'الدعوات' },
    none: {
      all: 'ستظهر هنا الألعاب التي يمكنك رؤيتها. أنشئ أول لعبة.',
      mine: 'ستظهر هنا الألعاب التي تشارك فيها.',
      invites: 'ستظهر هنا الدعوات التي تنتظر ردّك.',
    },
    by: 'من',
    invited: 'أنت مدعو',
    takingPart: 'أنت مشارك',
    titleLabel: 'العنوان',
    titleExample: 'كرة قدم يوم الخميس',
    whoSees: 'من يمكنه رؤيتها؟',
    usual: '(خيارك المعتاد)',
    visibility: { PUBLIC: 'الجميع', FRIENDS: 'الأصدقاء', CLOSE: 'الأصدقاء المقرّبون' },
    visibilitySentence: {
      PUBLIC: 'الجميع عدا من تحظرهم.',
      FRIENDS: 'أصدقاؤك ومن تدعوهم.',
      CLOSE: 'أصدقاؤك المقرّبون ومن تدعوهم.',
    },
    notMade: 'تعذّر إنشاء اللعبة. حاول مرة أخرى.',
    notDone: 'لم ينجح ذلك. حاول مرة أخرى.',
    gone: 'لا توجد لعبة كهذه',
    goneSentence: 'إما أنها غير موجودة أو لا يمكنك رؤيتها.',
    participants: 'المشاركون',
    maker: 'المنشئ',
    mayJoin: 'يمكنك الانضمام إلى هذه اللعبة.',
    invitesYou: 'يدعوك إلى هذه اللعبة.',
    join: 'انضمام',
    decline: 'رفض',
    inviteTitle: 'دعوة الأصدقاء',
    inviteSentence: 'الأصدقاء المقرّبون أولًا، ثم المتصلون.',
    invite: 'دعوة',
    isInvited: 'تمت الدعوة',
    nobodyToInvite: 'كل أصدقائك مشاركون أو مدعوون.',
    close: 'مقرّب',
    leave: 'مغادرة اللعبة',
    leaveTitle: (title) => `هل تغادر «${title}»؟`,
    leaveEffects: [
      'لن تشارك بعد الآن، ولا يُبلَّغ الآخرون.',
      'قد لا ترى اللعبة بعد ذلك إن لم تكن للجميع.',
    ],
    remove: 'حذف اللعبة',
    removeTitle: (title) => `هل تحذف «${title}»؟`,
    removeEffects: ['تختفي اللعبة لكل المشاركين.', 'تختفي دعواتها من الوارد.'],
  },
  inbox: {
    title: 'الوارد',
    unread: (number) => `${number.toLocaleString('ar')} غير مقروء`,
    allRead: 'قرأت كل شيء.',
    markAll: 'اعتبار الكل مقروءًا',
    isUnread: 'غير مقروء',
    none: 'سيظهر هنا ما يفعله الآخرون: الطلبات والمتابعون الجدد والدعوات.',
    kinds: {
      FRIEND_REQUESTED: 'أرسل إليك طلب صداقة',
      FRIEND_REQUEST_ACCEPTED: 'قبل طلب صداقتك',
      CLOSE_FRIEND_REQUESTED: 'يريد أن تكونا صديقين مقرّبين',
      CLOSE_FRIEND_ACCEPTED: 'أصبح صديقك المقرّب',
      FOLLOWED: 'بدأ متابعتك',
      FRIEND_JOINED_GAME: 'انضم إلى لعبتك',
      GAME_INVITED: 'دعاك إلى لعبة',
      OTHER: 'فعل شيئًا يخصك',
    },
  },
  more: {
    contacts: 'من تحتفظ بهم، وروابط الاتصال الخاصة بك',
    privacy: 'من يمكنه مراسلتك وطلب صداقتك ورؤيتك',
    blocked: 'أشخاص لا تريد مقابلتهم',
    profile: 'ملفك الشخصي',
    profileSentence: 'اسم المستخدم والاسم المعروض',
    look: 'اللغة والألوان',
    explorer: 'استعلامات على الرسم البياني',
    insights: 'أرقام عن المنصة كلها',
  },
}
