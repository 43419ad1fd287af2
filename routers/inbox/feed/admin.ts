import { adminProcedure, router } from '../../core/procedures.ts';
import { listMobileFeedback } from './feedback.ts';
import { MobileFeedbackListInput, MobileFeedbackPage } from './schemas.ts';

export const mobileAdminRouter = router({
  feedback: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/mobile/feedback',
        tags: ['Admin'],
        summary: 'List feedback on the app',
        description: 'Newest first; `rating` shows those of one rating.',
      },
    })
    .input(MobileFeedbackListInput)
    .output(MobileFeedbackPage)
    .query(({ ctx, input }) => listMobileFeedback(ctx, input)),
});
