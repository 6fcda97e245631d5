import { deadlineLimits } from './limits/deadlines.ts'
import { gameFactLimits } from './limits/game-facts.ts'
import { insightLimits } from './limits/insights.ts'
import { liveLimits } from './limits/live.ts'
import { mutationLimits } from './limits/mutations.ts'
import { presenceLimits } from './limits/presence.ts'
import { requestLimits } from './limits/request.ts'
import { suggestionLimits } from './limits/suggestions.ts'
import { taskLimits } from './limits/tasks.ts'
import { webhookLimits } from './limits/webhooks.ts'

const lookups = {
  viewer: { most: 100, seconds: 60 },
  anonymous: { most: 20, seconds: 60 },
} as const

/**
 * Every limit of the service, in one table. The numbers of docs/rules.md are defaults here and
 * nowhere else, but for rate limits and quotas: the database holds to them by itself (`rate_limit`,
 * `quota_limit`), and a test holds the two to be alike.
 */
export const limits = {
  /** Lists, unless they say otherwise below. */
  page: { standard: 20, most: 100 },
  /** Rule 1.4: contacts are paged as they were in the old service. */
  contactsPage: { standard: 10, most: 50 },
  /**
   * How many of a list are looked at for one page, beyond twice its size, when most of them are
   * hidden. What is not full then is a short page, with a cursor to go on.
   */
  candidatesAtOnce: 1_000,
  /** How far `hiddenFrom` counts. */
  hiddenCountedTo: 1_000,
  suggestions: suggestionLimits,
  insights: insightLimits,
  presence: presenceLimits,
  /** Others in one `relationships`, pairs in one `interactions`. */
  relationshipsAtOnce: 100,
  interactionsAtOnce: 200,
  /** People of one `interactionsWithin`: 2,450 ordered pairs, in one statement. */
  peopleWithin: 50,
  /** People to leave out of one `inviteCandidates`. */
  excludedAtOnce: 500,
  /** What a person can have at a time. */
  caps: {
    /** Rule 7.1, each side. */
    friends: 5_000,
    /** Rule 6.7. Declined ones count until they expire: their requester must not notice. */
    openRequests: 100,
    /** Rule 8.3; `MAX_BLOCKS` sets it. */
    blocks: { standard: 200, most: 10_000 },
    /** Rule 4.1: live ones. */
    links: 20,
  },
  /** What a person can do in any rolling period (rules 6.7, 7.2). */
  quotas: {
    friendRequests: { most: 50, hours: 24 },
    upgrades: { most: 100, hours: 24 },
    /** Events from one person to one other, and events to services about blocks of a pair. */
    events: { most: 1, hours: 24 },
    blockEvents: { most: 1, seconds: 10 },
  },
  /** Rate limits of mutations, for each person. */
  mutations: mutationLimits,
  /**
   * Reads by which somebody could find out who is here, counted for each field of a document (rule
   * 2.5): a person's own calls, and those of the anonymous of one address.
   */
  queries: {
    userByUsername: lookups,
    usernameAvailability: lookups,
    searchUsers: lookups,
    contactLinkPreview: lookups,
  },
  /**
   * Rule 2.3. The 365 days of an erased person's name stand in the database, in the trigger that
   * holds it.
   */
  usernames: { heldForDays: 30, mostHeld: 3, alternatives: 3 },
  /** Rule 2.6: characters that a search begins with, and words that it looks at. */
  search: {
    fewestCharacters: 2,
    mostCharacters: 100,
    mostWords: 8,
    /** Code points kept of a word, and words kept of one display name. */
    wordLength: 64,
    mostStoredWords: 64,
    /** Names and words of display names that one search looks at, and people the viewer knows. */
    scope: 1_000,
    mostKnown: 5_000,
    /** Each of its lists looks at this many entries at least: its time hides who is hidden. */
    fewestLooks: 20,
    /** Operations of one process that search at once, and that wait for it; others are refused. */
    atOnce: 2,
    mostWaiting: 40,
    /** The deadline of one search or count in the database. */
    statementMs: 1_000,
  },
  /** Rule 3, in code points. */
  profile: {
    displayName: 64,
    bio: 280,
    avatarUrl: 512,
    city: 80,
    region: 80,
    sportPreferences: 20,
    sportPreference: 32,
  },
  /** Rule 6.1, in days. */
  requestsExpireAfterDays: 30,
  /** Rule 6.9, in code points. */
  requestMessageLength: 120,
  /** Rule 4.1, in code points; and how many uses a link can be limited to. */
  links: { labelLength: 60, mostUses: 1_000_000 },
  /** Ids in one `registerUsers`. */
  registeredAtOnce: 1_000,
  gameFacts: gameFactLimits,
  /**
   * Different representations in one `_entities`. No gateway splits them: what a page of a hundred
   * games has of creators and participants comes in one request, or fails as a whole.
   * Representations of users and friend requests reach this bound; games, which bring their creator
   * and visibility along, fill a body at about 3,000.
   */
  entitiesAtOnce: 5_000,
  /** Rows in one transaction of `users import`. */
  peopleImport: { batch: { standard: 500, most: 2_000 } },
  /**
   * The move of contacts (rule 1.7). A batch holds a lock for each of its pairs: Postgres has room
   * for some thousands.
   */
  contactImport: {
    batch: { standard: 1_000, most: 2_000 },
    sample: { standard: 1_000, most: 100_000 },
  },
  webhooks: webhookLimits,
  /** Names of operations in the names of spans. Further ones are called `query` or `mutation`. */
  tracedOperationNames: 200,
  /** Bytes of memory for parsed documents. A gateway's few hundred fit into it. */
  rememberedDocumentsBytes: 8 * 1024 * 1024,
  /** The same for compiled operations, of which each is some hundred thousand. */
  compiledOperationsBytes: 8 * 1024 * 1024,
  deadlines: deadlineLimits,
  overload: {
    /**
     * Requests that wait for the pool, for each of its connections; what comes beyond is refused at
     * once. As many as one connection serves in the second that they may wait, at 20 ms each.
     */
    waitingPerConnection: 50,
    /** Milliseconds until a rate limit that could not be counted is tried again. */
    uncountedMs: 1_000,
    /** What `retryAfter` says, in seconds. */
    retryAfter: { OVERLOADED: 1, DATABASE_UNAVAILABLE: 5 },
  },
  /** What the worker does by itself. */
  tasks: taskLimits,
  /** Seconds that a connection may take. */
  connection: {
    /** For all headers of a request, and for headers and body together. */
    receiveSeconds: 10,
    /** Without any traffic, as of a client that does not read. Longer than any request takes. */
    stalledSeconds: 30,
    /**
     * Between two requests. Longer than gateways and load balancers keep a connection that they do
     * not use (up to 90), because a request that comes while it is closed is lost.
     */
    keptSeconds: 100,
    /** From when a service that ends stops listening until it hangs up: more than `drainMs`. */
    finishSeconds: 5,
  },
  live: liveLimits,
  /** Bytes of a token's `sub` that is no UUID (`AUTH_SUBJECT=external`). */
  subjectBytes: 255,
  request: requestLimits,
  /** Bytes of one message to `/webhooks/accounts`. Providers send whole accounts. */
  accountEvents: { bodyBytes: 64 * 1024 },
} as const
