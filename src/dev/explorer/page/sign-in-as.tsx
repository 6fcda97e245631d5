import { ChevronDownIcon } from '@graphiql/react'
import { type KeyboardEvent, type SubmitEvent, useRef, useState } from 'react'
import { people } from '../../seed/cast.ts'
import { Face } from './face.tsx'
import { useExplorer } from './explorer.ts'
import { identityOf } from './identity.ts'

/** The switch: the demo people, nobody, a service, and anybody by UUID. */
export function SignInAs() {
  const { identity, problem, go } = useExplorer()
  const panel = useRef<HTMLDivElement>(null)
  const become = (as: string) => {
    go({ as })
    panel.current?.hidePopover()
  }
  return (
    <>
      <button
        type="button"
        className="explorer-me"
        data-problem={problem !== null}
        popoverTarget="explorer-people"
        aria-label={`Signed in as ${identity.name}. Change`}
      >
        <Face identity={identity} />
        <b>{identity.name}</b>
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
                become(as)
              }}
            >
              <Face identity={identityOf(as)} />
              <span>
                {identityOf(as).name}
                {as === 'nobody' && <small>without a token</small>}
                {as === 'service' && <small>another backend</small>}
              </span>
            </button>
          ))}
        </div>
        <ByUuid become={become} />
      </div>
    </>
  )
}

function ByUuid({ become }: { readonly become: (as: string) => void }) {
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState(false)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const known = identityOf(text).kind !== 'unknown'
    setWrong(!known)
    if (!known) return
    become(text)
    setText('')
  }
  return (
    <form className="explorer-uuid" onSubmit={submit} noValidate>
      <label htmlFor="explorer-uuid">Anybody else, by UUID. A new one is a new person.</label>
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
        {wrong && 'This is no UUID: 8-4-4-4-12 hexadecimal digits.'}
      </p>
    </form>
  )
}

const columns = 3

/** Arrows walk through the grid of people. */
function moveByArrows(event: KeyboardEvent<HTMLElement>): void {
  const steps: Record<string, number> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: columns,
    ArrowUp: -columns,
  }
  const step = steps[event.key]
  if (step === undefined) return
  const buttons = [...event.currentTarget.querySelectorAll('button')]
  buttons[buttons.findIndex((button) => button === document.activeElement) + step]?.focus()
  event.preventDefault()
}
