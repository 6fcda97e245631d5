import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Issuer } from '../../support/issuer.ts'

/** A change that somebody asks for, again and again until it is answered. */
interface Change {
  readonly viewer: string
  readonly mutation: string
  readonly other: string
}

/**
 * People in pairs who follow, ask, befriend and block each other. Those of one pair never follow
 * and block, so that every follow has an event that nothing drops.
 */
export class Changes {
  /** How many were answered, and how many requests had to be sent again. */
  done = 0
  repeated = 0
  readonly #people: readonly string[]
  readonly #tokens = new Map<string, string>()
  readonly #issuer: Issuer
  readonly #url: string
  readonly #secret: string

  constructor(people: readonly string[], issuer: Issuer, url: string, secret: string) {
    this.#people = people
    this.#issuer = issuer
    this.#url = url
    this.#secret = secret
  }

  /** Makes changes until they are enough, by so many clients at the same time. */
  async make(isEnough: () => boolean, clients: number): Promise<void> {
    const client = async () => {
      while (!isEnough()) await this.#insist(this.#next())
    }
    await Promise.all(Array.from({ length: clients }, client))
  }

  #next(): Change {
    const [one, two] = [this.#somebody(), this.#somebody()]
    if (one === two) return this.#next()
    const [viewer, other] = [String(this.#people[one]), String(this.#people[two])]
    // What the two do is decided by who they are.
    const mutations = [
      ['followUser', 'followUser'],
      ['blockUser', 'unblockUser'],
      ['requestFriend', 'requestFriend'],
    ][(one + two) % 3] as [string, string]
    return { viewer, other, mutation: mutations[Math.random() < 0.6 ? 0 : 1] }
  }

  #somebody(): number {
    return Math.floor(Math.random() * this.#people.length)
  }

  async #insist({ viewer, mutation, other }: Change): Promise<void> {
    const token = await this.#tokenOf(viewer)
    for (;;) {
      const answer = await fetch(this.#url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-gateway-secret': this.#secret,
          authorization: `Bearer ${token}`,
        },
        body: JSON.stringify({
          query: `mutation ($id: ID!) { done: ${mutation}(userId: $id) { changed userErrors { code } } }`,
          variables: { id: other },
        }),
        signal: AbortSignal.timeout(15_000),
      })
        .then((response) => response.json() as Promise<{ data?: { done?: object } | null }>)
        .catch(() => null)
      if (answer?.data?.done) break
      this.repeated++
      await sleep(100)
    }
    this.done++
  }

  async #tokenOf(viewer: string): Promise<string> {
    const exp = Math.floor(Date.now() / 1_000) + 7_200
    const token = this.#tokens.get(viewer) ?? (await this.#issuer.token({ sub: viewer, exp }))
    this.#tokens.set(viewer, token)
    return token
  }
}

/** So many people, registered. */
export async function registerPeople(admin: pg.Client, count: number): Promise<string[]> {
  const people = Array.from({ length: count }, () => randomUUID())
  await admin.query('insert into users (id) select unnest($1::uuid[])', [people])
  return people
}
