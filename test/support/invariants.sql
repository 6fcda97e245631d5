-- What must hold between any two people, whatever was done at the same time. Each query finds breaches: none, ever.

-- half a friendship, or two levels of one
select 'friendship with one side', mine.user_id, mine.friend_id
  from user_friends as mine
  left join user_friends as theirs on theirs.user_id = mine.friend_id and theirs.friend_id = mine.user_id
 where theirs.user_id is null or theirs.friendship_level <> mine.friendship_level;

-- a block between people who are anything to each other (rule 8.1)
select 'friends across a block', friends.user_id, friends.friend_id
  from user_friends as friends
  join user_blocks as block on block.blocker_user_id = friends.user_id and block.blocked_user_id = friends.friend_id
 where block.expires_at is null or block.expires_at > now();

select 'follow across a block', follow.follower_user_id, follow.target_user_id
  from user_follows as follow
  join user_blocks as block
    on (block.blocker_user_id, block.blocked_user_id) in
       ((follow.follower_user_id, follow.target_user_id), (follow.target_user_id, follow.follower_user_id))
 where block.expires_at is null or block.expires_at > now();

select 'open request across a block', request.requester_user_id, request.target_user_id
  from user_friend_requests as request
  join user_blocks as block
    on (block.blocker_user_id, block.blocked_user_id) in
       ((request.requester_user_id, request.target_user_id), (request.target_user_id, request.requester_user_id))
 where request.status in ('pending', 'rejected') and request.expires_at > now()
   and (block.expires_at is null or block.expires_at > now());

select 'contact whom the owner blocks', contact.owner_user_id, contact.contact_user_id
  from user_contacts as contact
  join user_blocks as block
    on block.blocker_user_id = contact.owner_user_id and block.blocked_user_id = contact.contact_user_id
 where block.expires_at is null or block.expires_at > now();

-- requests that have nothing to ask for any more
select 'open request between friends', request.requester_user_id, request.target_user_id
  from user_friend_requests as request
  join user_friends as friends on friends.user_id = request.requester_user_id and friends.friend_id = request.target_user_id
 where request.status in ('pending', 'rejected') and request.expires_at > now()
   and (request.friendship_level = 'friend' or friends.friendship_level = 'close');

select 'open close request between strangers', request.requester_user_id, request.target_user_id
  from user_friend_requests as request
  left join user_friends as friends on friends.user_id = request.requester_user_id and friends.friend_id = request.target_user_id
 where request.friendship_level = 'close' and request.status in ('pending', 'rejected') and request.expires_at > now()
   and friends.user_id is null;

select 'two open requests of a pair and level', least(requester_user_id, target_user_id), greatest(requester_user_id, target_user_id)
  from user_friend_requests
 where status in ('pending', 'rejected') and expires_at > now()
 group by least(requester_user_id, target_user_id), greatest(requester_user_id, target_user_id), friendship_level
having count(*) > 1;

-- each fact told once (rule 6.2)
select 'acceptance told twice', actor_user_id, other_user_id
  from outbox where kind = 'friend_request.accepted'
 group by actor_user_id, other_user_id, subject_id
having count(*) > 1;

-- counters that do not say what is there
select 'counter out of step', person.id
  from users as person
  left join user_counters as counters on counters.user_id = person.id
 where coalesce(counters.followers, 0) <> (select count(*) from user_follows where target_user_id = person.id)
    or coalesce(counters.following, 0) <> (select count(*) from user_follows where follower_user_id = person.id);

-- links: nobody beyond the limit, and nothing across a block
select 'link used beyond its limit', link.maker_user_id, link.id
  from contact_links as link
 where link.uses > link.max_uses
    or (link.max_uses is not null
        and link.uses < (select count(*) from contact_link_uses as used where used.link_id = link.id));

select 'link used across a block', used.user_id, used.maker_user_id
  from contact_link_uses as used
  join user_blocks as block
    on (block.blocker_user_id, block.blocked_user_id) in
       ((used.user_id, used.maker_user_id), (used.maker_user_id, used.user_id))
 where block.expires_at is null or block.expires_at > now();
