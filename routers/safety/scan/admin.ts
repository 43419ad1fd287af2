import { z } from 'zod';
import { adminProcedure, router } from '../../core/procedures.ts';
import {
  DecidedReport,
  DecideReportInput,
  FeedbackPage,
  ListFeedbackInput,
  ListUrlListsInput,
  RemoveUrlListEntryInput,
  ScanQuality,
  ScanQualityInput,
  UrlListEntries,
  UrlListEntry,
  UrlListInput,
} from './admin-schemas.ts';
import { decideReport } from './decide-report.ts';
import { addUrlListEntry, listUrlLists, removeUrlListEntry } from './edit-url-lists.ts';
import { getModelQuality } from './get-model-quality.ts';
import { listScanFeedback } from './list-feedback.ts';

const tags = ['Admin'];

export const scanAdminRouter = router({
  feedback: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/scan/feedback',
        tags,
        summary: 'List reports of wrong verdicts',
        description: 'Newest first; `outcome=open` shows those without a decision.',
      },
    })
    .input(ListFeedbackInput)
    .output(FeedbackPage)
    .query(({ ctx, input }) => listScanFeedback(ctx, input)),

  decide: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/scan/feedback/{id}/decide',
        tags,
        summary: 'Confirm or reject a report of a wrong verdict',
        description: 'Whoever reported it is notified. Lists and the model are not changed.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(DecideReportInput)
    .output(DecidedReport)
    .mutation(({ ctx, input }) => decideReport(ctx, input)),

  quality: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/scan/quality',
        tags,
        summary: "Get the URL model's quality",
        description: 'How its verdicts are spread by day, how they drift, and what users reported.',
      },
    })
    .input(ScanQualityInput)
    .output(ScanQuality)
    .query(({ ctx, input }) => getModelQuality(ctx, input)),
});

export const urlListsAdminRouter = router({
  list: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/lists',
        tags,
        summary: 'List allowed and denied URLs',
        description: "The administrator's own entries, newest first. Feeds are listed apart.",
      },
    })
    .input(ListUrlListsInput)
    .output(UrlListEntries)
    .query(({ ctx, input }) => listUrlLists(ctx, input)),

  add: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/lists',
        tags,
        summary: 'Allow or deny a URL, host or domain',
        description:
          'An allowed address is safe and a denied one dangerous from now on, whatever the model says.',
      },
      rest: { status: 201 },
    })
    .input(UrlListInput)
    .output(UrlListEntry)
    .mutation(({ ctx, input }) => addUrlListEntry(ctx, input)),

  remove: adminProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/admin/lists/{key}',
        tags,
        summary: 'Remove an entry from its list',
        description: 'The model and the rules judge it again.',
      },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(RemoveUrlListEntryInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => removeUrlListEntry(ctx, input)),
});
