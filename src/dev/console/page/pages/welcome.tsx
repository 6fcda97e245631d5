import { Link } from '@tanstack/react-router'
import { useProfile } from '../../../../kit/react/react.ts'
import { ProfileCard, UsernameClaim } from '../../../../kit/react/ui/ui.ts'
import { Page } from '../frame/page.tsx'
import { useSession } from '../signed-in.tsx'
import { useWords } from '../words/words.tsx'

/** The first steps of somebody new; later, the place of the own name and profile. */
export function Welcome() {
  const { welcome } = useWords()
  const { me } = useSession()
  const { data } = useProfile(me.id)
  const isNew = data?.username === null
  return (
    <Page
      title={isNew ? welcome.title : welcome.profile}
      sentence={isNew ? welcome.sentence : undefined}
    >
      <section aria-labelledby="claim">
        <h2 id="claim">{welcome.claim}</h2>
        <div className="card">
          <UsernameClaim />
        </div>
      </section>
      {!isNew && (
        <>
          <section aria-labelledby="profile">
            <h2 id="profile">{welcome.aboutYou}</h2>
            <ProfileCard userId={me.id} />
          </section>
          <section aria-labelledby="find">
            <h2 id="find">{welcome.find}</h2>
            <div className="card call">
              <p>{welcome.findSentence}</p>
              <div className="buttons">
                <Link to="/people" className="button primary">
                  {welcome.search}
                </Link>
                <Link to="/contacts" search={{ tab: 'links' }} className="button">
                  {welcome.share}
                </Link>
              </div>
            </div>
          </section>
        </>
      )}
    </Page>
  )
}
