import { type FocusEvent, type ReactElement, useEffect, useRef } from 'react'
import { useUndoToast } from '../undo.ts'
import { Button } from './button.tsx'
import { isLost } from './kept-focus.ts'
import { useBrowserLayoutEffect } from './layout-effect.ts'
import { useCommonMessages } from './settings.ts'
import { useIsUnsent } from './unsent.ts'

/**
 * Says what was done, with a button that undoes it, and what has failed or waits for the network.
 * Its time stands still while somebody points at it, or has moved the focus there: F8 does so, and
 * gives the focus back.
 */
export function UndoToast(): ReactElement {
  const words = useCommonMessages()
  const { waiting, failures, undo, hold, resume, dismiss } = useUndoToast()
  const isUnsent = useIsUnsent()
  const region = useRef<HTMLElement>(null)
  const before = useRef<HTMLElement | null>(null)
  const isWithin = (element: Element | null) => region.current?.contains(element) === true
  const look = () => {
    if (region.current?.matches(':hover, :focus-within') === true) hold()
    else resume()
  }
  const moved = ({ type, relatedTarget }: FocusEvent) => {
    if (!isWithin(relatedTarget))
      before.current = type === 'focus' ? (relatedTarget as HTMLElement | null) : null
    look()
  }
  useEffect(() => {
    const go = ({ key }: KeyboardEvent) => {
      if (key !== 'F8') return
      if (isWithin(document.activeElement)) before.current?.focus()
      else region.current?.querySelector('button')?.focus()
    }
    document.addEventListener('keydown', go)
    return () => {
      document.removeEventListener('keydown', go)
    }
  }, [])
  useBrowserLayoutEffect(() => {
    // The button with the focus has done its work and is gone.
    if (isLost()) before.current?.focus()
  })
  return (
    <section
      ref={region}
      aria-label={words.notices('F8')}
      onMouseOver={look}
      onMouseLeave={look}
      onFocus={moved}
      onBlur={moved}
    >
      <div className="cx cx-toasts" role="status">
        {isUnsent && <div className="cx-toast">{words.unsent}</div>}
        {waiting && (
          <div className="cx-toast" key={waiting.key}>
            <span>{waiting.text}</span>
            <Button onClick={undo}>{words.undo}</Button>
          </div>
        )}
        {failures.length > 0 && (
          <div className="cx-toast cx-toast-failed">
            <div>
              {failures.map(({ text }, place) => (
                <p key={place}>{text}</p>
              ))}
            </div>
            <Button onClick={dismiss}>{words.close}</Button>
          </div>
        )}
      </div>
    </section>
  )
}
