import { type ReactElement, useRef } from 'react'
import { useUndo } from '../undo.ts'
import { Button, type ButtonProps } from './button.tsx'
import { useBegin } from './kept-focus.ts'
import { VerbProblem } from './problem.tsx'

/** Something that the viewer can be to a person or not, such as their follower. */
export interface Toggle {
  readonly userId: string
  /** Of the person, for those who do not see where the button stands. */
  readonly name: string
  /** Names the undoing. */
  readonly key: string
  readonly isOn: boolean
  readonly canTurnOn: boolean
  readonly on: { readonly error: Error | null; readonly mutate: () => void }
  readonly off: { readonly mutateAsync: () => Promise<unknown> }
  readonly words: {
    readonly on: string
    readonly off: string
    readonly done: string
    readonly failed: string
  }
}

/** A button that turns something on, or off again; turning it off can be undone. */
export function ToggleButton({
  toggle: { userId, name, key, isOn, canTurnOn, on, off, words },
  look,
}: {
  readonly toggle: Toggle
  readonly look?: ButtonProps['look']
}): ReactElement | null {
  const { undo, waiting, hidden } = useUndo()
  const button = useRef<HTMLButtonElement>(null)
  const begin = useBegin(key, () => button.current?.focus())
  const isShownOn = isOn && !hidden.includes(key)
  if (!isShownOn && !isOn && !canTurnOn) return <VerbProblem error={on.error} />
  const press = () => {
    if (isShownOn) {
      const send = () => off.mutateAsync()
      begin({ userId, text: words.done, failedText: words.failed, send })
      // Whoever changes their mind has not stopped at all.
    } else if (waiting?.key === key) undo()
    else on.mutate()
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
