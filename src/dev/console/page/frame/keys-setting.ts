import { useSyncExternalStore } from 'react'

/** Where the browser keeps that the keys of one letter are off. */
const kept = 'console:keys'
const choice = new EventTarget()

/** Whether keys of one letter do something, and how to choose. Some people press them by chance. */
export function useKeysSetting(): readonly [boolean, (areOn: boolean) => void] {
  return [useSyncExternalStore(listen, areKeysOn), chooseKeys]
}

function areKeysOn(): boolean {
  return localStorage.getItem(kept) !== 'off'
}

function chooseKeys(areOn: boolean): void {
  if (areOn) localStorage.removeItem(kept)
  else localStorage.setItem(kept, 'off')
  choice.dispatchEvent(new Event('change'))
}

function listen(changed: () => void): () => void {
  choice.addEventListener('change', changed)
  // Of other tabs.
  window.addEventListener('storage', changed)
  return () => {
    choice.removeEventListener('change', changed)
    window.removeEventListener('storage', changed)
  }
}
