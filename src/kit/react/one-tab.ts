/**
 * Does something in one tab at a time: in this one when no other tab of the browser does it, or
 * when the others have left.
 * @param lead begins it, and gives what ends it
 * @returns ends it here, or waits for it no longer
 */
export function leadOneTab(name: string, lead: () => () => void): () => void {
  const leaving = new AbortController()
  const { signal } = leaving
  const work = () =>
    new Promise<void>((resolve) => {
      if (signal.aborted) {
        resolve()
        return
      }
      const stop = lead()
      signal.addEventListener('abort', () => {
        stop()
        resolve()
      })
    })
  // Browsers have locks on https and on localhost only. Without, each tab is the only one.
  const { locks } = navigator as Partial<Navigator>
  const granted = locks?.request(name, { signal }, work) ?? Promise.resolve().then(work)
  // Where a page may have no locks, it is the only one, too.
  granted.catch(() => (signal.aborted ? undefined : work()))
  return () => {
    leaving.abort()
  }
}
