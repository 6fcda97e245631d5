/**
 * The rules of a pair, told a second time, as plainly as possible and without a database: what
 * `pair-states.test.ts` compares the service with. Two people, `a` and `b`, each the other's other.
 */
export type Side = 'a' | 'b'
type Sides<T> = Readonly<Record<Side, T>>
/** An open request, declined or not. */
type Asked = { readonly by: Side; readonly declined: boolean } | null

export interface Pair {
  readonly contact: Sides<boolean>
  readonly follow: Sides<boolean>
  readonly level: 'FRIEND' | 'CLOSE' | null
  readonly friend: Asked
  readonly close: Asked
  readonly block: Sides<boolean>
  /** A request of `a`'s that has run out, declined or not. It is history: no verb touches it. */
  readonly ranOut: { readonly kind: RequestKind; readonly declined: boolean } | null
}

export interface Outcome {
  /** Null: went through. */
  readonly code: string | null
  readonly changed: boolean
  readonly after: Pair
}

export const strangersPair: Pair = {
  contact: { a: false, b: false },
  follow: { a: false, b: false },
  level: null,
  friend: null,
  close: null,
  block: { a: false, b: false },
  ranOut: null,
}

export const otherSide = (side: Side): Side => (side === 'a' ? 'b' : 'a')

type Rule = (pair: Pair, me: Side) => Outcome

const no = (code: string, pair: Pair): Outcome => ({ code, changed: false, after: pair })
const yes = (pair: Pair, after: Partial<Pair>, changed = true): Outcome => ({
  code: null,
  changed,
  after: { ...pair, ...after },
})
const set = <T>(sides: Sides<T>, side: Side, value: T): Sides<T> => ({ ...sides, [side]: value })

/** What every verb that needs the other asks first. */
const present =
  (rule: Rule): Rule =>
  (pair, me) => {
    if (pair.block[me]) return no('BLOCKED_BY_YOU', pair)
    return pair.block[otherSide(me)] ? no('UNAVAILABLE', pair) : rule(pair, me)
  }

const friendsOnly = (rule: Rule): Rule =>
  present((pair, me) => (pair.level === null ? no('NOT_FRIENDS', pair) : rule(pair, me)))

/** The verbs towards a person. */
export const personRules = {
  addContact: present((pair, me) =>
    yes(pair, { contact: set(pair.contact, me, true) }, !pair.contact[me]),
  ),
  // A contact who is hidden is removed like any other, and the answer does not tell that there was
  // one.
  removeContact: (pair, me) =>
    yes(
      pair,
      { contact: set(pair.contact, me, false) },
      pair.contact[me] && !pair.block[otherSide(me)],
    ),
  followUser: present((pair, me) =>
    yes(pair, { follow: set(pair.follow, me, true) }, !pair.follow[me]),
  ),
  unfollowUser: (pair, me) => yes(pair, { follow: set(pair.follow, me, false) }, pair.follow[me]),
  removeFollower: (pair, me) => {
    const other = otherSide(me)
    return yes(pair, { follow: set(pair.follow, other, false) }, pair.follow[other])
  },
  requestFriend: present((pair, me) => {
    if (pair.level !== null) return yes(pair, {}, false)
    if (pair.friend === null) return yes(pair, { friend: { by: me, declined: false } })
    return pair.friend.by === me
      ? yes(pair, {}, false)
      : yes(pair, { level: 'FRIEND', friend: null })
  }),
  removeFriend: (pair) => yes(pair, { level: null, close: null }, pair.level !== null),
  askClose: friendsOnly((pair, me) => {
    if (pair.level === 'CLOSE') return yes(pair, {}, false)
    if (pair.close === null) return yes(pair, { close: { by: me, declined: false } })
    return pair.close.by === me ? yes(pair, {}, false) : yes(pair, { level: 'CLOSE', close: null })
  }),
  stepDown: friendsOnly((pair, me) => {
    const mine = pair.close?.by === me
    return yes(
      pair,
      { level: 'FRIEND', close: mine ? null : pair.close },
      pair.level === 'CLOSE' || mine,
    )
  }),
  blockUser: (pair, me) => ({
    code: null,
    changed: !pair.block[me],
    after: {
      ...strangersPair,
      ranOut: pair.ranOut,
      block: set(pair.block, me, true),
      contact: set(pair.contact, me, false),
    },
  }),
  unblockUser: (pair, me) => yes(pair, { block: set(pair.block, me, false) }, pair.block[me]),
} satisfies Record<string, Rule>

