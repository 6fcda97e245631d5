import { describe, expect, it, onTestFinished } from 'vitest'
import { limits } from '../../../../src/limits.ts'
import {
  type Asker,
  openIsolatedTestService,
  openTestService,
  type Person,
} from '../../../support/test-service.ts'
import { vacuum } from '../../../support/vacuum.ts'
import { befriend, verbs } from '../../../support/verbs.ts'

const app = await openTestService()

const Search = `query ($query: String!, $first: Int, $after: String) {
  searchUsers(query: $query, first: $first, after: $after) {
    edges { cursor node { id username } } pageInfo { hasNextPage endCursor } totalCount } }`

async function search(asker: Asker, query: string, more: { first?: number; after?: string } = {}) {
  const { data, body } = await asker.ask(Search, { query, ...more })
  if (data?.searchUsers === undefined) throw new Error(body)
  return data.searchUsers as {
    edges: { cursor: string; node: { id: string; username: string | null } }[]
    pageInfo: { hasNextPage: boolean; endCursor: string | null }
    totalCount: number
  }
}
const found = async (asker: Asker, query: string) =>
  (await search(asker, query)).edges.map(({ node }) => node.id)

/** Somebody with a username, a display name, or both. */
async function somebody(
  username: string | null,
  displayName: string | null = null,
): Promise<Person> {
  const [person] = await app.people(username ?? displayName ?? 'somebody')
  if (username !== null) {
    const { data, body } = await person.ask(
      `mutation ($name: String!) { claimUsername(username: $name) { changed } }`,
      { name: username },
    )
    expect(data?.claimUsername?.changed, body).toBe(true)
  }
  if (displayName !== null) await rename(person, displayName)
  return person
}
const rename = (person: Person, displayName: string | null) =>
  person.ask(`mutation ($n: String) { updateProfile(profile: { displayName: $n }) { changed } }`, {
    n: displayName,
  })
const ids = (...people: Person[]) => people.map(({ id }) => id)

