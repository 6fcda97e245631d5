-- Everything that two people are to each other, as `pair_states` and `my_pair_states` answer it.
-- `shares_friend` and `holds_link` (a link of the other's that was not revoked since; it lets its
-- user ask whatever the other's privacy says, rules 4.6 and 6.8) are only looked up where the
-- answer matters. `present` is false of whoever blocks the actor too: nobody is told why.
create type pair_state as (
  place int,
  actor uuid,
  other uuid,
  present boolean,
  blocks boolean,
  is_contact boolean,
  follows boolean,
  followed_by boolean,
  friendship_level text,
  friends_since timestamptz(3),
  outgoing_friend uuid,
  outgoing_close uuid,
  incoming_friend uuid,
  incoming_close uuid,
  incoming_friend_declined boolean,
  incoming_close_declined boolean,
  allow_follows text,
  allow_friend_requests text,
  allow_messages text,
  shares_friend boolean,
  holds_link boolean
);
