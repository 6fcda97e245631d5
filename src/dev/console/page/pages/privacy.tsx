import { PrivacySettings } from '../../../../kit/react/ui/ui.ts'
import { Page } from '../frame/page.tsx'
import { useWords } from '../words/words.tsx'

/** Who may do what towards the viewer. */
export function Privacy() {
  const { frame, more } = useWords()
  return (
    <Page title={frame.privacy} sentence={more.privacy}>
      <PrivacySettings />
    </Page>
  )
}
