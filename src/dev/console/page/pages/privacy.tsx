import { Page } from '../frame/page.tsx'

/** To come. */
export function Privacy() {
  return <Page title="Privacy" />
}
