import type { Random } from './random.ts'

/**
 * Where names come from. A name in another script has its Latin spelling behind `=`, for the
 * username.
 */
interface Names {
  readonly given: string
  readonly family: string
  /** The family's name comes first, and without a space in between. */
  readonly familyFirst?: true
}

const names = {
  english: {
    given:
      'Amelia Oliver Isla Harry Freya Alfie Poppy Theo Imogen Rufus Maisie Callum Niamh Rhys Siân Aidan Hattie Jude',
    family:
      'Ashworth Blackwood Carter Dunne Ellison Fairfax Greenwood Hargreaves Ingram Jarvis Kendrick O’Donnell Pemberton Rowntree Sutcliffe Thistlethwaite Whitaker Wren',
  },
  german: {
    given:
      'Lena Jonas Mia Felix Jürgen Björn Käthe Sören Anke Matthias Heike Lukas Friederike Götz Svenja Till',
    family:
      'Weber Schäfer Müller Großmann Krüger Lindner Vogel Brandt Kühn Schröder Winter Hofmann Böhm Kaiser',
  },
  french: {
    given:
      'Chloé Hugo Léa Théo Zoé Noémie Gaspard Aurélie Cédric Maëlle Loïc Inès Rémi Françoise Étienne Jade',
    family:
      'Dubois Lefèvre Moreau Garnier Beaumont Chevallier Rousseau Lambert Perrin Faure Girard Bonnet',
  },
  spanish: {
    given:
      'Lucía Mateo Sofía Íñigo Begoña Álvaro Carmen Joaquín Nuria Andrés Pilar Rubén Ximena Raúl Marta Iván',
    family:
      'García Núñez Martínez Peña Rodríguez Ibáñez Castaño Muñoz Herrera Vázquez Romero Domínguez Serrano',
  },
  polish: {
    given:
      'Zofia Jakub Małgorzata Wojciech Agnieszka Łukasz Katarzyna Piotr Żaneta Michał Halina Stanisław',
    family:
      'Kowalczyk Wiśniewski Dąbrowska Zieliński Szymańska Woźniak Jabłoński Mazur Kaczmarek Górska',
  },
  turkish: {
    given:
      'Ayşe Mehmet Zeynep Çağlar Elif Emre Şebnem Oğuz İpek Deniz Gökhan Büşra Tolga Nazlı Umut Özge',
    family: 'Yılmaz Demir Şahin Çelik Yıldız Öztürk Aydın Arslan Doğan Kılıç Koç Güneş',
  },
  japanese: {
    given:
      'さくら=sakura 健太=kenta 美咲=misaki 大輔=daisuke 陽菜=hina 拓海=takumi 結衣=yui 翔=sho 七海=nanami 蓮=ren 千尋=chihiro 優斗=yuto',
    family:
      '佐藤=sato 鈴木=suzuki 高橋=takahashi 田中=tanaka 渡辺=watanabe 伊藤=ito 山本=yamamoto 中村=nakamura 小林=kobayashi 加藤=kato',
    familyFirst: true,
  },
  chinese: {
    given:
      '伟=wei 芳=fang 娜=na 秀英=xiuying 敏=min 静=jing 丽=li 强=qiang 磊=lei 军=jun 洋=yang 雨桐=yutong 浩然=haoran 子涵=zihan',
    family:
      '王=wang 李=li 张=zhang 刘=liu 陈=chen 杨=yang 赵=zhao 黄=huang 周=zhou 吴=wu 欧阳=ouyang',
    familyFirst: true,
  },
  korean: {
    given:
      '민준=minjun 서연=seoyeon 지우=jiwoo 하은=haeun 도윤=doyun 수아=sua 예준=yejun 지민=jimin 유진=yujin 현우=hyunwoo',
    family: '김=kim 이=lee 박=park 최=choi 정=jung 강=kang 조=cho 윤=yoon 장=jang 임=lim',
    familyFirst: true,
  },
  arabic: {
    given:
      'محمد=mohamed فاطمة=fatma يوسف=youssef مريم=mariam عمر=omar نور=nour خالد=khaled ليلى=layla حسن=hassan سلمى=salma كريم=karim هدى=hoda',
    family:
      'عبدالرحمن=abdelrahman السيد=elsayed حسين=hussein منصور=mansour فاروق=farouk سليمان=soliman الشريف=elsherif نجيب=naguib زكي=zaki',
  },
  hebrew: {
    given:
      'נועה=noa איתי=itay תמר=tamar אורי=ori יעל=yael עומר=omer מאיה=maya דניאל=daniel שירה=shira אלון=alon רוני=roni גיא=guy',
    family:
      'כהן=cohen לוי=levi מזרחי=mizrahi פרץ=peretz ביטון=biton אברהם=avraham פרידמן=friedman שפירא=shapira רוזן=rosen ברק=barak',
  },
  yoruba: {
    given:
      'Adébáyọ̀=adebayo Fọlákẹ́=folake Olúwaṣeun=oluwaseun Títílayọ̀=titilayo Chinedu Ngozi Emeka Ifeoma Tunde Amaka Bọ́lá=bola Yétúndé=yetunde',
    family:
      'Adéyẹmí=adeyemi Okonkwo Balógun=balogun Eze Ògúnbándé=ogunbande Nwosu Akíntọ́lá=akintola Obi Ajàyí=ajayi Uche',
  },
  portuguese: {
    given:
      'João Beatriz Antônio Conceição Thiago Letícia Caetano Júlia Estêvão Raíssa Otávio Iara Luã Patrícia',
    family:
      'Silva Gonçalves Araújo Magalhães Brandão Conceição Simões Ribeiro Falcão Assunção Moura Teixeira',
  },
  indian: {
    given:
      'Aarav Priya Rohan Ananya Vikram Kavya Arjun Meera देवेंद्र=devendra Lakshmi सुनीता=sunita Ishaan Nandini Kabir',
    family:
      'Sharma Iyer पाटील=patil Deshmukh Kulkarni Menon Banerjee Chatterjee Patel Venkataraghavan Joshi Reddy',
  },
} as const satisfies Record<string, Names>

export type Culture = keyof typeof names

/** A display name, and what a username may be made of. */
export interface Named {
  readonly display: string
  readonly latin: readonly [string, string]
}

/** A name of this culture; one in a hundred is as long as names may be. */
export function nameOf(culture: Culture, random: Random): Named {
  const { given, family, familyFirst }: Names = names[culture]
  const [givens, families] = [given.split(' '), family.split(' ')]
  const [first, last] = [spelled(random.pick(givens)), spelled(random.pick(families))]
  const latin = [first.latin, last.latin] as const
  if (familyFirst) return { display: last.own + first.own, latin }
  if (random.chance(0.01)) {
    const more = [
      random.pick(givens),
      random.pick(givens),
      random.pick(families),
      random.pick(families),
    ]
    const all = [first.own, ...more.map((name) => spelled(name).own), last.own].join(' ')
    return { display: Array.from(all).slice(0, 64).join('').trim(), latin }
  }
  if (random.chance(0.06)) return { display: first.own, latin }
  return { display: `${first.own} ${last.own}`, latin }
}

function spelled(name = ''): { own: string; latin: string } {
  const [own = '', latin = own] = name.split('=')
  return { own, latin: toLatin(latin) }
}

const letters: Readonly<Record<string, string>> = { ß: 'ss', ł: 'l', ı: 'i', ø: 'o', æ: 'ae' }

function toLatin(name: string): string {
  return Array.from(name.toLowerCase())
    .map((letter) => letters[letter] ?? letter)
    .join('')
    .normalize('NFKD')
    .replace(/[^a-z]/g, '')
}
