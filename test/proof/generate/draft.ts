import type { GraphQLInputType, GraphQLSchema } from 'graphql'
import type { Random } from '../random.ts'

/** What a document can name so that something comes back. */
export interface Known {
  readonly people: readonly string[]
  readonly usernames: readonly string[]
  readonly tokens: readonly string[]
  readonly requests: readonly string[]
  readonly links: readonly string[]
  /** Cursors by the field whose list they belong to. */
  readonly cursors: ReadonlyMap<string, readonly string[]>
}

/** A variable of the document: how it is declared and what is sent for it, if anything. */
export interface Variable {
  readonly name: string
  readonly declared: string
  readonly sent: { readonly value: unknown } | null
}

interface Fragment {
  readonly name: string
  readonly type: string
  readonly text: string
  readonly scope: Scope
}

/** What an operation or a fragment uses, fragments not followed. */
export interface Scope {
  readonly variables: Set<string>
  readonly fragments: Set<string>
}

/**
 * How a response name of a type is asked for: alike wherever it comes again, or the two could not
 * be merged.
 */
interface Asked {
  readonly field: string
  readonly arguments: string
  readonly variables: readonly string[]
}

/** A document while it is written. */
export class Draft {
  readonly schema: GraphQLSchema
  readonly known: Known
  readonly random: Random
  /** Whether a service asks it, which may read more. */
  readonly forService: boolean
  /** Whether values may be of the wrong type now and then. */
  readonly careless: boolean
  /**
   * Whether it has nothing that an executor could find difficult: no conditions, defaults, or
   * variables in literals.
   */
  readonly plain: boolean
  /**
   * Whether it is to be one that the service compiles: plain, one query, with names that mean
   * nothing to JavaScript.
   */
  readonly compilable: boolean
  /** How many fields it may still get. */
  fieldsLeft: number
  readonly variables = new Map<string, Variable>()
  readonly fragments = new Map<string, Fragment>()
  readonly #asked = new Map<string, Asked>()
  readonly #ofSort = new Map<string, string[]>()
  #scope: Scope = { variables: new Set(), fragments: new Set() }

  constructor(
    schema: GraphQLSchema,
    known: Known,
    random: Random,
    { forService, compilable }: { readonly forService: boolean; readonly compilable: boolean },
  ) {
    this.schema = schema
    this.known = known
    this.random = random
    this.forService = forService
    this.careless = !compilable && random.chance(0.12)
    this.plain = compilable || random.chance(0.3)
    this.compilable = compilable
    this.fieldsLeft = 6 + random.below(40)
  }

  /** Writes something apart, and says what it uses. */
  apart(write: () => string): { readonly text: string; readonly scope: Scope } {
    const outer = this.#scope
    const scope: Scope = { variables: new Set(), fragments: new Set() }
    this.#scope = scope
    const text = write()
    this.#scope = outer
    return { text, scope }
  }

  /**
   * A fragment whose text is complete. The first to spread it is whoever made it, so none is
   * unused.
   */
  addFragment(type: string, text: string, scope: Scope): string {
    const name = `F${String(this.fragments.size + 1)}`
    this.fragments.set(name, { name, type, text, scope })
    return name
  }

  spread(name: string): string {
    this.#scope.fragments.add(name)
    return `...${name}`
  }

  fragmentsOn(type: string): string[] {
    return [...this.fragments.values()]
      .filter((fragment) => fragment.type === type)
      .map(({ name }) => name)
  }

  /** An earlier variable for the same kind of place. */
  variablesFor(type: GraphQLInputType | string, place: string): readonly string[] {
    return this.#ofSort.get(`${String(type)} ${place}`) ?? []
  }

  addVariable(
    type: GraphQLInputType | string,
    place: string,
    declared: string,
    sent: Variable['sent'],
  ): string {
    const name = `v${String(this.variables.size + 1)}`
    this.variables.set(name, { name, declared, sent })
    const sort = `${String(type)} ${place}`
    this.#ofSort.set(sort, [...(this.#ofSort.get(sort) ?? []), name])
    return name
  }

  use(variable: string): string {
    this.#scope.variables.add(variable)
    return `$${variable}`
  }

  askedAs(type: string, response: string): Asked | undefined {
    return this.#asked.get(`${type}.${response}`)
  }

  remember(type: string, response: string, asked: Asked): void {
    this.#asked.set(`${type}.${response}`, asked)
  }

  /** Every variable that is used within, fragments followed. */
  variablesWithin(scope: Scope, seen = new Set<string>()): Set<string> {
    const found = new Set(scope.variables)
    for (const name of scope.fragments) {
      if (seen.has(name)) continue
      seen.add(name)
      const fragment = this.fragments.get(name)
      if (fragment === undefined) continue
      for (const variable of this.variablesWithin(fragment.scope, seen)) found.add(variable)
    }
    return found
  }
}
