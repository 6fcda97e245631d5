import { type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react'

/** What is asked of an answer in a row of the inbox. */
export interface AnswerProps {
  /** Gets the focus when the buttons go. */
  readonly next: RefObject<HTMLElement | null>
  /** Called when the viewer has pressed one of the buttons. */
  readonly onAnswer: () => void
}

interface AnswerButtonsProps extends AnswerProps {
  readonly children: ReactNode
}

/** The buttons by which a notification is answered. */
export function AnswerButtons({ next, onAnswer, children }: AnswerButtonsProps) {
  const part = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = part.current
    // The buttons are taken away while one of them has the focus.
    return () => {
      if (element?.contains(document.activeElement) === true) next.current?.focus()
    }
  }, [next])
  return (
    <div className="answer cx-actions" ref={part} onClick={onAnswer}>
      {children}
    </div>
  )
}

/** How a notification was answered. */
export function Answered({ children }: { readonly children: ReactNode }) {
  return <span className="answer tag">{children}</span>
}
