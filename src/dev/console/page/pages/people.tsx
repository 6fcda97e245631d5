import { Page } from '../frame/page.tsx'

/** To come. */
export function People() {
  return <Page title="People" />
}
