import { mergeSettings } from './accounts/settings/settings.ts';
import type { EventHandlers, TransientHandlers } from './core/events/emit.ts';
import { addFeedItem } from './inbox/feed/on-event.ts';
import { notify } from './inbox/notifications/on-event.ts';
import { completeQuizTasks } from './inbox/tasks/on-event.ts';
import { countScansForBadges } from './learning/gami/count-scans-for-badges.ts';
import { awardForEvent } from './learning/gami/on-event.ts';
import { mergeChats } from './safety/chatbot/history.ts';
import { mergeHistory } from './safety/history/merge.ts';

/** What a guest passes on to the user it becomes at login. */
const MERGES = [mergeHistory, mergeChats, mergeSettings];

/** The handlers of each event type, run in this order in the transaction of the event. */
export const EVENT_HANDLERS: EventHandlers = {
  'guest.became_user': [
    ({ db }, { principal_id, payload }) => {
      if (principal_id === null) return;
      for (const merge of MERGES) merge(db, payload.guest_principal_id, principal_id);
    },
  ],
  'user.logged_in': [awardForEvent],
  'commit.stored': [awardForEvent],
  'job.completed': [awardForEvent, addFeedItem, notify],
  'job.failed': [addFeedItem, notify],
  'scan.dangerous': [awardForEvent, addFeedItem],
  'scan.reported': [awardForEvent],
  'report.decided': [addFeedItem, notify],
  'diff.dangerous': [addFeedItem, notify],
  'quiz.finished': [awardForEvent, completeQuizTasks],
  'quiz.published': [addFeedItem],
  'badge.earned': [addFeedItem, notify],
  'level.reached': [addFeedItem, notify],
  'reward.redeemed': [notify],
  'task.assigned': [addFeedItem, notify],
  'task.due': [addFeedItem, notify],
  'task.completed': [awardForEvent],
  'device.signed_in': [notify],
  'account.changed': [notify],
  broadcast: [notify],
};

/** The handlers of transient events, run in the transaction that emits them. */
export const TRANSIENT_HANDLERS: TransientHandlers = {
  'scans.recorded': [countScansForBadges],
};