describe('searching for people', () => {
  it('finds them by the beginning of their username, or of any word of their display name', async () => {
    const [searcher] = await app.people('searcher')
    const byName = await somebody('wombat.one')
    const byWord = await somebody(null, 'Winnie Wombatson')
    await somebody('nowombat', 'Notawombat')
    expect(await found(searcher, 'wombat')).toEqual(ids(byName, byWord))
    expect(await found(searcher, ' @WOMBAT ')).toEqual(ids(byName, byWord))
    expect(await found(searcher, 'wombat.o')).toEqual(ids(byName))
    expect(await found(searcher, 'winn')).toEqual(ids(byWord))
  })

  it('makes nothing of accents, case and punctuation inside a name', async () => {
    const [searcher] = await app.people('searcher')
    const luc = await somebody(null, 'Jean-Luc Médard (Ünal)')
    for (const query of ['medard', 'MÉDARD', 'luc', 'jean-l', 'unal', 'luc med', 'med jean']) {
      expect(await found(searcher, query), query).toEqual(ids(luc))
    }
    for (const query of ['luc nobody', 'medard xy']) {
      expect(await found(searcher, query), query).toEqual([])
      expect((await search(searcher, query)).totalCount).toBe(0)
    }
    await verbs.addContact(searcher, luc)
    expect(await found(searcher, 'medard xy')).toEqual([])
    expect(await found(searcher, 'medard je')).toEqual(ids(luc))
    const lucy = await somebody('medardus', 'Lucy')
    expect(await found(searcher, 'medardus xy')).toEqual([])
    expect(await found(searcher, 'medardus lu')).toEqual(ids(lucy))
  })

  it('folds case as Unicode does, so that all four letters I of Turkish are one, and ß is ss', async () => {
    const [searcher] = await app.people('searcher')
    const turkish = ids(await somebody(null, 'IŞIL'), await somebody(null, 'ışıl')).sort()
    for (const query of ['isil', 'IŞIL', 'ışıl', 'Işıl', 'İSİL'])
      expect((await found(searcher, query)).sort(), query).toEqual(turkish)
    const german = ids(await somebody(null, 'GROSSSTRASSE'), await somebody(null, 'Großstraße'))
    for (const query of ['großstraße', 'GROSSSTRASSE', 'GROẞSTRAẞE', 'grossstr'])
      expect((await found(searcher, query)).sort(), query).toEqual(german.sort())
    const greek = ids(await somebody(null, 'ΟΔΥΣΣΕΎΣ'), await somebody(null, 'Οδυσσεύς'))
    for (const query of ['οδυσσευς', 'ΟΔΥΣΣΕΥΣ', 'οδυσσευσ'])
      expect((await found(searcher, query)).sort(), query).toEqual(greek.sort())
  })

  it('takes every apostrophe for the same, and every dash', async () => {
    const [searcher] = await app.people('searcher')
    const irish = await somebody(null, 'Sean O’Bryan')
    for (const query of ["o'bryan", 'O’Bryan', 'oʼbryan', 'o`bry', 'O´BRYAN', 'bryan', 'obryan'])
      expect(await found(searcher, query), query).toEqual(ids(irish))
    const french = [await somebody(null, 'Zean‑Luc'), await somebody(null, 'Zean–Luc')]
    for (const query of ['zean-luc', 'zean‐l', 'zean luc', 'ZEAN−LUC', 'zeanluc'])
      expect((await found(searcher, query)).sort(), query).toEqual(ids(...french).sort())
  })

  it('takes a dash for a blank in display names, and for itself in usernames', async () => {
    const [searcher] = await app.people('searcher')
    const blank = await somebody(null, 'Xean Luc')
    const dash = await somebody(null, 'Xean-Luc')
    const named = await somebody('xean-luc.1', 'Somebody Else')
    const paul = await somebody('xeanpaul', 'Xean Paul')
    for (const query of ['xean-luc', 'XEAN‑LUC', 'xean-l'])
      expect((await found(searcher, query)).sort(), query).toEqual(ids(blank, dash, named).sort())
    expect((await found(searcher, 'luc-xean')).sort()).toEqual(ids(blank, dash).sort())
    expect((await found(searcher, 'xean luc')).sort()).toEqual(ids(blank, dash).sort())
    expect(await found(searcher, 'xean-pau')).toEqual(ids(paul))
    // The one with exactly this username comes first, and once.
    const exact = await somebody('xean-luc', 'Xean Luc Xean-Luc')
    await verbs.addContact(searcher, paul)
    const all = await search(searcher, 'xean-luc')
    expect(all.edges.map(({ node }) => node.id).slice(0, 1)).toEqual(ids(exact))
    expect({ many: all.edges.length, count: all.totalCount }).toEqual({ many: 4, count: 4 })
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await search(searcher, 'xean-luc', { first: 1, ...(after && { after }) })
      seen.push(...page.edges.map(({ node }) => node.id))
      after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? undefined) : undefined
    } while (after !== undefined)
    expect(seen).toEqual(all.edges.map(({ node }) => node.id))
    // Parts of one letter are too short to look for: the word stays whole.
    const short = await somebody('q-q.q', 'Q-q Q')
    expect(await found(searcher, 'q-q')).toEqual(ids(short))
  })

  it('finds letters that have no accent to take away by the letters that people type instead', async () => {
    const [searcher] = await app.people('searcher')
    const names = {
      Łukaszek: ['lukaszek', 'ŁUKASZEK', 'łuk'],
      Øresundby: ['oresundby', 'ØRESUND'],
      Đorđević: ['dordevic', 'ĐORĐE'],
      Æblegård: ['aeblegard', 'ÆBLE'],
      Œuvrard: ['oeuvrard', 'ŒUV'],
      Þorvaldur: ['thorvaldur', 'ÞORV'],
      Iŋára: ['ingara', 'IŊARA'],
    }
    for (const [name, queries] of Object.entries(names)) {
      const person = await somebody(null, name)
      for (const query of queries) expect(await found(searcher, query), query).toEqual(ids(person))
    }
  })

  it('keeps the vowel signs of Devanagari and Thai, which are no accents, and joins words without joiners', async () => {
    const [searcher] = await app.people('searcher')
    const [ki, ke] = [await somebody(null, 'किरण'), await somebody(null, 'केरण')]
    expect(await found(searcher, 'किरण')).toEqual(ids(ki))
    expect(await found(searcher, 'केर')).toEqual(ids(ke))
    expect(await found(searcher, 'करण')).toEqual([])
    const thai = await somebody(null, 'ที่รัก')
    expect(await found(searcher, 'ที่ร')).toEqual(ids(thai))
    expect(await found(searcher, 'ทารก')).toEqual([])
    const persian = await somebody(null, 'می‌خواهم')
    for (const query of ['میخواهم', 'می‌خواهم'])
      expect(await found(searcher, query)).toEqual(ids(persian))
  })

  it('finds people by a query and by names that a phone has wrapped in direction marks', async () => {
    const [searcher] = await app.people('searcher')
    const wrapped = await somebody('axolotl', '\u2068Axolotl\u2069')
    expect(await found(searcher, '\u2068@axolotl\u2069')).toEqual(ids(wrapped))
    for (const query of ['\u2068a\u2069', '\u200b\u200b\u200b', '\u3164\u3164'])
      expect(await found(searcher, query)).toEqual([])
  })

  it('finds nobody for fewer than two characters, more than a hundred, or what is no text', async () => {
    const [searcher] = await app.people('searcher')
    await somebody('quokka')
    for (const query of ['', ' ', 'q', '@q', 'q u', '🏓', 'q'.repeat(101), 'qu\0', 'qu\ud800']) {
      const { edges, totalCount, pageInfo } = await search(searcher, query)
      expect({ query, edges, totalCount, next: pageInfo.hasNextPage }).toEqual({
        query,
        edges: [],
        totalCount: 0,
        next: false,
      })
    }
    expect(await found(searcher, 'qu')).toHaveLength(1)
  })

  it('takes wildcards at their word', async () => {
    const [searcher] = await app.people('searcher')
    const underscore = await somebody('ibex_a')
    await somebody('ibexxa')
    const percent = await somebody(null, '100%sure')
    expect(await found(searcher, 'ibex_')).toEqual(ids(underscore))
    expect(await found(searcher, '100%')).toEqual(ids(percent))
    for (const query of ['%%', '__', 'ibex%', '.*', 'ib\\']) {
      expect(await found(searcher, query), query).toEqual([])
    }
  })

  it('shows whom the viewer knows first, then whole names, then longer ones', async () => {
    const [searcher] = await app.people('searcher')
    const exact = await somebody('lemur')
    const longer = await somebody('lemuria')
    const friend = await somebody('lemurz.friend')
    const contact = await somebody('lemury.contact')
    const followed = await somebody(null, 'Lemurx')
    const word = await somebody('zz.top', 'Lemur')
    await befriend(searcher, friend)
    await verbs.addContact(searcher, contact)
    await verbs.followUser(searcher, followed)
    const strangers = await found(app.nobody, 'lemur')
    expect(strangers.slice(0, 2).sort()).toEqual(ids(exact, word).sort())
    expect(strangers.slice(2)).toEqual(ids(longer, followed, contact, friend))
    const answer = await found(searcher, 'lemur')
    expect(answer.slice(0, 3)).toEqual(ids(followed, contact, friend))
    expect(answer.slice(3, 5).sort()).toEqual(ids(exact, word).sort())
    expect(answer.slice(5)).toEqual(ids(longer))
  })

  it('shows each person once, however many of their words match', async () => {
    const [searcher] = await app.people('searcher')
    const many = await somebody('tapir.tapir', 'Tapir Tapirus Tapiro')
    const other = await somebody('tapirina', 'Tapirus')
    const { edges, totalCount } = await search(searcher, 'tapir')
    expect(edges.map(({ node }) => node.id)).toEqual(ids(many, other))
    expect(totalCount).toBe(2)
  })

  it('leaves out whoever is hidden by a block, either way, known or not, by name and by word', async () => {
    const [searcher] = await app.people('searcher')
    const hidden = [
      await somebody('okapi.1'),
      await somebody(null, 'Okapi'),
      await somebody('okapi.2'),
      await somebody(null, 'Okapia'),
    ]
    for (const known of hidden.slice(0, 2)) await verbs.addContact(searcher, known)
    for (const blocker of hidden) await verbs.blockUser(blocker, searcher)
    const blocked = await somebody('okapi.3')
    await verbs.blockUser(searcher, blocked)
    const open = await somebody('okapi.4')
    const { edges, totalCount, pageInfo } = await search(searcher, 'okapi', { first: 1 })
    expect(edges.map(({ node }) => node.id)).toEqual(ids(open))
    expect({ totalCount, more: pageInfo.hasNextPage }).toEqual({ totalCount: 1, more: false })
    expect(await found(searcher, 'okapi')).toEqual(ids(open))
    expect(await found(app.nobody, 'okapi')).toHaveLength(6)
  })

  it('leaves out whoever will not be discovered, known or not, by name and by word', async () => {
    const [searcher] = await app.people('searcher')
    const shy = [
      await somebody('bongo.1'),
      await somebody(null, 'Bongo'),
      await somebody('bongo.2'),
      await somebody(null, 'Bongos'),
    ]
    for (const known of shy.slice(0, 2)) await befriend(searcher, known)
    for (const person of shy) {
      await person.ask(
        `mutation { updatePrivacySettings(settings: { discoverable: false }) { changed } }`,
      )
    }
    const { edges, totalCount } = await search(searcher, 'bongo')
    expect({ edges, totalCount }).toEqual({ edges: [], totalCount: 0 })
    const { data } = await searcher.ask(`{ userByUsername(username: "bongo.2") { id } }`)
    expect(data.userByUsername).toEqual({ id: shy[2]?.id })
  })

  it('finds people by what they are called now, and erased people not at all', async () => {
    const [searcher] = await app.people('searcher')
    const person = await somebody('narwhal.old', 'Narwhal Before')
    await person.ask(`mutation { claimUsername(username: "unicorn.now") { changed } }`)
    await rename(person, 'Unicorn After')
    expect(await found(searcher, 'narwhal')).toEqual([])
    expect(await found(searcher, 'before')).toEqual([])
    expect(await found(searcher, 'unicorn')).toEqual(ids(person))
    await rename(person, null)
    expect(await found(searcher, 'after')).toEqual([])
    await app.admin.query('delete from users where id = $1', [person.id])
    expect(await found(searcher, 'unicorn')).toEqual([])
  })
})