/**
 * What `can` says of a verb towards a person: null when it would change something, else the code of
 * its refusal, or ALREADY.
 */
export function reasonAgainst(pair: Pair, me: Side, verb: keyof typeof personRules): string | null {
  const { code, changed } = personRules[verb](pair, me)
  return code ?? (changed ? null : 'ALREADY')
}

export type RequestKind = 'friend' | 'close'

const requester =
  (rule: (pair: Pair, kind: RequestKind) => Outcome) =>
  (pair: Pair, me: Side, kind: RequestKind) =>
    pair[kind]?.by === me ? rule(pair, kind) : no('NOT_FOUND', pair)
const target =
  (rule: (pair: Pair, kind: RequestKind) => Outcome) =>
  (pair: Pair, me: Side, kind: RequestKind) =>
    pair[kind]?.by === otherSide(me) ? rule(pair, kind) : no('NOT_FOUND', pair)

/** The verbs about an open request. */
export const requestRules = {
  cancel: requester((pair, kind) => yes(pair, { [kind]: null })),
  accept: target((pair, kind) =>
    yes(pair, { [kind]: null, level: kind === 'friend' ? 'FRIEND' : 'CLOSE' }),
  ),
  reject: target((pair, kind) => {
    const asked = pair[kind]
    return yes(pair, { [kind]: asked && { ...asked, declined: true } }, asked?.declined === false)
  }),
}

/** What the verbs about a request answer for the one that has run out. */
export function answerRanOut(pair: Pair, me: Side, verb: keyof typeof requestRules): Outcome {
  const side = verb === 'cancel' ? 'a' : 'b'
  const visible = !pair.block.a && !pair.block.b
  return no(visible && me === side ? 'REQUEST_CLOSED' : 'NOT_FOUND', pair)
}

/** How a side reads the state of the request that has run out; null when there is none to read. */
export function ranOutSeenBy({ ranOut, block }: Pair, me: Side): 'EXPIRED' | 'REJECTED' | null {
  if (ranOut === null || block.a || block.b) return null
  return ranOut.declined && me === 'b' ? 'REJECTED' : 'EXPIRED'
}

/** A month later: an open request has run out. */
function aMonthLater(pair: Pair): Pair {
  const kind = pair.friend !== null ? 'friend' : 'close'
  const asked = pair[kind]
  if (asked?.by !== 'a') return pair
  return { ...pair, [kind]: null, ranOut: { kind, declined: asked.declined } }
}

/**
 * What ran out has nothing to do with contacts and follows: not every combination of them is tried
 * with it.
 */
const isTried = ({ ranOut, contact, follow }: Pair) =>
  ranOut === null || ![contact.a, contact.b, follow.a, follow.b].includes(true)

/** Every state that the verbs and the clock can lead to. */
export function reachablePairs(): Pair[] {
  const seen = new Map<string, Pair>([[JSON.stringify(strangersPair), strangersPair]])
  for (const pair of seen.values()) {
    for (const after of [...outcomes(pair).map((outcome) => outcome.after), aMonthLater(pair)]) {
      if (!isTried(after)) continue
      const key = JSON.stringify(after)
      if (!seen.has(key)) seen.set(key, after)
    }
  }
  return [...seen.values()]
}

function outcomes(pair: Pair): Outcome[] {
  const sides: Side[] = ['a', 'b']
  const kinds: RequestKind[] =
    pair.friend !== null ? ['friend'] : pair.close !== null ? ['close'] : []
  return sides.flatMap((me) => [
    ...Object.values(personRules).map((rule) => rule(pair, me)),
    ...kinds.flatMap((kind) => Object.values(requestRules).map((rule) => rule(pair, me, kind))),
  ])
}

/** How a side sees the pair: nothing but one's own block, as long as either blocks. */
export function seenBy(pair: Pair, me: Side) {
  const other = otherSide(me)
  const between = !pair.block.a && !pair.block.b
  const open = pair.friend ?? pair.close
  const level = pair.friend === null ? 'CLOSE' : 'FRIEND'
  return {
    isContact: between && pair.contact[me],
    isFollowing: between && pair.follow[me],
    isFollowedBy: between && pair.follow[other],
    friendshipLevel: between ? pair.level : null,
    isBlocking: pair.block[me],
    mutualFriendCount: 0,
    outgoingRequest: between && open?.by === me ? { level, status: 'PENDING' } : null,
    incomingRequest:
      between && open?.by === other && !open.declined ? { level, status: 'PENDING' } : null,
  }
}
