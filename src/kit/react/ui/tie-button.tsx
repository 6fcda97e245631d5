import { type ReactElement, useEffect, useRef } from 'react'
import { useUndo } from '../undo.ts'
import { Button, type ButtonProps } from './button.tsx'
import { VerbProblem } from './problem.tsx'

interface TieVerb {
  readonly error: Error | null
  readonly isPending: boolean
}

/** One way in which the viewer is tied to a person, such as following them. */
export interface Tie {
  readonly userId: string
  /** Of the person, for those who do not see where the button stands. */
  readonly name: string
  /** Names the undoing. */
  readonly key: string
  readonly isOn: boolean
  readonly canTurnOn: boolean
  readonly on: TieVerb & { readonly mutate: () => void }
  readonly off: TieVerb & { readonly mutateAsync: () => Promise<unknown> }
  readonly words: {
    readonly on: string
    readonly off: string
    readonly done: string
    readonly failed: string
  }
}

/** A button that makes a tie, or takes it back; taking it back can be undone. */
export function TieButton({
  tie: { userId, name, key, isOn, canTurnOn, on, off, words },
  look,
}: {
  readonly tie: Tie
  readonly look?: ButtonProps['look']
}): ReactElement | null {
  const { begin, undo, waiting, hidden, restored } = useUndo()
  const button = useRef<HTMLButtonElement>(null)
  const hasBegun = useRef(false)
  const isShownOn = isOn && !hidden.includes(key)
  useEffect(() => {
    // The button to undo with is gone, and with it the focus.
    if (restored?.key === key && hasBegun.current) button.current?.focus()
    hasBegun.current = false
  }, [restored])
  if (!isShownOn && !isOn && !canTurnOn) return <VerbProblem error={on.error} />
  const press = () => {
    if (!isShownOn) {
      // Whoever changes their mind has not stopped at all.
      if (waiting?.key === key) undo()
      else on.mutate()
      return
    }
    hasBegun.current = true
    const send = () => off.mutateAsync()
    begin({ key, userId, text: words.done, failedText: words.failed, send })
  }
  return (
    <>
      <Button buttonRef={button} about={name} {...(look && !isShownOn && { look })} onClick={press}>
        {isShownOn ? words.off : words.on}
      </Button>
      <VerbProblem error={on.error} />
    </>
  )
}
