import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type RefObject, type SubmitEvent, useRef, useState } from 'react'
import { useConnectionsClient, usePrivacySettings } from '../../../../kit/react/react.ts'
import { VerbProblem } from '../frame/verb-problem.tsx'
import { fitTitle } from '../graph/game-title.ts'
import { createGameOptions } from '../graph/game-verbs.ts'
import type { GameVisibility } from '../graph/games.ts'
import { useWords } from '../words/words.tsx'

const audiences = ['PUBLIC', 'FRIENDS', 'CLOSE'] as const

/** Makes a game. Who can see it is as in the viewer's settings, until they choose. */
export function NewGame({ ref }: { readonly ref: RefObject<HTMLDialogElement | null> }) {
  const { games } = useWords()
  const navigate = useNavigate()
  const { data: privacy } = usePrivacySettings()
  const create = useMutation(createGameOptions(useConnectionsClient()))
  const [title, setTitle] = useState('')
  const [chosen, setChosen] = useState<GameVisibility | null>(null)
  const usual = privacy?.defaultGameVisibility
  // What a second press is told before anything is shown of the first.
  const isSent = useRef(false)
  const isReady = title.trim() !== '' && !create.isPending
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!isReady || isSent.current) return
    isSent.current = true
    create.mutate(
      { title, visibility: chosen },
      {
        onSettled: () => {
          isSent.current = false
        },
        onSuccess: (id) => {
          ref.current?.close()
          if (id !== null) void navigate({ to: '/games/$id', params: { id } })
        },
      },
    )
  }
  // However it closes, it is empty when it opens again.
  const clear = () => {
    create.reset()
    isSent.current = false
    setTitle('')
    setChosen(null)
  }
  return (
    <dialog ref={ref} className="sheet" aria-labelledby="new-game" onClose={clear}>
      <form onSubmit={submit} noValidate>
        <h2 id="new-game">{games.make}</h2>
        <label className="field">
          <span>{games.titleLabel}</span>
          <input
            className="input"
            value={title}
            required
            autoFocus
            dir="auto"
            placeholder={games.titleExample}
            onChange={(event) => setTitle(fitTitle(event.target.value))}
          />
        </label>
        <fieldset className="choices">
          <legend>{games.whoSees}</legend>
          {audiences.map((each) => (
            <label key={each}>
              <input
                type="radio"
                name="visibility"
                checked={(chosen ?? usual) === each}
                onChange={() => setChosen(each)}
              />
              <span>
                <b>{games.visibility[each]}</b>
                {each === usual && <span className="quiet"> {games.usual}</span>}
                <small>{games.visibilitySentence[each]}</small>
              </span>
            </label>
          ))}
        </fieldset>
        <VerbProblem verb={create} failed={games.notMade} />
        <div className="buttons end">
          <button type="button" className="button" onClick={() => ref.current?.close()}>
            {games.cancel}
          </button>
          <button type="submit" className="button primary" aria-disabled={!isReady}>
            {games.makeButton}
          </button>
        </div>
      </form>
    </dialog>
  )
}
