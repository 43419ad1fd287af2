import type { z } from 'zod';
import { transact } from '../../../db/index.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import { findAwardsByEvent } from '../gami/award-history.ts';
import { gradeAnswer } from './answer.ts';
import { expireSessions } from './expire-sessions.ts';
import { isCorrect, listItems, type SessionItem } from './items.ts';
import { WEAK_TOPIC_THRESHOLD } from './rules.ts';
import type { FinishedQuiz, QuizSessionRef } from './schemas.ts';
import { scoreSession } from './score-session.ts';
import { getSessionOrThrow, type SessionRow } from './session.ts';

/** Finishes one of the caller's sessions and returns its result, also when it was finished before. Throws NOT_FOUND. */
export function finishQuiz(ctx: UserContext, input: z.output<typeof QuizSessionRef>): FinishedQuiz {
  expireSessions(ctx, ctx.caller.principal_id);
  const ended = transact(ctx.db, () => {
    const session = getSessionOrThrow(ctx, input.session_id);
    if (session.status === 'finished') return session;
    return scoreSession(ctx, session, Math.min(ctx.clock.now(), session.expires_at ?? Infinity));
  });
  return toFinishedQuiz(ctx, ended);
}

function toFinishedQuiz(ctx: UserContext, { id, total, event_id, ...ended }: SessionRow): FinishedQuiz {
  const items = listItems(ctx.db, id);
  const finished_at = ended.finished_at ?? 0;
  const correct = ended.correct ?? 0;
  const earned = event_id === null ? null : findAwardsByEvent(ctx.db, event_id);
  return {
    session_id: id,
    score: ended.score ?? 0,
    correct,
    total,
    accuracy: correct / total,
    duration_seconds: Math.max(0, Math.round((finished_at - ended.started_at) / 1000)),
    results: items.map((item) => ({
      ...gradeAnswer(ctx, item),
      selected_option_id: item.item.selected_option_id,
    })),
    weak_topics: listWeakTopics(items),
    xp_earned: earned?.xp ?? 0,
    badges_unlocked: (earned?.badges_unlocked ?? []).map(({ code, name, description, icon, rarity }) => ({
      code,
      name: name[ctx.language],
      description: description[ctx.language],
      icon,
      rarity,
    })),
    finished_at: toIso(finished_at),
  };
}

/** The weak topics of a session, the weakest first. */
function listWeakTopics(items: readonly SessionItem[]): string[] {
  const topics = [...new Set(items.map(({ content }) => content.topic))];
  return topics
    .map((topic) => {
      const topicItems = items.filter(({ content }) => content.topic === topic);
      return { topic, share: topicItems.filter(isCorrect).length / topicItems.length };
    })
    .filter(({ share }) => share < WEAK_TOPIC_THRESHOLD)
    .sort((a, b) => a.share - b.share)
    .map(({ topic }) => topic);
}
