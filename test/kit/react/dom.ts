import { Window } from 'happy-dom'

// What React and TanStack Query look for in a browser, before they are imported. The rest stays
// Node's own: its fetch reaches the service, and its locks and channels are those of a browser.

const window = new Window({ url: 'http://localhost/' })
const { document } = window
let visibility = 'visible'
Object.defineProperty(document, 'visibilityState', { get: () => visibility })
Object.assign(globalThis, { window, document })
// Node's own navigator does not know it.
Object.defineProperty(navigator, 'onLine', { value: true, configurable: true })

/** Shows or hides the page, as a person does who changes tabs. */
export function setVisibility(next: 'visible' | 'hidden'): void {
  visibility = next
  document.dispatchEvent(new window.Event('visibilitychange', { bubbles: true }))
}
