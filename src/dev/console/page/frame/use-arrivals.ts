import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'

/** Moves the focus to the heading of a page that was navigated to, so that it is read aloud. */
export function useArrivals(): void {
  const router = useRouter()
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        // The first page begins at the top, as everywhere.
        if (fromLocation === undefined || !pathChanged) return
        const isBusy = document.activeElement?.matches('input, textarea') === true
        if (!isBusy) document.querySelector<HTMLElement>('main h1')?.focus()
      }),
    [router],
  )
}
