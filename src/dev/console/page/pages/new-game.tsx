import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type RefObject, type SubmitEvent, useState } from 'react'
import { useConnectionsClient, usePrivacySettings } from '../../../../kit/react/react.ts'
import { createGameOptions, type GameVisibility } from '../graph/games.ts'
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
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    create.mutate(
      { title, visibility: chosen },
      {
        onSuccess: (id) => {
          ref.current?.close()
          setTitle('')
          setChosen(null)
          if (id !== null) void navigate({ to: '/games/$id', params: { id } })
        },
      },
    )
  }
  return (
    <dialog ref={ref} className="sheet" aria-labelledby="new-game">
      <form onSubmit={submit} noValidate>
        <h2 id="new-game">{games.make}</h2>
        <label className="field">
          <span>{games.titleLabel}</span>
          <input
            className="input"
            value={title}
            maxLength={80}
            required
            autoFocus
            dir="auto"
            placeholder={games.titleExample}
            onChange={(event) => setTitle(event.target.value)}
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
        {create.isError && (
          <p className="notice problem" role="alert">
            {games.notMade}
          </p>
        )}
        <div className="buttons end">
          <button type="button" className="button" onClick={() => ref.current?.close()}>
            {games.cancel}
          </button>
          <button
            type="submit"
            className="button primary"
            disabled={title.trim() === '' || create.isPending}
          >
            {games.makeButton}
          </button>
        </div>
      </form>
    </dialog>
  )
}
