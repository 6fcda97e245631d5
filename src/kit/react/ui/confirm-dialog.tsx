import { type ReactElement, type ReactNode, useId, useRef } from 'react'
import { Button } from './button.tsx'
import { useBrowserLayoutEffect } from './layout-effect.ts'
import { useCommonMessages } from './settings.ts'

export interface ConfirmDialogProps {
  /** A question. */
  readonly title: string
  /** What follows from it. */
  readonly effects: readonly string[]
  /** The verb, for the button. */
  readonly confirm: string
  readonly onConfirm: () => void
  /** Called when it closes, in whatever way. Take it away then. */
  readonly onClose: () => void
  readonly children?: ReactNode
}

/**
 * Asks before something that cannot be undone. It is open while it is there. The focus begins at
 * the button that does nothing, and returns to where it was.
 */
export function ConfirmDialog({
  title,
  effects,
  confirm,
  onConfirm,
  onClose,
  children,
}: ConfirmDialogProps): ReactElement {
  const words = useCommonMessages()
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const safe = useRef<HTMLButtonElement>(null)
  useBrowserLayoutEffect(() => {
    const element = dialog.current
    if (element === null) return undefined
    element.showModal()
    safe.current?.focus()
    return () => {
      // Gives the focus back, which taking it away would not.
      element.close()
    }
  }, [])
  // At once, not with the event that follows: the focus is back already, and the same key may ask
  // again.
  const close = () => {
    dialog.current?.close()
    onClose()
  }
  return (
    <dialog
      ref={dialog}
      className="cx cx-dialog"
      role="alertdialog"
      aria-modal="true"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      onCancel={(event) => {
        event.preventDefault()
        close()
      }}
      onClose={() => {
        // React's strict mode closes it once, and opens it again. What was taken away is closed.
        if (dialog.current?.open === false) onClose()
      }}
    >
      <h2 id={`${id}-title`} className="cx-heading">
        {title}
      </h2>
      <div id={`${id}-text`}>
        <ul className="cx-effects">
          {effects.map((effect) => (
            <li key={effect}>{effect}</li>
          ))}
        </ul>
        {children}
      </div>
      <div className="cx-actions">
        <Button buttonRef={safe} onClick={close}>
          {words.cancel}
        </Button>
        <Button
          look="danger"
          onClick={() => {
            close()
            onConfirm()
          }}
        >
          {confirm}
        </Button>
      </div>
    </dialog>
  )
}