describe('the pages of a search', () => {
  it('hold everybody once, the known before the others, also across the border', async () => {
    const [searcher] = await app.people('searcher')
    const people: Person[] = []
    for (let place = 0; place < 12; place++) {
      const word = place % 3 === 0 ? 'Civet Shared' : `Civet${String(place)}`
      people.push(await somebody(place % 2 === 0 ? `civet.${String(place)}` : null, word))
    }
    for (const known of people.slice(3, 8)) await verbs.addContact(searcher, known)
    const all = await search(searcher, 'civet', { first: 50 })
    expect(all.totalCount).toBe(12)
    expect(all.edges).toHaveLength(12)
    for (const size of [1, 2, 5]) {
      const seen: string[] = []
      let after: string | undefined
      do {
        const page = await search(searcher, 'civet', { first: size, ...(after && { after }) })
        seen.push(...page.edges.map(({ node }) => node.id))
        after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? undefined) : undefined
      } while (after !== undefined)
      expect(seen).toEqual(all.edges.map(({ node }) => node.id))
    }
    expect(
      all.edges
        .slice(0, 5)
        .map(({ node }) => node.id)
        .sort(),
    ).toEqual(ids(...people.slice(3, 8)).sort())
  })

  it('refuse the cursor of another search, and an impossible size', async () => {
    const [searcher] = await app.people('searcher')
    await somebody('dingo.1')
    await somebody('dingo.2')
    const { pageInfo } = await search(searcher, 'dingo', { first: 1 })
    const codes = async (variables: Record<string, unknown>) =>
      (await searcher.ask(Search, variables)).errors.map(({ extensions }) => extensions.code)
    expect(await codes({ query: 'ding', after: pageInfo.endCursor })).toEqual(['BAD_USER_INPUT'])
    expect(await codes({ query: 'dingo', after: 'x' })).toEqual(['BAD_USER_INPUT'])
    expect(await codes({ query: 'dingo', first: 0 })).toEqual(['BAD_USER_INPUT'])
    expect(await codes({ query: 'dingo', first: 101 })).toEqual(['BAD_USER_INPUT'])
  })

  it('cost one statement, one more for the count, one more for what people show', async () => {
    const [searcher] = await app.people('searcher')
    await somebody('yak.1', 'Yak')
    const { statements } = await searcher.ask(Search, { query: 'yak' })
    expect([...statements].sort()).toEqual([
      'rateLimits.reserve',
      'usernames.countFound',
      'usernames.search',
      'users.summaries',
    ])
  })
})

