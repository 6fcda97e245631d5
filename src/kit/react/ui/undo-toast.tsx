import { type ReactElement, useRef } from 'react'
import { useUndoToast } from '../undo.ts'
import { Button } from './button.tsx'
import { useCommonMessages } from './settings.ts'
import { useIsUnsent } from './unsent.ts'

/**
 * Says what was done, with a button that undoes it. Its time stands still while somebody points at
 * it, or has moved the focus there. Also says that something waits for the network.
 */
export function UndoToast(): ReactElement {
  const words = useCommonMessages()
  const { waiting, failure, undo, hold, resume, dismiss } = useUndoToast()
  const isUnsent = useIsUnsent()
  const region = useRef<HTMLDivElement>(null)
  const look = () => {
    if (region.current?.matches(':hover, :focus-within') === true) hold()
    else resume()
  }
  return (
    <div
      ref={region}
      className="cx cx-toasts"
      role="status"
      onMouseOver={look}
      onMouseLeave={look}
      onFocus={look}
      onBlur={look}
    >
      {isUnsent && <div className="cx-toast">{words.unsent}</div>}
      {waiting && (
        <div className="cx-toast" key={waiting.key}>
          <span>{waiting.text}</span>
          <Button onClick={undo}>{words.undo}</Button>
        </div>
      )}
      {failure && (
        <div className="cx-toast cx-toast-failed">
          <span>{failure.text}</span>
          <Button onClick={dismiss}>{words.close}</Button>
        </div>
      )}
    </div>
  )
}
