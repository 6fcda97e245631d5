import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openClone } from '../../support/clone.ts'

// How many of the friendships that were taken out of a real graph are among the 25 best
// suggestions, by mutual friends alone and by the database's own function. The graphs are not ours
// to keep here: SOCIAL_GRAPHS names a folder with those of SNAP (https://snap.stanford.edu/data/).

const folder = process.env['SOCIAL_GRAPHS']
const graphs = [
  ['ego-facebook.txt', 0.73],
  ['lastfm-asia.csv', 0.45],
] as const

/** Takes out a tenth, and asks so many people at most. */
const seed = 1
const mostAsked = 3_000

const clone = folder === undefined ? null : await openClone()

function readEdges(file: string): [number, number][] {
  const lines = readFileSync(file, 'utf8').split('\n')
  const edges = lines.map((line) => line.split(/[ ,]/).map(Number))
  return edges.filter((edge): edge is [number, number] => {
    const [one, other] = edge
    return edge.length === 2 && one !== other && edge.every(Number.isInteger)
  })
}

/** In an order that the seed alone decides. */
function shuffled(edges: readonly [number, number][]): [number, number][] {
  const hashed = edges.map((edge) => {
    const hash = createHash('md5')
      .update(`${String(seed)}:${edge.join('-')}`)
      .digest('hex')
    return [hash, edge] as const
  })
  return hashed.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, edge]) => edge)
}

const idOf = (person: number) =>
  createHash('md5')
    .update(String(person))
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

async function recallOf(file: string): Promise<{ recall: number; people: number }> {
  if (clone === null) throw new Error('There is no database.')
  const { admin } = clone
  const edges = shuffled(readEdges(file))
  const hidden = new Map<string, Set<string>>()
  const tenth = Math.floor(edges.length / 10)
  for (const [one, other] of edges.slice(0, tenth))
    for (const [person, friend] of [
      [one, other],
      [other, one],
    ] as const)
      hidden.set(idOf(person), (hidden.get(idOf(person)) ?? new Set()).add(idOf(friend)))
  await admin.query('truncate users cascade')
  await admin.query('insert into users (id) select distinct unnest($1::uuid[])', [
    edges.flat().map(idOf),
  ])
  await admin.query(
    `insert into user_friends (user_id, friend_id, friendship_level)
     select one, other, 'friend' from unnest($1::uuid[], $2::uuid[]) as edge (one, other)
      union
     select other, one, 'friend' from unnest($1::uuid[], $2::uuid[]) as edge (one, other)`,
    [
      edges.slice(tenth).map(([one]) => idOf(one)),
      edges.slice(tenth).map(([, other]) => idOf(other)),
    ],
  )
  await admin.query('vacuum (analyze) user_friends')
  const asked = [...hidden.keys()].sort().slice(0, mostAsked)
  const { rows } = await admin.query<{ person: string; found: string[] }>(
    `select person, array(select candidate from similar_people(person, 20000)
                           order by friend_weight + far_weight desc, candidate limit 25) as found
       from unnest($1::uuid[]) as person`,
    [asked],
  )
  const shares = rows.map(({ person, found }) => {
    const missing = hidden.get(person) ?? new Set()
    return found.filter((id) => missing.has(id)).length / missing.size
  })
  return {
    recall: shares.reduce((sum, share) => sum + share, 0) / shares.length,
    people: shares.length,
  }
}

describe('the share of hidden friendships that are suggested', () => {
  it.each(graphs)(
    'is high enough on %s (at least %d)',
    async (name, least) => {
      const file = join(folder ?? '', name)
      if (folder === undefined || !existsSync(file)) {
        process.stdout.write(`skipped: SOCIAL_GRAPHS is not a folder with ${name}\n`)
        return
      }
      const { recall, people } = await recallOf(file)
      process.stdout.write(`${name}: recall@25 ${recall.toFixed(3)} of ${String(people)} people\n`)
      expect(recall).toBeGreaterThanOrEqual(least)
    },
    600_000,
  )
})
