import { Link, type LinkProps } from '@tanstack/react-router'
import { Icon, type IconName } from '../frame/icons.tsx'
import { KeysChoice } from '../frame/keys.tsx'
import { LanguageChoice, ThemeChoice } from '../frame/look.tsx'
import { Page } from '../frame/page.tsx'
import { useSession } from '../signed-in.tsx'
import { useWords } from '../words/words.tsx'

/** Everything that has no tab on a telephone, and how the console looks. */
export function More() {
  const words = useWords()
  const { me, switchTo } = useSession()
  const { frame, more } = words
  return (
    <Page title={frame.settings}>
      <ul className="rows settings">
        <Entry to="/contacts" icon="contacts" label={frame.contacts} text={more.contacts} />
        <Entry to="/privacy" icon="privacy" label={frame.privacy} text={more.privacy} />
        <Entry to="/blocked" icon="blocked" label={frame.blocked} text={more.blocked} />
        <Entry to="/welcome" icon="person" label={more.profile} text={more.profileSentence} />
      </ul>
      <section aria-labelledby="look">
        <h2 id="look">{more.look}</h2>
        <div className="card look">
          <ThemeChoice />
          <LanguageChoice />
          <KeysChoice />
        </div>
      </section>
      <section aria-labelledby="stack">
        <h2 id="stack">{frame.pagesOfStack}</h2>
        <ul className="rows settings">
          <li>
            <a className="row" href={`/?as=${me.as}`}>
              <Icon name="search" />
              <span className="row-text">
                <b>{frame.explorer}</b>
                <span className="meta">{more.explorer}</span>
              </span>
            </a>
          </li>
          <li>
            <a className="row" href="/insights">
              <Icon name="chart" />
              <span className="row-text">
                <b>{frame.insights}</b>
                <span className="meta">{more.insights}</span>
              </span>
            </a>
          </li>
        </ul>
      </section>
      <p>
        <button type="button" className="button" onClick={() => switchTo('nobody')}>
          <Icon name="signOut" size={18} /> {words.signIn.signOut}
        </button>
      </p>
    </Page>
  )
}

interface EntryProps {
  readonly to: NonNullable<LinkProps['to']>
  readonly icon: IconName
  readonly label: string
  readonly text: string
}

function Entry({ to, icon, label, text }: EntryProps) {
  return (
    <li>
      <Link to={to} className="row">
        <Icon name={icon} />
        <span className="row-text">
          <b>{label}</b>
          <span className="meta">{text}</span>
        </span>
      </Link>
    </li>
  )
}
