import { describe, expect, it } from 'vitest'
import { readGraph } from '../../src/config/graph-settings.ts'
import { buildSchema } from '../../src/server/schema.ts'
import { plainShape } from '../../src/server/type-defs.ts'
import { collidable, collide, strangerWith } from '../support/collisions.ts'
import { composers, service } from '../support/composers.ts'
import { subgraphSdl } from '../support/subgraph.ts'

// Another team may choose any of our names for a type of its own. With TYPE_PREFIX this is no
// matter, but for the few types that are the whole graph's (docs/decisions, 31).

const { modules } = readGraph({})
const types = collidable(buildSchema(modules))
const prefixed = { ...plainShape, typePrefix: 'Social' }

/**
 * Types that keep their names with a prefix: the entity that all subgraphs share, and what Relay
 * names.
 */
const shared = ['PageInfo', 'User']

const ours = async (shape = plainShape) => [
  service('connections', await subgraphSdl(modules, shape)),
]
const typesNamed = (...names: string[]) => types.filter(({ name }) => names.includes(name))

describe.each(Object.entries(composers))('%s', (_name, composer) => {
  it('joins ours under a prefix with a stranger who has chosen all of our names', async () => {
    const stranger = strangerWith(types.filter(({ name }) => !shared.includes(name)))
    const { problems } = composer.compose([...(await ours(prefixed)), stranger])
    expect(problems).toEqual([])
  })

  it('refuses a stranger’s PageInfo and User under a prefix, too: these are the whole graph’s', async () => {
    const connections = await ours(prefixed)
    const kinds = typesNamed(...shared).map((type) => collide(composer, type, connections).kind)
    expect(kinds).toEqual(['refused', 'refused'])
  })

  it('refuses objects, and drops fields of inputs without a word, where there is no prefix', async () => {
    const connections = await ours()
    const [object, input] = [
      ...typesNamed('Relationship'),
      ...typesNamed('SocialPrivacySettingsInput'),
    ]
    if (object === undefined || input === undefined) throw new Error('Our names have changed.')
    expect(collide(composer, object, connections).kind).toBe('refused')
    expect(collide(composer, input, connections).kind).toBe('loses')
  })
})

describe('the types that a prefix leaves alone', () => {
  it('are those that are shared', () => {
    const names = new Set(Object.keys(buildSchema(modules, prefixed).getTypeMap()))
    const kept = types.filter(({ name }) => names.has(name)).map(({ name }) => name)
    expect(kept.sort()).toEqual(shared)
  })
})
