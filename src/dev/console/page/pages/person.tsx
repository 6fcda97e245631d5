import { Page } from '../frame/page.tsx'

/** To come. */
export function PersonPage() {
  return <Page title="PersonPage" />
}
