/** A rule about the catalogue of the database. */
export interface CatalogueRule {
  /** What holds for everything that is there, and for everything that will be. */
  readonly promise: string
  /** Gives one line of text for each thing that breaks the rule. */
  readonly sql: string
  /** A change by the owner that breaks it. */
  readonly breach: string
  /** How the line begins that the breach makes. */
  readonly noticed: string
}

/** Timestamps that may be null, `table.column`, each with what null means. */
const nullableTimes: readonly string[] = [
  'contact_import_checkpoints.finished_at',
  'contact_links.expires_at',
  'contact_links.last_used_at',
  'contact_links.revoked_at',
  'friend_requests_archive.responded_at',
  'game_invites.answered_at',
  'game_invites.invited_at',
  'outbox.dispatched_at',
  'user_blocks.expires_at',
  'user_friend_requests.responded_at',
  'webhook_deliveries.finished_at',
  'webhook_deliveries.leased_until',
  'webhook_endpoints.disabled_at',
  'webhook_endpoints.failing_since',
  'webhook_endpoints.paused_until',
  'webhook_endpoints.previous_secret_until',
  'worker_tasks.last_finished_at',
  'worker_tasks.last_started_at',
  'worker_tasks.leased_until',
  'worker_tasks.started_at',
]

/** Tables that no viewer reaches but through a definer function. */
const outOfReach: readonly string[] = [
  'account_deletions',
  'activity_days',
  'blocks_made',
  'contact_import_checkpoints',
  'contact_import_removals',
  'contact_link_uses',
  'friend_requests_archive',
  'game_facts',
  'game_invites',
  'game_participations',
  'games',
  'insight_rollups',
  'outbox',
  'rate_limit_buckets',
  'user_profile_words',
  'user_similarity',
  'user_reports',
  'username_holds',
  'webhook_deliveries',
  'webhook_endpoints',
  'worker_tasks',
  'workers',
]

/**
 * The tables of the service. Prisma's own list of migrations is not one: its rule is that nobody
 * gets at it.
 */
const tables = `
  select oid, relname, relrowsecurity, relforcerowsecurity, relacl, relowner
    from pg_class
   where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> '_prisma_migrations'`

const roles = `(select oid, * from pg_roles where rolname ~ '^connections_(app|service|facts|login|worker)$')`

