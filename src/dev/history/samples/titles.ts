import type { Game } from '../member.ts'
import type { Culture } from '../names.ts'
import { places } from '../places.ts'
import type { Random } from '../random.ts'

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const times = ['Early', 'Lunchtime', 'Evening', 'Weekend', 'Late']

/** With a sport, a day or a time in it. */
const titles: readonly string[] = [
  '{Sport} on {day}',
  '{Sport} on {day}, all welcome',
  '{time} {sport}',
  '{time} {sport}, bring water',
  '{Sport} for beginners',
  'Serious {sport}',
  'Not so serious {sport}',
  '{Sport} and coffee',
  'One more for {sport}?',
  '{Sport}: the return match',
  '{day} {sport} 🏆',
  'An easy hour of {sport} for everybody who has not moved since winter',
]

/** How people say it at home. */
const atHome: Partial<Record<Culture, readonly string[]>> = {
  japanese: ['日曜の朝、みんなで', '初心者歓迎！'],
  chinese: ['周日一起玩', '新手也来吧'],
  korean: ['일요일 아침 같이 해요', '초보 환영'],
  arabic: ['لعبة مفتوحة للجميع', 'مباراة مساء الجمعة'],
  hebrew: ['משחק פתוח לכולם', 'בוקר שבת'],
  german: ['Feierabendrunde', 'Sonntags, gemütlich'],
  french: ['Dimanche matin, tous niveaux', 'Petite partie entre amis'],
  spanish: ['Partido del domingo', 'Todos los niveles'],
  portuguese: ['Pelada de domingo', 'Todos os níveis'],
  polish: ['Niedziela rano, wszyscy mile widziani'],
  turkish: ['Pazar sabahı, herkese açık'],
}

/** What a game is called. */
export function titleOf({ creator, sport }: Game, random: Random): string {
  const culture = places[creator.traits.place]?.culture ?? 'english'
  const home = random.chance(0.35) ? random.pick(atHome[culture] ?? []) : undefined
  if (home !== undefined) return home
  return (random.pick(titles) ?? '')
    .replace('{Sport}', sport.charAt(0).toUpperCase() + sport.slice(1))
    .replace('{sport}', sport)
    .replace('{day}', random.pick(days) ?? '')
    .replace('{time}', random.pick(times) ?? '')
}
