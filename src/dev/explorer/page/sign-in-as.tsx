import { ChevronDownIcon } from '@graphiql/react'
import { type KeyboardEvent, type SubmitEvent, useRef, useState } from 'react'
import { people } from '../../seed/people.ts'
import { useExplorer } from './explorer.ts'
import { Face } from './face.tsx'
import { identityOf } from './identity.ts'

/** The menu of people: the demo people, signed out, a service, and anyone else by UUID. */
export function SignInAs() {
  const { identity, problem, go } = useExplorer()
  const panel = useRef<HTMLDivElement>(null)
  const switchTo = (as: string) => {
    go({ identity: identityOf(as) })
    panel.current?.hidePopover()
  }
  return (
    <>
      <button
        type="button"
        className="explorer-me"
        data-problem={problem !== null}
        popoverTarget="explorer-people"
      >
        <Face identity={identity} />
        {identity.kind !== 'nobody' && <span className="explorer-spoken">Signed in as </span>}
        <b>{identity.name}</b>
        <span className="explorer-spoken">. Switch</span>
        <ChevronDownIcon aria-hidden="true" />
      </button>
      <div
        id="explorer-people"
        popover="auto"
        role="dialog"
        aria-label="Sign in as"
        className="explorer-people"
        ref={panel}
      >
        <div className="explorer-grid" onKeyDown={moveByArrows}>
          {[...people, 'nobody', 'service'].map((as) => (
            <button
              key={as}
              type="button"
              aria-current={as === identity.as}
              onClick={() => {
                switchTo(as)
              }}
            >
              <Face identity={identityOf(as)} />
              <span>
                {identityOf(as).name}
                {as === 'nobody' && <small>no token</small>}
                {as === 'service' && <small>no user</small>}
              </span>
            </button>
          ))}
        </div>
        <ByUuid switchTo={switchTo} />
      </div>
    </>
  )
}

function ByUuid({ switchTo }: { readonly switchTo: (as: string) => void }) {
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState(false)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const known = identityOf(text).kind !== 'unknown'
    setWrong(!known)
    if (!known) return
    switchTo(text)
    setText('')
  }
  return (
    <form className="explorer-uuid" onSubmit={submit} noValidate>
      <label htmlFor="explorer-uuid">Anyone else, by UUID. A new UUID is a new person.</label>
      <div>
        <input
          id="explorer-uuid"
          value={text}
          spellCheck={false}
          autoComplete="off"
          placeholder="5e0f7a52-3c0b-4a0e-9d4f-6f6f1c1d2e3f"
          aria-invalid={wrong}
          aria-describedby="explorer-uuid-wrong"
          onChange={(event) => {
            setText(event.target.value)
            setWrong(false)
          }}
        />
        <button type="submit">Sign in</button>
      </div>
      <p id="explorer-uuid-wrong" role="alert">
        {wrong && 'Not a valid UUID. It needs 8-4-4-4-12 hexadecimal digits.'}
      </p>
    </form>
  )
}

/** Arrow keys move through the grid of people. */
function moveByArrows(event: KeyboardEvent<HTMLElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll('button')]
  const columns = buttons.filter(({ offsetTop }) => offsetTop === buttons[0]?.offsetTop).length
  const steps: Record<string, number> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: columns,
    ArrowUp: -columns,
  }
  const step = steps[event.key]
  if (step === undefined) return
  buttons[buttons.findIndex((button) => button === document.activeElement) + step]?.focus()
  event.preventDefault()
}
