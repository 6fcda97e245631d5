-- Privacy settings (rule 9). A person without a row has the defaults.

create table user_privacy_settings (
  user_id uuid primary key references users (id) on delete cascade,
  allow_follows text not null default 'everyone'
    constraint follows_are_allowed_to check (allow_follows in ('everyone', 'nobody')),
  allow_friend_requests text not null default 'everyone'
    constraint requests_are_allowed_to check (allow_friend_requests in ('everyone', 'friends_of_friends', 'nobody')),
  allow_messages text not null default 'everyone'
    constraint messages_are_allowed_to check (allow_messages in ('everyone', 'friends', 'nobody')),
  discoverable boolean not null default true,
  show_in_mutual_friends boolean not null default true,
  presence_visibility text not null default 'friends'
    constraint presence_is_visible_to check (presence_visibility in ('friends', 'close', 'nobody')),
  default_game_visibility text not null default 'public'
    constraint games_are_visible_to check (default_game_visibility in ('public', 'friends', 'close')),
  notify_friend_joins_game boolean not null default true
);

alter table user_privacy_settings enable row level security;
alter table user_privacy_settings force row level security;

-- One's own.
grant select, insert on user_privacy_settings to connections_app;
grant update (allow_follows, allow_friend_requests, allow_messages, discoverable, show_in_mutual_friends,
  presence_visibility, default_game_visibility, notify_friend_joins_game) on user_privacy_settings to connections_app;
grant select on user_privacy_settings to connections_service;
create policy owner_reads on user_privacy_settings for select to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy owner_sets on user_privacy_settings for insert to connections_app
  with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy owner_changes on user_privacy_settings for update to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy service_reads on user_privacy_settings for select to connections_service using (true);
grant select on user_privacy_settings to connections_facts;
create policy facts_reads on user_privacy_settings for select to connections_facts using (true);
