import { router, scopedProcedure, userProcedure } from '../../core/procedures.ts';
import { getCostReport } from './cost-report.ts';
import { addFeedback } from './feedback.ts';
import { getTrace, listTraces } from './list-traces.ts';
import { recordCost } from './record-cost.ts';
import { recordTrace } from './record-trace.ts';
import {
  Cost,
  CostInput,
  Costs,
  CostsInput,
  Feedback,
  FeedbackInput,
  LARGE_BODY,
  Trace,
  TraceInput,
  TracePage,
  TraceQuery,
  TraceReceipt,
  TracesInput,
} from './schemas.ts';

const tags = ['Insight'];
const llm = scopedProcedure('llm');

export const llmRouter = router({
  trace: llm
    .meta({
      openapi: {
        method: 'POST',
        path: '/llm/traces',
        tags,
        summary: 'Report a call of a language model',
        description:
          'Personal data is masked before anything is stored, also in a `masked_prompt` that was sent, in tool calls ' +
          'and in metadata. URLs in the response are judged. The same `run_id` again is a second trace of that run.',
      },
      rest: { status: 201, body_limit: LARGE_BODY, errors: ['MODEL_ERROR'] },
    })
    .input(TraceInput)
    .output(TraceReceipt)
    .mutation(({ ctx, input }) => recordTrace(ctx, input)),

  traces: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/llm/traces',
        tags,
        summary: 'My traces; an administrator sees everyone’s',
        description: 'For what lies far back, `before_id` is as fast as the first page; `offset` is not.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(TracesInput)
    .output(TracePage)
    .query(({ ctx, input }) => listTraces(ctx, input)),

  getTrace: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/llm/traces/{trace_id}',
        tags,
        summary: 'One trace with its feedback and cost',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(TraceQuery)
    .output(Trace)
    .query(({ ctx, input }) => getTrace(ctx, input)),

  feedback: llm
    .meta({
      openapi: { method: 'POST', path: '/llm/feedback', tags, summary: 'Say how good a response was' },
      rest: { status: 201, errors: ['NOT_FOUND'] },
    })
    .input(FeedbackInput)
    .output(Feedback)
    .mutation(({ ctx, input }) => addFeedback(ctx, input)),

  cost: llm
    .meta({
      openapi: {
        method: 'POST',
        path: '/llm/cost',
        tags,
        summary: 'Report what a call cost',
        description: 'Beside what is reported, the cost is computed by the price table as it is now.',
      },
      rest: { status: 201 },
    })
    .input(CostInput)
    .output(Cost)
    .mutation(({ ctx, input }) => recordCost(ctx, input)),

  costs: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/llm/costs',
        tags,
        summary: 'What models cost me; an administrator sees everyone’s',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(CostsInput)
    .output(Costs)
    .query(({ ctx, input }) => getCostReport(ctx, input)),
});