/**
 * People by the thousand, past the API: each with a username and a display name, `#` standing for
 * their number.
 */
async function crowd(size: number, username: string, displayName: string): Promise<void> {
  await app.admin.query(
    `with made as (
       insert into users (id)
       select md5($2 || $3 || n)::uuid from generate_series(1, $1::int) as n returning id
     ), numbered as (
       select md5($2 || $3 || n)::uuid as id, n from generate_series(1, $1::int) as n
     ), named as (
       insert into usernames (user_id, name) select id, replace($2, '#', n::text) from numbered
     )
     insert into user_profiles (user_id, display_name, display_words)
     select id, replace($3, '#', n::text), string_to_array(lower(replace($3, '#', n::text)), ' ') from numbered`,
    [size, username, displayName],
  )
}

/** What a plan says of the blocks that it read. */
type Blocks = Readonly<Record<'Shared Hit Blocks' | 'Shared Read Blocks', number>>

describe('a search that thousands match', () => {
  it('finds those whom the viewer knows, and the one with exactly this username, before all others', async () => {
    const [searcher] = await app.people('searcher')
    await crowd(2500, 'gnat.#', 'Gnat Swarm')
    const exact = await somebody('gnat')
    const friend = await somebody('gnatzz', 'Zzz Gnatzz')
    await verbs.addContact(searcher, friend)
    expect((await found(searcher, 'gnat')).slice(0, 2)).toEqual(ids(friend, exact))
    expect((await found(app.nobody, 'gnat')).slice(0, 1)).toEqual(ids(exact))
    expect(await found(searcher, 'gnatzz')).toEqual(ids(friend))
  })

  it('looks at those with its rarest word, so that it finds the one of thousands who has both', async () => {
    const [searcher] = await app.people('searcher')
    await crowd(2500, 'midge.#', 'Midge Cloud')
    const both = await somebody('zz.zebu', 'Zebu Midge')
    for (const query of ['midge zebu', 'zebu midge', 'mid zeb'])
      expect(await found(searcher, query), query).toEqual(ids(both))
    expect((await search(searcher, 'midge zz.z')).totalCount).toBe(1)
    expect((await search(searcher, 'midge cloud zebu')).totalCount).toBe(0)
  })

  it('counts as many people as its pages hold, each once, and no more than 1,000 names and 1,000 words of them', async () => {
    const [searcher] = await app.people('searcher')
    await crowd(1200, 'aphid.#', 'Somebody #')
    await crowd(1200, 'other.a#', 'Aphid#')
    await crowd(30, 'aphid.0#', 'Aphid#')
    const seen: string[] = []
    let after: string | undefined
    let { totalCount } = await search(searcher, 'aphid', { first: 1 })
    do {
      const page = await search(app.service, 'aphid', { first: 100, ...(after && { after }) })
      seen.push(...page.edges.map(({ node }) => node.id))
      after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? undefined) : undefined
    } while (after !== undefined)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toHaveLength(totalCount)
    expect(totalCount).toBeGreaterThan(1900)
    expect(totalCount).toBeLessThanOrEqual(2000)
    totalCount = (await search(searcher, 'aphid.11')).totalCount
    expect(totalCount).toBe(111)
  })

  it('reads as much of the database for ten thousand as for three thousand', async () => {
    const connection = await app.admin.connect()
    onTestFinished(() => {
      connection.release()
    })
    const pagesRead = async (query: string[], scope: number) => {
      const explain = () =>
        connection.query(
          `explain (analyze, buffers, format json)
             select * from search_people($1, $1, null, 21, $2, 5000, 20, 0, '', '00000000-0000-0000-0000-000000000000')`,
          [query, scope],
        )
      // The first time, a connection reads the catalogue too.
      await explain()
      const { rows } = await explain()
      const [{ 'QUERY PLAN': plans }] = rows as [{ 'QUERY PLAN': [{ Plan: Blocks }] }]
      return plans[0].Plan['Shared Hit Blocks'] + plans[0].Plan['Shared Read Blocks']
    }
    const measure = async (name: string, size: number) => {
      await crowd(size, `${name}.#`, `${name} ${name}two#`)
      await vacuum(app.admin)
      const queries = [[name], [name, `${name}t`], [`${name}x`, name], [`${name}.`, `${name}two`]]
      const bounded: number[] = []
      for (const query of queries) bounded.push(await pagesRead(query, 1000))
      return { bounded, unbounded: await pagesRead([`${name}two`, `${name}.x`], 1e6) }
    }
    const few = await measure('wasp', 3000)
    const many = await measure('hornet', 10_000)
    few.bounded.forEach((read, place) => {
      expect(many.bounded[place], String(place)).toBeLessThan(read + 30)
    })
    // An index is read that holds a hundred names to a page.
    expect(many.unbounded).toBeGreaterThan(few.unbounded + 50)
  })

  it('goes on in the order of its first page, also when another word has become the rarest', async () => {
    const [searcher] = await app.people('searcher')
    const both: Person[] = []
    for (const [one, other] of [
      ['Weta', 'Zorilla'],
      ['Wetaa', 'Zorill'],
      ['Wetab', 'Zoril'],
    ])
      both.push(await somebody(null, `${one ?? ''} ${other ?? ''}`))
    await somebody('zorilz')
    const { edges, pageInfo } = await search(searcher, 'zoril weta', { first: 1 })
    expect(edges.map(({ node }) => node.id)).toEqual(ids(...both.slice(0, 1)))
    for (const name of ['weta.1', 'weta.2', 'weta.3']) await somebody(name)
    const next = await search(searcher, 'zoril weta', { after: pageInfo.endCursor ?? '' })
    expect(next.edges.map(({ node }) => node.id)).toEqual(ids(...both.slice(1)))
  })
})

