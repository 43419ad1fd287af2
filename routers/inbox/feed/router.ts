import { adminProcedure, router, userProcedure } from '../../core/procedures.ts';
import { createMobileFeedback, listMobileFeedback } from './feedback.ts';
import { listFeed } from './list.ts';
import {
  Feed,
  FeedInput,
  MobileFeedback,
  MobileFeedbackInput,
  MobileFeedbackListInput,
  MobileFeedbackPage,
} from './schemas.ts';

const tags = ['Inbox'];

export const mobileRouter = router({
  feed: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/mobile/feed',
        tags,
        summary: 'My feed',
        description:
          'New quizzes, badges, levels, finished jobs, tasks and dangerous links. Pages go from the newest item ' +
          'back. To follow the feed, keep `next_since_id` of the first page and send it as `since_id`: what came ' +
          'after it is answered from the oldest on, so that going on while `has_more` is true misses nothing.',
      },
    })
    .input(FeedInput)
    .output(Feed)
    .query(({ ctx, input }) => listFeed(ctx, input)),

  feedback: userProcedure
    .meta({
      openapi: { method: 'POST', path: '/mobile/feedback', tags, summary: 'Say how the app is doing' },
      rest: { status: 201 },
    })
    .input(MobileFeedbackInput)
    .output(MobileFeedback)
    .mutation(({ ctx, input }) => createMobileFeedback(ctx, input)),
});

export const mobileAdminRouter = router({
  feedback: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/mobile/feedback',
        tags: ['Admin'],
        summary: 'What users said of the app',
      },
    })
    .input(MobileFeedbackListInput)
    .output(MobileFeedbackPage)
    .query(({ ctx, input }) => listMobileFeedback(ctx, input)),
});
