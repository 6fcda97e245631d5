import { createHash } from 'node:crypto'

/**
 * Lets a page load from its own origin only, which the browser enforces.
 * @param pictures where else pictures may come from: `https:` for those of people
 */
export function contentSecurityPolicy(html: string, pictures = ''): string {
  const script = /<script>([^]*?)<\/script>/.exec(html)?.[1] ?? ''
  const hash = createHash('sha256').update(script).digest('base64')
  return [
    "default-src 'self'",
    `script-src 'self' 'sha256-${hash}'`,
    // The editor of the explorer writes its colours and sizes as style elements; fonts and cursors
    // are inside the style sheet.
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self' data:",
    `img-src 'self' data: ${pictures}`.trim(),
    "frame-ancestors 'none'",
    "form-action 'none'",
    "base-uri 'none'",
  ].join('; ')
}
