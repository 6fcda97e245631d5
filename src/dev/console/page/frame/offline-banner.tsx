import { useSyncExternalStore } from 'react'
import { useWords } from '../words/words.tsx'

/** Says that the browser is offline, for as long as it is. */
export function OfflineBanner() {
  const isOnline = useSyncExternalStore(listen, () => navigator.onLine)
  const { frame } = useWords()
  return (
    <div role="status" className="offline-place">
      {!isOnline && <p className="notice warning">{frame.offline}</p>}
    </div>
  )
}

function listen(changed: () => void): () => void {
  window.addEventListener('online', changed)
  window.addEventListener('offline', changed)
  return () => {
    window.removeEventListener('online', changed)
    window.removeEventListener('offline', changed)
  }
}
