import { useEffect, useRef } from 'react'
import { asWhom, type Place } from './identity.ts'
import type { Question } from './right-person.ts'
import { switchText, whoseText } from './wanted-place.ts'

/**
 * The dialog that offers the right person before an example runs as the wrong one. Escape does not
 * run it.
 */
export function WrongPerson({ question }: { readonly question: Question | null }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (question === null) dialog.current?.close()
    else dialog.current?.showModal()
  }, [question])
  return (
    <dialog
      className="explorer-question"
      aria-labelledby="explorer-question"
      ref={dialog}
      onClose={() => question?.choose('cancel')}
    >
      {question !== null && <Choices {...question} />}
    </dialog>
  )
}

function Choices({ here, wanted, choose }: Question) {
  const samePerson = wanted.identity.as === here.identity.as
  return (
    <>
      <h2 id="explorer-question">{whoseText(wanted, here)}</h2>
      <p>{samePerson ? `The ${here.via} is selected.` : currently(here)}</p>
      <div>
        <button
          type="button"
          className="explorer-primary"
          onClick={() => {
            choose('switch')
          }}
        >
          {switchText(wanted, here)} and run
        </button>
        <button
          type="button"
          onClick={() => {
            choose('stay')
          }}
        >
          Run {samePerson ? `on the ${here.via}` : asWhom(here.identity)}
        </button>
        <button
          type="button"
          onClick={() => {
            choose('cancel')
          }}
        >
          Cancel
        </button>
      </div>
    </>
  )
}

function currently({ identity }: Place): string {
  return identity.kind === 'nobody'
    ? 'You are signed out.'
    : `You are signed in ${asWhom(identity)}.`
}
