import { Page } from '../frame/page.tsx'

/** To come. */
export function Welcome() {
  return <Page title="Welcome" />
}
