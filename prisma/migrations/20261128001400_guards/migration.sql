-- What asks a function: triggers, and the policies that depend on other people.

-- Whoever makes a trigger must be allowed to call its function, at that moment alone.
set role connections_facts;
grant execute on function count_new_follow(), count_ended_follow(), quieten_request(), refuse_blocked_friends(),
  refuse_befriended_block(), keep_blocked_names(), forget_blocked_names(), keep_profile_words(), hold_name_of_erased(),
  remember_removed_contact(), dismiss_removed(), dismiss_unblocked(), count_block() to session_user;
reset role;

create trigger follow_made after insert on user_follows
  for each row execute function count_new_follow();
create trigger follow_ended after delete on user_follows
  for each row execute function count_ended_follow();

create trigger request_quietened before insert on user_friend_requests
  for each row when (not new.quiet) execute function quieten_request();
create trigger friends_not_blocked before insert or update of user_id, friend_id on user_friends
  for each row execute function refuse_blocked_friends();
create trigger blocked_not_friends before insert or update on user_blocks
  for each row when (new.expires_at is null or new.expires_at > statement_timestamp())
  execute function refuse_befriended_block();

-- A block that has run out and is made again is a new one. One that stands keeps its names,
-- whatever becomes of its end.
create trigger blocked_names_kept before insert on user_blocks
  for each row execute function keep_blocked_names();
create trigger blocked_names_kept_anew before update of created_at on user_blocks
  for each row when (old.expires_at <= statement_timestamp() and new.created_at > old.created_at)
  execute function keep_blocked_names();
create trigger blocked_names_forgotten after delete on users
  for each row execute function forget_blocked_names();

-- Each block is counted once (rule 14), also one that is made again after it has run out.
create trigger block_counted after insert on user_blocks
  for each row execute function count_block();
create trigger block_counted_anew after update of created_at on user_blocks
  for each row when (new.created_at > old.created_at) execute function count_block();

create trigger profile_words_kept after insert or update of display_words on user_profiles
  for each row execute function keep_profile_words();
create trigger erased_name_held after delete on usernames
  for each row execute function hold_name_of_erased();
create trigger imported_contact_removed after delete on user_contacts
  for each row when (old.imported) execute function remember_removed_contact();

-- Whom a viewer removes or declines, they are not suggested for a while (rule 11.3). Nothing is
-- remembered for services, and so for people who are erased.
create trigger removed_friend_dismissed after delete on user_friends
  for each row when (old.user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  execute function dismiss_removed('user_id', 'friend_id');
create trigger removed_contact_dismissed after delete on user_contacts
  for each row when (old.owner_user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  execute function dismiss_removed('owner_user_id', 'contact_user_id');
create trigger ended_follow_dismissed after delete on user_follows
  for each row
  when (nullif(current_setting('app.user_id', true), '')::uuid = any (array[old.follower_user_id, old.target_user_id]))
  execute function dismiss_removed('follower_user_id', 'target_user_id');
create trigger declined_dismissed after insert or update of last_declined_at on friend_request_declines
  for each row when (new.decliner_user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  execute function dismiss_removed('decliner_user_id', 'requester_user_id');
create trigger unblocked_dismissed after delete on user_blocks
  for each row execute function dismiss_unblocked();

set role connections_facts;
revoke execute on function count_new_follow(), count_ended_follow(), quieten_request(), refuse_blocked_friends(),
  refuse_befriended_block(), keep_blocked_names(), forget_blocked_names(), keep_profile_words(), hold_name_of_erased(),
  remember_removed_contact(), dismiss_removed(), dismiss_unblocked(), count_block() from session_user;
reset role;

-- The database's own word on it: nobody follows or asks across a block or against a privacy
-- setting, whatever the statement was.
create policy follower_follows on user_follows for insert to connections_app
  with check (follower_user_id = nullif(current_setting('app.user_id', true), '')::uuid and may_follow(target_user_id));
create policy requester_asks on user_friend_requests for insert to connections_app
  with check (requester_user_id = nullif(current_setting('app.user_id', true), '')::uuid
    and status = 'pending' and may_ask(target_user_id, friendship_level));

-- Nor adds or declines anybody who is hidden: the foreign key would tell them from somebody who is
-- not there.
create policy owner_adds on user_contacts for insert to connections_app
  with check (owner_user_id = nullif(current_setting('app.user_id', true), '')::uuid and is_visible(contact_user_id));
create policy decliner_counts on friend_request_declines for insert to connections_app
  with check (decliner_user_id = nullif(current_setting('app.user_id', true), '')::uuid and is_visible(requester_user_id));

-- Nor dismisses somebody, or counts that they were shown.
create policy owner_dismisses on suggestion_dismissals for insert to connections_app
  with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid and is_visible(other_user_id));
create policy owner_counts on suggestion_impressions for insert to connections_app
  with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid and is_visible(other_user_id));

-- And they find no dismissal of somebody who is hidden.
create policy owner_reads on suggestion_dismissals for select to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid and is_visible(other_user_id));
create policy owner_dismisses_anew on suggestion_dismissals for update to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid and is_visible(other_user_id))
  with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy owner_restores on suggestion_dismissals for delete to connections_app
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid and is_visible(other_user_id));

-- Whom a viewer may know, by what was computed for them: only those who may be shown by now.
create view user_similarity_view with (security_invoker = true) as
  select run.user_id as base_user_id, suggestion.candidate as id, suggestion.display_name,
         suggestion.score as similarity_score
    from similarity_runs as run
   cross join lateral stored_suggestions(run.user_id) as suggestion;
grant select on user_similarity_view to connections_app;
