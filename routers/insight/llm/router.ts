import { router, scopedProcedure, userProcedure } from '../../core/procedures.ts';
import { getCostReport } from './cost-report.ts';
import { addFeedback } from './feedback.ts';
import { getTrace } from './get-trace.ts';
import { listTraces } from './list-traces.ts';
import { recordCost } from './record-cost.ts';
import { recordTrace } from './record-trace.ts';
import {
  CostReport,
  CostReportInput,
  GetTraceInput,
  ListTracesInput,
  MAX_TRACE_BYTES,
  RecordCostInput,
  RecordedCost,
  RecordTraceInput,
  Trace,
  TraceFeedback,
  TraceFeedbackInput,
  TracePage,
  TraceReceipt,
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
      rest: {
        status: 201,
        body_limit: MAX_TRACE_BYTES,
        errors: ['MODEL_ERROR', 'TOO_EXPENSIVE', 'SERVER_BUSY'],
      },
    })
    .input(RecordTraceInput)
    .output(TraceReceipt)
    .mutation(({ ctx, input }) => recordTrace(ctx, input)),

  traces: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/llm/traces',
        tags,
        summary: "List the caller's traces, or everyone's for an administrator",
        description: 'For what lies far back, `before_id` is as fast as the first page; `offset` is not.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(ListTracesInput)
    .output(TracePage)
    .query(({ ctx, input }) => listTraces(ctx, input)),

  getTrace: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/llm/traces/{trace_id}',
        tags,
        summary: 'Get a trace with its feedback and cost',
        description: "One trace of the caller; an administrator gets everyone's. Prompts are masked.",
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(GetTraceInput)
    .output(Trace)
    .query(({ ctx, input }) => getTrace(ctx, input)),

  feedback: llm
    .meta({
      openapi: {
        method: 'POST',
        path: '/llm/feedback',
        tags,
        summary: 'Rate a response',
        description: 'Rates one trace with `good` or `bad`, a comment and tags.',
      },
      rest: { status: 201, errors: ['NOT_FOUND'] },
    })
    .input(TraceFeedbackInput)
    .output(TraceFeedback)
    .mutation(({ ctx, input }) => addFeedback(ctx, input)),

  cost: llm
    .meta({
      openapi: {
        method: 'POST',
        path: '/llm/cost',
        tags,
        summary: 'Report the cost of a call',
        description: 'Beside what is reported, the cost is computed by the price table as it is now.',
      },
      rest: { status: 201 },
    })
    .input(RecordCostInput)
    .output(RecordedCost)
    .mutation(({ ctx, input }) => recordCost(ctx, input)),

  costs: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/llm/costs',
        tags,
        summary: "Get the caller's costs, or everyone's for an administrator",
        description:
          'Sums by model, day or user in a period, in US dollars. Calls without a price are counted apart.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(CostReportInput)
    .output(CostReport)
    .query(({ ctx, input }) => getCostReport(ctx, input)),
});
