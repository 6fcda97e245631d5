// Browsers have six connections to a host, for all windows together. Each person has a stream of
// the kit. The console's own streams are fewer, so that queries are never without a connection.

/** Streams of the console's own, whoever is signed in. */
const mostPlaces = 2
/** All streams together. */
const mostStreams = 4
const everyMs = 2_000

/**
 * Does something that holds a connection, if there is one to spare.
 * @param hold ends when its signal is aborted: at the latest with `left`, and earlier when windows
 *   of so many people are open that there is none to spare any more. Its error is passed on
 */
export async function inStreamPlace(
  left: AbortSignal,
  hold: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  for (let place = 1; place <= mostPlaces; place++) if (await takePlace(place, left, hold)) return
}

/** @returns false if the place is taken, or there is no connection to spare */
function takePlace(
  place: number,
  left: AbortSignal,
  hold: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  return navigator.locks.request(placeOf(place), { ifAvailable: true }, async (lock) => {
    if (lock === null || left.aborted || (await streams()) > mostStreams) return false
    const crowd = new AbortController()
    const look = async () => {
      if ((await streams()) > mostStreams) crowd.abort()
    }
    const timer = setInterval(() => void look(), everyMs)
    await hold(AbortSignal.any([left, crowd.signal])).finally(() => {
      clearInterval(timer)
    })
    return true
  })
}

const placeOf = (place: number) => `console stream ${place}`

/** How many streams there are. Each of them has a lock, also the kit's. */
async function streams(): Promise<number> {
  const { held = [] } = await navigator.locks.query()
  const isStream = /^(?:console stream|connections-kit changes) /
  return held.filter(({ name }) => isStream.test(name ?? '')).length
}
