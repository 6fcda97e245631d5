import { limits } from '../../limits.ts'
import { isReserved, parseUsername } from '../../modules/usernames/rules.ts'
import { people as demoPeople } from '../seed/people.ts'
import { demoTraits } from './demo-people.ts'
import { type Culture, type Named, nameOf } from './names.ts'
import { bios, places, type Sport, sports } from './places.ts'
import { privacyOf, type PrivacySettings } from './privacy.ts'
import { idFrom, Random } from './random.ts'
import { dayMs, hourMs, type Span } from './span.ts'

/** Who somebody is in the history, before anything happens. */
export interface Traits {
  readonly id: string
  /** One of the twelve demo people: the seed has made them, with their profile. */
  readonly isDemo: boolean
  /** In milliseconds from the beginning of the first day, like every time of the history. */
  readonly arrivesAt: number
  readonly character: 'ordinary' | 'lurker' | 'hub' | 'troublemaker'
  /** How much they seek others: 1 on average. */
  readonly sociability: number
  /** On which share of the days they come. */
  readonly activeShare: number
  readonly place: number
  readonly sports: readonly Sport[]
  readonly username: string | null
  readonly profile: ToldProfile | null
  readonly privacy: PrivacySettings | null
}

/** What somebody says of themselves. */
export interface ToldProfile {
  readonly displayName: string | null
  readonly bio: string | null
  readonly city: string | null
  readonly region: string | null
  readonly sports: readonly string[]
}

/** Share of the people who were there when the first of the days began. */
const founders = 0.22

/** Everybody of the history, the demo people first. */
export function inventPeople(seed: string, count: number, span: Span): Traits[] {
  const random = new Random(`${seed} people`)
  const names = new Set<string>(demoPeople)
  const weights = places
    .slice(0, Math.max(2, Math.min(places.length, Math.round(count / 150))))
    .map(({ weight }) => weight)
  const invented = Array.from({ length: count }, (_none, place): Traits => {
    const home = random.pickWeighted(weights)
    const theirSports = sportsFor(home, random)
    const character = characterOf(random)
    const named = nameOf(cultureFor(home, random), random)
    return {
      id: personId(seed, place),
      isDemo: false,
      arrivesAt: arrivalOf(character, span, random),
      character,
      sociability: sociabilityOf(character, random),
      activeShare: random.between(0.3, 0.8),
      place: home,
      sports: theirSports,
      username: random.chance(0.92) ? usernameOf(named, names, random) : null,
      profile: profileOf(named, home, theirSports, character, random),
      privacy: privacyOf(random),
    }
  })
  return [...demoTraits(span), ...invented]
}

/** The id of one of the invented people. */
export function personId(seed: string, place: number): string {
  return idFrom(seed, 'person', place)
}

function characterOf(random: Random): Traits['character'] {
  const characters = ['hub', 'troublemaker', 'lurker', 'ordinary'] as const
  return characters[random.pickWeighted([0.006, 0.012, 0.15, 0.832])] ?? 'ordinary'
}

function sociabilityOf(character: Traits['character'], random: Random): number {
  const sociability = Math.min(random.longTailed(0.85, 0.6), 4)
  if (character === 'lurker') return 0.08
  return character === 'hub' ? 2 + sociability / 2 : sociability
}

/** Many arrive at the end, few at the beginning; those who become known to all were early. */
function arrivalOf(character: Traits['character'], { days, before }: Span, random: Random): number {
  const wasThere = random.chance(character === 'hub' ? 0.8 : founders)
  const growth = 1.1
  const day = wasThere
    ? Math.floor(random.between(-before, 0))
    : Math.floor((days * Math.log1p(random.next() * Math.expm1(growth))) / growth)
  return Math.round(day * dayMs + random.between(6, 23) * hourMs)
}

function sportsFor(home: number, random: Random): Sport[] {
  const local = places[home]?.sports ?? []
  const chosen = new Set<Sport>()
  const first = local[random.pickWeighted(local.map((_sport, place) => 1 / (place + 1)))]
  if (first !== undefined) chosen.add(first)
  for (let more = random.count(0.9); more > 0; more--) {
    const other = random.chance(0.7)
      ? random.pick(local)
      : random.pick(Object.keys(sports) as Sport[])
    if (other !== undefined) chosen.add(other)
  }
  return [...chosen]
}

function cultureFor(home: number, random: Random): Culture {
  const culture = places[home]?.culture ?? 'english'
  return random.chance(0.85) ? culture : (random.pick(places)?.culture ?? culture)
}

/** Nobody else's; as a claim would have to be. */
function usernameOf({ latin: [first, last] }: Named, taken: Set<string>, random: Random): string {
  const year = String(70 + random.below(39))
    .padStart(2, '0')
    .slice(-2)
  const stem =
    random.pick([
      `${first}.${last}`,
      `${first}_${last}`,
      `${first}${year}`,
      `${first[0] ?? ''}${last}`,
    ]) ?? first
  for (let number = 0; ; number++) {
    const name = parseUsername(number === 0 ? stem : `${stem.slice(0, 26)}${number + 1}`)
    if (name === null || isReserved(name) || taken.has(name)) continue
    taken.add(name)
    return name
  }
}

function profileOf(
  { display }: Named,
  home: number,
  theirSports: readonly Sport[],
  character: Traits['character'],
  random: Random,
): ToldProfile | null {
  if (random.chance(character === 'lurker' ? 0.5 : 0.05)) return null
  const place = places[home]
  const tells = random.chance(0.85)
  const bio = (random.pick(bios) ?? '')
    .replaceAll('{sport}', theirSports[0] ?? 'sport')
    .replaceAll('{city}', place?.city ?? '')
  return {
    displayName: random.chance(0.97) ? display : null,
    bio: random.chance(0.45) ? bio.slice(0, limits.profile.bio) : null,
    city: tells ? (place?.city ?? null) : null,
    region: tells || random.chance(0.5) ? (place?.region ?? null) : null,
    sports: random.chance(0.85) ? theirSports : [],
  }
}
