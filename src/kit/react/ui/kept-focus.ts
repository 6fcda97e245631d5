import { type FocusEvent, type RefObject, useEffect, useRef } from 'react'
import { useUndo } from '../undo.ts'
import type { Undoable } from '../undo-queue.ts'
import { useBrowserLayoutEffect } from './layout-effect.ts'

interface Kept {
  readonly key: string
  readonly place: number
}

interface Listed {
  /** The keys of the rows, as they stand in `data-cx-key` of their elements. */
  readonly keys: readonly string[]
  /** False while the list is loading: then its rows are not gone for good. */
  readonly isSettled: boolean
  /** What was undone last, and the key of its row. */
  readonly restored: Undoable | null
  readonly restoredKey: string | undefined
}

/**
 * Keeps the focus in a list whose rows come and go. When the row with the focus is taken away, the
 * focus moves to the next one, or the previous one, or the heading (`data-cx-heading`); when a row
 * is restored, it gets the focus.
 * @returns for the element around the rows
 */
export function useKeptFocus(
  list: RefObject<HTMLElement | null>,
  { keys, isSettled, restored, restoredKey }: Listed,
) {
  const kept = useRef<Kept | null>(null)
  const focus = (place: number) => {
    const rows = list.current?.querySelectorAll<HTMLElement>('[data-cx-key]')
    const heading = list.current?.querySelector<HTMLElement>('[data-cx-heading]')
    const target = rows?.[Math.min(place, keys.length - 1)] ?? heading
    target?.focus()
  }

  useBrowserLayoutEffect(() => {
    if (kept.current === null || !isSettled || !isLost()) return
    const { key, place } = kept.current
    focus(keys.includes(key) ? keys.indexOf(key) : place)
  })
  const seen = useRef(restored)
  useBrowserLayoutEffect(() => {
    // Once for each thing that is undone, and never for what was undone before the list was there.
    if (restored === seen.current) return
    seen.current = restored
    if (restoredKey !== undefined) focus(keys.indexOf(restoredKey))
  }, [restored])

  return {
    onFocus: ({ target }: FocusEvent) => {
      const key = target.closest<HTMLElement>('[data-cx-key]')?.dataset['cxKey']
      // The button for more goes with the last page, and the first row of that page has its place.
      kept.current = { key: key ?? '', place: key === undefined ? keys.length : keys.indexOf(key) }
    },
    // React tells of no blur when an element is taken away.
    onBlur: ({ relatedTarget }: FocusEvent) => {
      if (list.current?.contains(relatedTarget) !== true) kept.current = null
    },
  }
}

/**
 * Keeps the focus in a part of a page whose buttons follow each other: when the one with the focus
 * is taken away, the first that is there gets it; without one, the row or section around them.
 * @returns for the element around them
 */
export function useFocusWithin<Part extends HTMLElement>() {
  const part = useRef<Part>(null)
  const isWithin = useRef(false)
  useBrowserLayoutEffect(() => {
    if (!isWithin.current || !isLost()) return
    const button = part.current?.querySelector<HTMLElement>('button')
    const target = button ?? part.current?.closest<HTMLElement>('[tabindex]')
    target?.focus()
  })
  return {
    ref: part,
    onFocus: () => {
      isWithin.current = true
    },
    onBlur: ({ relatedTarget }: FocusEvent) => {
      isWithin.current = part.current?.contains(relatedTarget) === true
    },
  }
}

/**
 * For what can be undone and is not in a list.
 * @param focus called when it is undone: the button to undo with is gone, and with it the focus
 * @returns begins it
 */
export function useBegin(key: string, focus: () => void): (undoable: Begun) => void {
  const { begin, restored } = useUndo()
  const hasBegun = useRef(false)
  useEffect(() => {
    if (restored?.key === key && hasBegun.current) focus()
    hasBegun.current = false
  }, [restored])
  return (undoable) => {
    hasBegun.current = true
    begin({ key, ...undoable })
  }
}

type Begun = Omit<Undoable, 'key'>

/** Whether the element with the focus is gone. */
export function isLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body
}
