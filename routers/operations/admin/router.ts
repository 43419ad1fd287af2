import { router } from '../../trpc.ts';
import { apiKeysRouter } from './api-keys.ts';
import { listsRouter } from './lists.ts';

export const adminRouter = router({
  lists: listsRouter,
  apiKeys: apiKeysRouter,
});
