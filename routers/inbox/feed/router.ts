import { router } from '../../trpc.ts';

export const mobileRouter = router({});
