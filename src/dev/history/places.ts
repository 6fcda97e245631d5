import type { Culture } from './names.ts'

/** A city with its clubs, and how many of all people live there, as a weight. */
interface Place {
  readonly city: string
  readonly region: string
  readonly culture: Culture
  readonly weight: number
  readonly sports: readonly Sport[]
}

/** Sports, and how many people a game of each takes. */
export const sports = {
  climbing: 4,
  croquet: 4,
  football: 12,
  chess: 2,
  tennis: 4,
  running: 8,
  basketball: 10,
  badminton: 4,
  volleyball: 12,
  cycling: 6,
  'table tennis': 2,
  swimming: 5,
} as const

export type Sport = keyof typeof sports

/** The first ones are there however few people there are. */
export const places: readonly Place[] = [
  {
    city: 'Oxford',
    region: 'Oxfordshire',
    culture: 'english',
    weight: 9,
    sports: ['climbing', 'croquet', 'football', 'running', 'chess'],
  },
  {
    city: 'Cambridge',
    region: 'Cambridgeshire',
    culture: 'english',
    weight: 6,
    sports: ['croquet', 'chess', 'cycling', 'tennis'],
  },
  {
    city: 'Berlin',
    region: 'Berlin',
    culture: 'german',
    weight: 14,
    sports: ['climbing', 'table tennis', 'football', 'volleyball', 'running', 'basketball'],
  },
  {
    city: '京都市',
    region: '京都府',
    culture: 'japanese',
    weight: 8,
    sports: ['badminton', 'running', 'table tennis', 'swimming'],
  },
  {
    city: 'القاهرة',
    region: 'القاهرة الكبرى',
    culture: 'arabic',
    weight: 8,
    sports: ['football', 'swimming', 'table tennis', 'chess'],
  },
  {
    city: 'Lyon',
    region: 'Auvergne-Rhône-Alpes',
    culture: 'french',
    weight: 7,
    sports: ['climbing', 'cycling', 'tennis', 'football'],
  },
  {
    city: 'İstanbul',
    region: 'Marmara',
    culture: 'turkish',
    weight: 9,
    sports: ['football', 'volleyball', 'basketball', 'running'],
  },
  {
    city: '上海市',
    region: '上海',
    culture: 'chinese',
    weight: 10,
    sports: ['badminton', 'basketball', 'table tennis', 'running'],
  },
  {
    city: 'תל אביב-יפו',
    region: 'מחוז תל אביב',
    culture: 'hebrew',
    weight: 5,
    sports: ['volleyball', 'running', 'climbing', 'chess'],
  },
  {
    city: 'Sevilla',
    region: 'Andalucía',
    culture: 'spanish',
    weight: 6,
    sports: ['football', 'tennis', 'cycling', 'basketball'],
  },
  {
    city: 'Lagos',
    region: 'Lagos State',
    culture: 'yoruba',
    weight: 7,
    sports: ['football', 'basketball', 'table tennis', 'running'],
  },
  {
    city: 'São Paulo',
    region: 'São Paulo',
    culture: 'portuguese',
    weight: 9,
    sports: ['football', 'volleyball', 'running', 'tennis'],
  },
  {
    city: 'Kraków',
    region: 'Małopolskie',
    culture: 'polish',
    weight: 5,
    sports: ['climbing', 'chess', 'volleyball', 'cycling'],
  },
  {
    city: '서울특별시',
    region: '수도권',
    culture: 'korean',
    weight: 7,
    sports: ['badminton', 'climbing', 'basketball', 'swimming'],
  },
  {
    city: 'Mumbai',
    region: 'Maharashtra',
    culture: 'indian',
    weight: 8,
    sports: ['badminton', 'chess', 'running', 'football'],
  },
]

/** What people say of themselves, with a sport or a city in it. */
export const bios: readonly string[] = [
  '{sport} before breakfast.',
  'New in {city}, looking for people for {sport}.',
  'Too old for {sport}, still doing it.',
  'I bring the biscuits.',
  'Mostly {sport}, sometimes sleep.',
  'Weekends only.',
  'Ask me about {city}. Or about {sport}. Not about work.',
  'Beginner, and happy to stay one.',
  'Sports: {sport}.\nFood: everything.',
  '🏆 2nd place, {city} open, once.',
  'Always five minutes late.',
  'Physio by day, {sport} by night.',
]

/** What people write when they ask to be friends. */
export const greetings: readonly string[] = [
  'We met at {sport}.',
  'Good game yesterday!',
  'Hi, I am new here.',
  'You know my sister, I think.',
  'Shall we play again?',
]

/** What troublemakers write. */
export const pesterings: readonly string[] = [
  'hey hey hey',
  'why do you not answer',
  'Cheap trainers, look at my profile!!!',
  'add me',
]

/** What links are called by those who made them. */
export const linkLabels: readonly string[] = [
  'Club notice board',
  'Sunday group',
  'My card',
  'Tournament',
]
