import { router } from '../../trpc.ts';
import { listsRouter } from './lists.ts';

export const adminRouter = router({
  lists: listsRouter,
});
