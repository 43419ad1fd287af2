import { router, userProcedure } from '../../core/procedures.ts';
import { createMobileFeedback } from './feedback.ts';
import { listFeed } from './list.ts';
import { Feed, FeedInput, MobileFeedback, MobileFeedbackInput } from './schemas.ts';

const tags = ['Inbox'];

export const mobileRouter = router({
  feed: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/mobile/feed',
        tags,
        summary: "Get the caller's feed",
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
      openapi: {
        method: 'POST',
        path: '/mobile/feedback',
        tags,
        summary: 'Send feedback on the app',
        description: 'Keeps a rating of the app with a comment. Personal data in it is masked.',
      },
      rest: { status: 201 },
    })
    .input(MobileFeedbackInput)
    .output(MobileFeedback)
    .mutation(({ ctx, input }) => createMobileFeedback(ctx, input)),
});
