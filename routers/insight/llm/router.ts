import { router } from '../../trpc.ts';

export const llmRouter = router({});
