import { BlockedUsersList } from '../../../../kit/react/ui/ui.ts'
import { Page } from '../frame/page.tsx'
import { useWords } from '../words/words.tsx'

/** The people whom the viewer blocks. */
export function Blocked() {
  const { frame, more } = useWords()
  return (
    <Page title={frame.blocked} sentence={more.blocked}>
      <BlockedUsersList heading={null} infinite />
    </Page>
  )
}