export const catalogueRules: readonly CatalogueRule[] = [
  {
    promise: 'every table has row security, and forces it on its owner too',
    sql: `
      select relname || ': row security is not ' || case when relrowsecurity then 'forced' else 'enabled' end
        from (${tables}) as t
       where not relrowsecurity or not relforcerowsecurity`,
    breach: 'create table scratch (id uuid primary key)',
    noticed: 'scratch: row security is not enabled',
  },
  {
    promise: 'every table has a policy for viewers, or is out of their reach on purpose',
    sql: `
      select relname || ': has no policy for connections_app'
        from (${tables}) as t
       where not exists (select from pg_policy
                          where polrelid = t.oid and 'connections_app'::regrole = any (polroles))
         and relname <> all ('{${outOfReach.join()}}'::text[])`,
    breach: 'create table scratch (id uuid primary key)',
    noticed: 'scratch: has no policy',
  },
  {
    promise: 'every policy names its roles, and public is none of them',
    sql: `
      select polrelid::regclass || ': the policy ' || polname || ' is for everybody'
        from pg_policy
       where 0 = any (polroles)`,
    breach: 'create policy scratch on users for select using (true)',
    noticed: 'users: the policy scratch is for everybody',
  },
  {
    promise: 'every policy is for one command, and checks what that command reads and writes',
    sql: `
      select polrelid::regclass || ': the policy ' || polname || ' does not fit its command'
        from pg_policy
       where case polcmd
             when 'r' then polqual is null or polwithcheck is not null
             when 'd' then polqual is null or polwithcheck is not null
             when 'a' then polwithcheck is null
             when 'w' then polqual is null or polwithcheck is null
             else true end`,
    breach: `create policy scratch on users for update to connections_app using (true)`,
    noticed: 'users: the policy scratch does not fit',
  },
  {
    promise:
      'no policy has a sub-select: they run once a row, and a distributed engine refuses them',
    sql: `
      select polrelid::regclass || ': the policy ' || polname || ' has a sub-select'
        from pg_policy
       where concat(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) ~* '\\mselect\\M'`,
    breach: `create policy scratch on users for select to connections_app using (id in (select id from user_contacts))`,
    noticed: 'users: the policy scratch has a sub-select',
  },
  {
    promise:
      'nobody but the owner may truncate, reference or put triggers on a table, or pass a right on',
    sql: `
      select t.relname || ': ' || grantee::regrole || ' may ' || lower(privilege_type)
             || case when is_grantable then ' and grant it' else '' end
        from (${tables}) as t, aclexplode(relacl)
       where grantee <> relowner
         and (is_grantable or privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))`,
    breach: 'grant truncate on users to connections_app',
    noticed: 'users: connections_app may truncate',
  },
  {
    promise:
      'rights on tables, columns and sequences are given to the four roles by name, not to public or the login',
    sql: `
      with given as (
        select relname::text as name, (aclexplode(relacl)).*, relowner as owner
          from pg_class
         where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S', 'f')
         union all
        select relname || '.' || attname, (aclexplode(attacl)).*, relowner
          from pg_attribute join pg_class on pg_class.oid = attrelid
         where relnamespace = 'public'::regnamespace
      )
      select distinct name || ': granted to ' || case grantee when 0 then 'public' else grantee::regrole::text end
        from given
       where grantee <> owner
         and grantee not in (select oid from pg_roles
                              where rolname in ('connections_app', 'connections_service', 'connections_facts', 'connections_worker'))`,
    breach: 'grant select (id) on users to public',
    noticed: 'users.id: granted to public',
  },
  {
    promise:
      'the list of migrations is granted to nobody but the role of the functions, and of it what readiness asks',
    sql: `
      select '_prisma_migrations: granted to ' || case grantee when 0 then 'public' else grantee::regrole::text end
        from pg_class, aclexplode(relacl)
       where pg_class.oid = '_prisma_migrations'::regclass and grantee <> relowner
       union all
      select '_prisma_migrations.' || attname || ': granted to '
             || case grantee when 0 then 'public' else grantee::regrole::text end
        from pg_attribute, aclexplode(attacl)
       where attrelid = '_prisma_migrations'::regclass
         and (grantee <> 'connections_facts'::regrole or privilege_type <> 'SELECT'
              or attname <> all ('{migration_name,finished_at,rolled_back_at}'))`,
    breach: 'grant select on _prisma_migrations to connections_service',
    noticed: '_prisma_migrations: granted to connections_service',
  },
  {
    promise:
      'nobody but the owner can make anything in the schema, and public cannot even look into it',
    sql: `
      select 'public: ' || case grantee when 0 then 'everybody' else grantee::regrole::text end
             || ' has ' || lower(privilege_type)
        from pg_namespace, aclexplode(nspacl)
       where nspname = 'public'
         and grantee not in (nspowner, (select datdba from pg_database where datname = current_database()))
         and (grantee = 0 or privilege_type = 'CREATE')`,
    breach: 'grant usage on schema public to public',
    noticed: 'public: everybody has usage',
  },
  {
    promise: 'every view asks as the one who reads it',
    sql: `
      select relname || case relkind
             when 'm' then ': a materialized view has no row security'
             else ': the view asks as its owner' end
        from pg_class
       where relnamespace = 'public'::regnamespace
         and (relkind = 'm' or relkind = 'v' and not coalesce(reloptions, '{}') && '{security_invoker=true,security_invoker=on}')`,
    breach: 'create view scratch as select id from users',
    noticed: 'scratch: the view asks as its owner',
  },
  {
    promise:
      'every function looks names up in the system’s schema first, and among temporary things last',
    sql: `
      select proname || ': has another search_path'
        from pg_proc
       where pronamespace = 'public'::regnamespace
         and not coalesce(proconfig, '{}') @> array['search_path=pg_catalog, pg_temp']
         -- Its names were looked up when it was made, and it asks with the rights of whoever calls it.
         and (prosecdef or prosqlbody is null)`,
    breach: `
      create function scratch() returns int language sql security definer set search_path = '' return 1`,
    noticed: 'scratch: has another search_path',
  },
  {
    promise: 'every function in SQL has its names looked up when it is made, and never again',
    sql: `
      select proname || ': its body is a text'
        from pg_proc join pg_language on pg_language.oid = prolang
       where pronamespace = 'public'::regnamespace and lanname = 'sql' and prosqlbody is null`,
    breach: `create function scratch() returns int language sql as 'select 1'`,
    noticed: 'scratch: its body is a text',
  },
  {
    promise: 'no function is executable by everybody',
    sql: `
      select proname || ': everybody may execute it'
        from pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner)))
       where pronamespace = 'public'::regnamespace and grantee = 0`,
    breach: `create function scratch() returns int language sql as 'select 1'`,
    noticed: 'scratch: everybody may execute it',
  },
  {
    promise:
      'every function belongs to the role that nobody works as, never to the owner of the tables',
    sql: `
      select proname || ': belongs to ' || proowner::regrole
        from pg_proc
       where pronamespace = 'public'::regnamespace and proowner <> 'connections_facts'::regrole`,
    breach: `
      create function scratch() returns int language sql return 1; alter function scratch() owner to connections_owner`,
    noticed: 'scratch: belongs to connections_owner',
  },
  {
    promise: 'nobody may make temporary things or schemas in the database',
    sql: `
      select 'database: ' || who || ' has ' || right_
        from unnest(array['public', 'connections_login', 'connections_app', 'connections_service', 'connections_facts', 'connections_worker']) as who,
             unnest(array['create', 'temporary']) as right_
       where has_database_privilege(who, current_database(), right_)`,
    breach: `do $$ begin execute format('grant temporary on database %I to public', current_database()); end $$`,
    noticed: 'database: public has temporary',
  },
  {
    promise: 'no role of the service may make anything in any schema',
    sql: `
      select nspname || ': ' || who || ' may make things in it'
        from pg_namespace,
             unnest(array['connections_login', 'connections_app', 'connections_service', 'connections_facts', 'connections_worker']) as who
       where has_schema_privilege(who, pg_namespace.oid, 'create')`,
    breach: 'create schema scratch; grant create on schema scratch to connections_app',
    noticed: 'scratch: connections_app may make things',
  },
  {
    promise: 'the five roles exist, and none is above row security or may make roles and databases',
    sql: `
      select rolname || ': is more than an ordinary role'
        from ${roles} as r
       where rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication
       union all
      select 'roles: ' || count(*) || ' of five' from ${roles} as r having count(*) <> 5`,
    breach: 'alter role connections_app bypassrls',
    noticed: 'connections_app: is more than an ordinary role',
  },
  {
    promise: 'only the login and the worker can log in, and they inherit nothing',
    sql: `
      select rolname || case when rolcanlogin then ': can log in' else ': cannot log in' end
             || case when rolinherit then ' and inherits' else '' end
        from ${roles} as r
       where rolinherit or rolcanlogin <> (rolname in ('connections_login', 'connections_worker'))`,
    breach: 'alter role connections_login inherit',
    noticed: 'connections_login: can log in and inherits',
  },
  {
    promise:
      'the login becomes the viewer’s and the service’s role when it says so, the worker the service’s, and no other',
    sql: `
      select member::regrole || ': a member of ' || roleid::regrole
             || case when admin_option then ', and may admit others' else '' end
             || case when inherit_option then ', with its rights' else '' end
        from pg_auth_members
       where member in ('connections_login'::regrole, 'connections_worker'::regrole)
         and (admin_option or inherit_option or not set_option
              or roleid <> 'connections_service'::regrole
             and (roleid <> 'connections_app'::regrole or member = 'connections_worker'::regrole))
       union all
      select member::regrole || ': a member of ' || roleid::regrole
        from pg_auth_members
       where member in ('connections_app'::regrole, 'connections_service'::regrole, 'connections_facts'::regrole)`,
    breach: 'grant connections_facts to connections_login',
    noticed: 'connections_login: a member of connections_facts',
  },
  {
    promise: 'the login and the two roles that it becomes own nothing',
    sql: `
      select refobjid::regrole || ': owns ' || pg_describe_object(classid, objid, objsubid)
        from pg_shdepend
       where refclassid = 'pg_authid'::regclass and deptype = 'o'
         and dbid in (0, (select oid from pg_database where datname = current_database()))
         and refobjid in ('connections_login'::regrole, 'connections_app'::regrole, 'connections_service'::regrole)`,
    breach: 'create table scratch (id uuid); alter table scratch owner to connections_app',
    noticed: 'connections_app: owns table scratch',
  },
  {
    promise: 'the logins have deadlines for statements, for locks and for transactions that idle',
    sql: `
      select login || ': no ' || deadline
        from unnest(array['connections_login', 'connections_worker']) as login,
             unnest(array['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) as deadline
       where not exists (
             select from pg_db_role_setting, unnest(setconfig) as setting
              where setrole = login::regrole and setdatabase = 0
                and setting ~ ('^' || deadline || '=[1-9]'))`,
    breach: 'alter role connections_login reset lock_timeout',
    noticed: 'connections_login: no lock_timeout',
  },
  {
    promise: 'every foreign key has an index that begins with its columns',
    sql: `
      select conrelid::regclass || ': no index for ' || conname
        from pg_constraint
       where contype = 'f' and connamespace = 'public'::regnamespace
         and not exists (
             select from pg_index
              where indrelid = conrelid and indisvalid and indpred is null
                and (indkey::int2[])[0:cardinality(conkey) - 1] @> conkey)`,
    breach: `
      create table scratch (id uuid primary key, user_id uuid not null references users (id))`,
    noticed: 'scratch: no index for scratch_user_id_fkey',
  },
  {
    promise: 'no index is the beginning of another',
    sql: `
      with indexes as (
        select indexrelid, indrelid, indnkeyatts, relam, coalesce(pg_get_expr(indpred, indrelid), '') as predicate,
               array(select pg_get_indexdef(indexrelid, key, true) from generate_series(1, indnkeyatts) as key) as keys
          from pg_index join pg_class on pg_class.oid = indexrelid
         where relnamespace = 'public'::regnamespace
      )
      select short.indexrelid::regclass || ': is the beginning of ' || long.indexrelid::regclass
        from indexes as short
        join indexes as long
          on long.indrelid = short.indrelid and long.indexrelid <> short.indexrelid and long.relam = short.relam
         and long.predicate = short.predicate and long.keys[1:short.indnkeyatts] = short.keys`,
    breach: 'create index scratch on user_contacts (owner_user_id)',
    noticed: 'scratch: is the beginning of user_contacts_pkey',
  },
  {
    promise: 'every time is a moment in milliseconds, with its zone, and never null but on purpose',
    sql: `
      select relname || '.' || attname || ': ' || format_type(atttypid, atttypmod)
             || case when attnotnull then '' else ', and may be null' end
        from (${tables}) as t join pg_attribute on attrelid = t.oid
       where attnum > 0 and not attisdropped
         and atttypid in ('timestamp'::regtype, 'timestamptz'::regtype, 'time'::regtype, 'timetz'::regtype)
         and (format_type(atttypid, atttypmod) <> 'timestamp(3) with time zone'
              or not attnotnull and relname || '.' || attname <> all ('{${nullableTimes.join()}}'::text[]))`,
    breach: 'alter table users add scratch timestamp',
    noticed: 'users.scratch: timestamp without time zone, and may be null',
  },
]
