/**
 * Who the usual server logs in as: somebody whom row security does not meet, for its rules stand in
 * the program. Roles belong to the whole server, so it may be there from another data set.
 */
export const usualRole = `
  do $$ begin create role bench_usual login bypassrls password 'usual';
        exception when duplicate_object or unique_violation then null; end $$;
  grant usage on schema public to bench_usual;
  grant select on all tables in schema public to bench_usual;
`

/** The same database as that role. */
export function usualUrl(adminUrl: string): string {
  const url = new URL(adminUrl)
  url.username = 'bench_usual'
  url.password = 'usual'
  return url.href
}