/** The largest number that was seen until something was over. */
async function watch(look: () => Promise<number>, until: Promise<unknown>): Promise<number> {
  const seen: number[] = []
  const state = { over: false }
  void until.finally(() => (state.over = true))
  while (!state.over) seen.push(await look())
  return Math.max(...seen)
}

describe('many searches at once', () => {
  it('leave connections for everybody else: two are asked at a time, the others wait or are told so', async () => {
    const busy = await openIsolatedTestService({ NODE_ENV: 'production', DATABASE_POOL_SIZE: '4' })
    const [alice, holder] = [(await busy.people('alice'))[0], await busy.admin.connect()]
    const { atOnce, mostWaiting } = limits.search
    const asked = async () => {
      const { rows } = await busy.admin.query(
        `select count(*)::int as count from pg_stat_activity
          where datname = current_database() and query like '%search_people%' and wait_event_type = 'Lock'`,
      )
      return (rows[0] as { count: number }).count
    }
    await search(busy.service, 'hare')
    await holder.query('begin; lock table user_profile_words in access exclusive mode')
    // A lock that a failed test left behind would keep its test service from ending.
    onTestFinished(() => {
      holder.release(true)
    })
    const document = `{ one: searchUsers(query: "hare") { totalCount edges { node { id } } }
      other: searchUsers(query: "hares") { totalCount } }`
    const searches = Array.from({ length: mostWaiting + 20 }, () => busy.service.askOnce(document))
    const innocent = alice.ask('{ viewer { friends { totalCount } } }')
    const answers = Promise.all(searches)
    const most = await watch(asked, answers)
    expect(most).toBe(atOnce)
    expect((await innocent).data).toEqual({ viewer: { friends: { totalCount: 0 } } })
    const extensions = (await answers).flatMap(({ errors }) =>
      errors.map((error) => error.extensions),
    )
    expect(extensions.length).toBeGreaterThanOrEqual(searches.length)
    expect(new Set(extensions.map((each) => JSON.stringify(each)))).toEqual(
      new Set([JSON.stringify({ code: 'OVERLOADED', retryAfter: 1 })]),
    )
    await holder.query('commit')
    expect((await busy.service.ask(document)).errors).toEqual([])
  })

  it('end after a second each, although other statements have two', async () => {
    const slow = await openIsolatedTestService({ NODE_ENV: 'production' })
    await slow.admin.query(
      `create or replace function after_prefix(prefix text) returns text language plpgsql immutable
           as $$ begin perform pg_sleep(1.4); return prefix || chr(1114111); end $$`,
    )
    const { errors } = await slow.service.askOnce('{ searchUsers(query: "hare") { totalCount } }')
    expect(errors.map(({ extensions }) => extensions)).toEqual([
      { code: 'OVERLOADED', retryAfter: 1 },
    ])
  })
})
