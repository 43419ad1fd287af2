import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { jobs } from '../../../db/index.ts';
import { GenerationError } from '../../../ml/chat/generation-error.ts';
import { generateQuestions } from '../../../ml/quiz/generate.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { getJobRowOrThrow } from '../../work/jobs/job.ts';
import type { GeneratedPool, GenerateQuizInput } from './generated-schemas.ts';
import { saveOwnPool } from './save.ts';

/** The limit of the prompt; the summary of a job may be longer. */
const MAX_SOURCE_CHARS = 16_000;

/**
 * Generates questions about code with the language model, and saves those that pass its check as a private pool: there
 * may be fewer than requested. Throws LLM_UNAVAILABLE without a model or when no question passed, NOT_FOUND for a job
 * that the caller cannot see, JOB_STATE for one that has not succeeded.
 */
export async function generateQuiz(
  ctx: UserContext,
  input: z.output<typeof GenerateQuizInput>,
  signal?: AbortSignal,
): Promise<z.infer<typeof GeneratedPool>> {
  const { text, source, metadata } = getQuizSource(ctx, input);
  if (!ctx.llm) throw new ApiError('LLM_UNAVAILABLE');
  const questions = await generateQuestions(ctx.llm, {
    text,
    language: ctx.language,
    count: input.num_questions,
    signal: signal ? AbortSignal.any([signal, ctx.stopping]) : ctx.stopping,
  }).catch((cause) => {
    throw cause instanceof GenerationError ? new ApiError('LLM_UNAVAILABLE', { cause }) : cause;
  });
  if (questions.length === 0)
    throw new ApiError('LLM_UNAVAILABLE', { cause: new Error('no question stood the check') });
  return saveOwnPool(ctx, { source, metadata, questions: questions });
}

function getQuizSource(ctx: UserContext, { code, job_id }: z.output<typeof GenerateQuizInput>) {
  if (code !== undefined || job_id === undefined) return { text: code ?? '', source: 'code', metadata: null };
  const job = ctx.db.select({ project_id: jobs.project_id }).from(jobs).where(eq(jobs.id, job_id)).get();
  if (!job) throw new ApiError('NOT_FOUND');
  const { status, summary } = getJobRowOrThrow(ctx.db, ctx.caller, { project_id: job.project_id, job_id });
  if (status !== 'success' || !summary) throw new ApiError('JOB_STATE', { params: { status } });
  return { text: summary.slice(0, MAX_SOURCE_CHARS), source: `job ${job_id}`, metadata: { job_id } };
}
