import { type ReactElement, useId, useState } from 'react'
import { useCreateContactLink } from '../verb-hooks.ts'
import { Button } from './button.tsx'
import { fittingText } from './fitting-text.ts'
import { linksEn } from './messages/links.ts'
import { VerbProblem } from './problem.tsx'
import { useLocale, useMessages } from './settings.ts'

const days = [1, 7, 30]
const uses = [1, 5, 25]
const dayMs = 24 * 60 * 60 * 1_000

/** Makes a contact link. */
export function NewLinkForm({
  onMade,
}: {
  readonly onMade: (made: { token: string; label: string | null }) => void
}): ReactElement {
  const words = useMessages('links', linksEn)
  const locale = useLocale()
  const id = useId()
  const create = useCreateContactLink()
  const [label, setLabel] = useState('')
  const [lastsDays, setLastsDays] = useState('')
  const [maxUses, setMaxUses] = useState('')
  const submit = async () => {
    if (create.isPending) return
    const expiresAt =
      lastsDays === '' ? null : new Date(Date.now() + Number(lastsDays) * dayMs).toISOString()
    const wanted = {
      label: label.trim() || null,
      expiresAt,
      maxUses: maxUses === '' ? null : Number(maxUses),
    }
    const { token } = await create.mutateAsync(wanted)
    if (token !== null) onMade({ token, label: wanted.label })
  }
  return (
    <form
      className="cx-editor"
      onSubmit={(event) => {
        event.preventDefault()
        // Its error shows below.
        submit().catch(() => undefined)
      }}
    >
      <div className="cx-entry">
        <label htmlFor={`${id}-label`} className="cx-label">
          {words.label}
        </label>
        <input
          id={`${id}-label`}
          className="cx-field"
          dir="auto"
          value={label}
          aria-describedby={`${id}-hint`}
          onChange={(event) => {
            setLabel(fittingText(event, 60))
          }}
        />
        <p id={`${id}-hint`} className="cx-note">
          {words.labelHint}
        </p>
      </div>
      <div className="cx-entries">
        <div className="cx-entry">
          <label htmlFor={`${id}-expires`} className="cx-label">
            {words.expires}
          </label>
          <select
            id={`${id}-expires`}
            className="cx-field"
            value={lastsDays}
            onChange={({ target }) => {
              setLastsDays(target.value)
            }}
          >
            <option value="">{words.never}</option>
            {days.map((count) => (
              <option key={count} value={count}>
                {words.days(count, locale)}
              </option>
            ))}
          </select>
        </div>
        <div className="cx-entry">
          <label htmlFor={`${id}-uses`} className="cx-label">
            {words.uses}
          </label>
          <select
            id={`${id}-uses`}
            className="cx-field"
            value={maxUses}
            onChange={({ target }) => {
              setMaxUses(target.value)
            }}
          >
            <option value="">{words.anyNumber}</option>
            {uses.map((count) => (
              <option key={count} value={count}>
                {words.people(count, locale)}
              </option>
            ))}
          </select>
        </div>
      </div>
      <div className="cx-actions">
        <Button type="submit" look="primary" aria-disabled={create.isPending}>
          {words.create}
        </Button>
      </div>
      <VerbProblem error={create.error} />
    </form>
  )
}
