import { Page } from '../frame/page.tsx'

/** To come. */
export function Blocked() {
  return <Page title="Blocked" />
}
