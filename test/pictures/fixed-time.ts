/** When all pictures are taken. */
export const pictureMoment = new Date('2026-01-15T09:30:00.000Z')

/** When everything happened that has happened on the day of a picture: what the seed has done. */
const earlierToday = '2026-01-15T09:00:00.000Z'

const moment = /"(\d{4}-\d\d-\d\dT[\d:.]+Z)"/g
const dayMs = 86_400_000
const dayOf = (at: number) => Math.floor(at / dayMs)

/**
 * Moves the moments of an answer so that today becomes the day of the pictures. The demo history
 * ends with yesterday, so what is older than today is the same in each run.
 * @param now the real moment
 */
export function fixMoments(body: string, now = Date.now()): string {
  const days = dayOf(now) - dayOf(pictureMoment.getTime())
  return body.replace(moment, (_whole, text: string) => {
    const at = Date.parse(text) - days * dayMs
    const fixed = dayOf(at) === dayOf(pictureMoment.getTime()) ? earlierToday : new Date(at)
    return JSON.stringify(fixed)
  })
}
