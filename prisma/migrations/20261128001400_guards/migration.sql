-- What asks a function: triggers, and the policies that depend on other people.

-- Whoever makes a trigger must be allowed to call its function, at that moment alone.
set role connections_facts;
grant execute on function count_new_follows(), count_ended_follows(), keep_profile_words(), hold_name_of_erased(),
  remember_removed_contact() to session_user;
reset role;

create trigger follows_made after insert on user_follows
  referencing new table as made for each statement execute function count_new_follows();
create trigger follows_ended after delete on user_follows
  referencing old table as ended for each statement execute function count_ended_follows();

create trigger profile_words_kept after insert or update of display_words on user_profiles
  for each row execute function keep_profile_words();
create trigger erased_name_held after delete on usernames
  for each row execute function hold_name_of_erased();
create trigger imported_contact_removed after delete on user_contacts
  for each row when (old.imported) execute function remember_removed_contact();

set role connections_facts;
revoke execute on function count_new_follows(), count_ended_follows(), keep_profile_words(), hold_name_of_erased(),
  remember_removed_contact() from session_user;
reset role;

-- The database's own word on it: nobody follows or asks across a block, whatever the statement was.
create policy follower_follows on user_follows for insert to connections_app
  with check (follower_user_id = nullif(current_setting('app.user_id', true), '')::uuid and may_follow(target_user_id));
create policy requester_asks on user_friend_requests for insert to connections_app
  with check (requester_user_id = nullif(current_setting('app.user_id', true), '')::uuid
    and status = 'pending' and is_visible(target_user_id));
