import { z } from 'zod'

/** A variable with one of a few values. */
export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, { error: `must be ${listed(values)}` })
}

function listed(values: readonly string[]): string {
  const [last = '', ...before] = values.toReversed()
  return before.length === 0 ? last : `${before.toReversed().join(', ')} or ${last}`
}

/** A variable that is a number. */
export function numberFrom(least: number, most: number) {
  const error = `must be a number from ${least} to ${most}`
  return z.coerce.number({ error }).refine((value) => value >= least && value <= most, { error })
}

/** A variable that is a whole number. */
export function wholeNumberFrom(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`
  return z.coerce
    .number({ error })
    .refine((value) => Number.isInteger(value) && value >= least && value <= most, { error })
}

/**
 * Reads a URL of Postgres, which may name a socket instead of a host:
 * `postgres://role:password@/database?host=/cloudsql/…`. Other URLs have a host after a password,
 * so this one is read as pg reads it, with a host that counts for nothing. Null for anything else.
 */
export function parsePostgresUrl(text: string): URL | null {
  if (!/^postgres(ql)?:\/\//i.test(text)) return null
  return URL.parse(text) ?? URL.parse(text.replace('@/', '@localhost/'))
}

/**
 * A variable that is a URL of Postgres. A password can have characters that end the host of a URL.
 */
export const postgresUrl = z.string().refine((text) => parsePostgresUrl(text) !== null, {
  error:
    'must be a URL that begins with postgres:// or postgresql://; write / ? # and @ in a password as %2F %3F %23 and %40',
})

/** A variable that is a URL of the web. */
export const webUrl = z
  .string()
  .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), {
    error: 'must be a URL that begins with http:// or https://',
  })
