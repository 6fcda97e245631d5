// Browsers have six connections to a host, for all windows together. Each person has a stream of
// the kit. The console's own streams are fewer, so that queries are never without a connection.

/**
 * What the console has streams of its own for: how many there are, whoever is signed in, and how
 * many streams there may be with it, all together. The inbox goes before a game.
 */
const purposes = {
  inbox: { places: 2, most: 4 },
  game: { places: 1, most: 3 },
} as const
const everyMs = 2_000

type Purpose = keyof typeof purposes

/**
 * Does something that holds a connection, if there is one to spare.
 * @param hold ends when its signal is aborted: at the latest with `left`, and earlier when windows
 *   of so many people are open that there is none to spare any more. Its error is passed on
 */
export async function inStreamPlace(
  purpose: Purpose,
  left: AbortSignal,
  hold: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  for (let place = 1; place <= purposes[purpose].places; place++)
    if (await takePlace(purpose, place, left, hold)) return
}

/** @returns false if the place is taken, or there is no connection to spare */
function takePlace(
  purpose: Purpose,
  place: number,
  left: AbortSignal,
  hold: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const name = `console stream ${purpose} ${place}`
  return navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    const isTooMuch = async () => (await streams()) > purposes[purpose].most
    if (lock === null || left.aborted || (await isTooMuch())) return false
    const crowd = new AbortController()
    const look = async () => {
      if (await isTooMuch()) crowd.abort()
    }
    const timer = setInterval(() => void look(), everyMs)
    await hold(AbortSignal.any([left, crowd.signal])).finally(() => {
      clearInterval(timer)
    })
    return true
  })
}

/** How many streams there are. Each of them has a lock, also the kit's. */
async function streams(): Promise<number> {
  const { held = [] } = await navigator.locks.query()
  const isStream = /^(?:console stream|connections-kit changes) /
  return held.filter(({ name }) => isStream.test(name ?? '')).length
}
