import { isolate } from '../../../../kit/react/ui/ui.ts'
import { Icon, Mark } from '../frame/icons.tsx'
import { LanguageChoice, ThemeChoice } from '../frame/look.tsx'
import { ByUuid, PeopleGrid } from '../frame/people-menu.tsx'
import { useWords } from '../words/words.tsx'

interface SignInProps {
  /** What the address said, if it was neither a demo person nor an id. */
  readonly unknown: string | null
  readonly switchTo: (as: string) => void
}

/** The first thing that somebody sees: who do you want to be? */
export function SignIn({ unknown, switchTo }: SignInProps) {
  const { signIn } = useWords()
  return (
    <div className="sign-in">
      <main>
        <p className="brand">
          <Mark /> connections
        </p>
        <h1 tabIndex={-1}>{signIn.title}</h1>
        <p className="quiet">{signIn.sentence}</p>
        {unknown !== null && (
          <p className="notice problem" role="alert">
            {signIn.unknown(isolate(unknown))}
          </p>
        )}
        <section className="card" aria-label={signIn.demoPeople}>
          <PeopleGrid choose={switchTo} />
          <button
            type="button"
            className="button primary wide"
            onClick={() => switchTo(crypto.randomUUID())}
          >
            <Icon name="plus" size={18} /> {signIn.arriveAsNew}
          </button>
          <details>
            <summary>{signIn.orById}</summary>
            <ByUuid choose={switchTo} />
          </details>
        </section>
        <div className="look">
          <ThemeChoice />
          <LanguageChoice />
        </div>
      </main>
    </div>
  )
}
