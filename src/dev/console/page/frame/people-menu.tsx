import { type SubmitEvent, useRef, useState } from 'react'
import { useProfile } from '../../../../kit/react/react.ts'
import { identityOf } from '../../../explorer/page/identity.ts'
import { people } from '../../../seed/people.ts'
import { useSession } from '../signed-in.tsx'
import { useWords } from '../words/words.tsx'
import { Icon } from './icons.tsx'
import { MyAvatar } from './my-avatar.tsx'

/** Who is signed in, and the menu to be somebody else. */
export function PeopleMenu() {
  const { me, switchTo } = useSession()
  const words = useWords()
  const { data: profile } = useProfile(me.id)
  const panel = useRef<HTMLDivElement>(null)
  const choose = (as: string) => {
    panel.current?.hidePopover()
    switchTo(as)
  }
  return (
    <>
      <button type="button" className="me" popoverTarget="people-menu">
        <MyAvatar />
        <span className="spoken">{words.signIn.signedInAs} </span>
        <b>
          <bdi>{profile?.username ?? me.name}</bdi>
        </b>
        <Icon name="chevron" size={16} />
      </button>
      <div
        id="people-menu"
        popover="auto"
        role="dialog"
        aria-label={words.signIn.beSomebodyElse}
        className="sheet people-menu"
        ref={panel}
      >
        <h2>{words.signIn.beSomebodyElse}</h2>
        <PeopleGrid choose={choose} current={me.as} />
        <ByUuid choose={choose} />
        <div className="buttons">
          <button type="button" className="button" onClick={() => choose(crypto.randomUUID())}>
            <Icon name="plus" size={16} /> {words.signIn.somebodyNew}
          </button>
          <button type="button" className="button" onClick={() => choose('nobody')}>
            <Icon name="signOut" size={16} /> {words.signIn.signOut}
          </button>
        </div>
      </div>
    </>
  )
}

interface ChoiceProps {
  readonly choose: (as: string) => void
  readonly current?: string
}

/** The demo people. */
export function PeopleGrid({ choose, current }: ChoiceProps) {
  return (
    <ul className="people-grid">
      {people.map((as) => (
        <li key={as}>
          <button type="button" aria-current={as === current} onClick={() => choose(as)}>
            <DemoFace as={as} />
            {as}
          </button>
        </li>
      ))}
    </ul>
  )
}

function DemoFace({ as }: { readonly as: string }) {
  const hue = people.findIndex((person) => person === as) * 30 + 250
  return (
    <span className="demo-face" style={{ background: `oklch(0.5 0.12 ${hue})` }} aria-hidden="true">
      {as.charAt(0).toUpperCase()}
    </span>
  )
}

/** Anybody by their id. An id that is new is a new person. */
export function ByUuid({ choose }: ChoiceProps) {
  const words = useWords()
  const [text, setText] = useState('')
  const [isWrong, setWrong] = useState(false)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (identityOf(text).kind === 'person') choose(text)
    else setWrong(true)
  }
  return (
    <form className="by-uuid" onSubmit={submit} noValidate>
      <label htmlFor="uuid">{words.signIn.byId}</label>
      <div>
        <input
          id="uuid"
          className="input"
          value={text}
          spellCheck={false}
          autoComplete="off"
          dir="ltr"
          placeholder="5e0f7a52-3c0b-4a0e-9d4f-6f6f1c1d2e3f"
          aria-invalid={isWrong}
          aria-describedby="uuid-wrong"
          onChange={(event) => {
            setText(event.target.value)
            setWrong(false)
          }}
        />
        <button type="submit" className="button">
          {words.signIn.signIn}
        </button>
      </div>
      <p id="uuid-wrong" role="alert" className="wrong">
        {isWrong && words.signIn.notAnId}
      </p>
    </form>
  )
}
