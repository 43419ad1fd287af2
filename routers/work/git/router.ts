import { multipartInput } from '../../core/multipart.ts';
import { router, scopedProcedure, userProcedure } from '../../core/procedures.ts';
import { assertWithinQuota } from '../../storage/files/file.ts';
import { Project } from '../projects/schemas.ts';
import { Artifact, ArtifactInput } from './artifact-schemas.ts';
import { addArtifact } from './artifacts.ts';
import { AddCommitInput, Commit, CommitList, ListCommitsInput } from './commit-schemas.ts';
import { addCommit, listCommits } from './commits.ts';
import { AddDiffInput, DiffReport, GetDiffInput, MAX_REPORT_BYTES, StoredDiff } from './diff-schemas.ts';
import { addDiff, getDiff } from './diffs.ts';
import { listIssues, reportIssues } from './issues.ts';
import { getReadme, saveReadme } from './readme.ts';
import { registerProject } from './register.ts';
import { storeRepositoryScan } from './scans.ts';
import {
  GetReadmeInput,
  IssueList,
  IssuesReceipt,
  ListIssuesInput,
  Readme,
  RegisterProjectInput,
  ReportIssuesInput,
  RepositoryScan,
  SaveReadmeInput,
  StoreScanInput,
} from './schemas.ts';

const tags = ['Git'];
const agent = scopedProcedure('agent');

export const gitRouter = router({
  register: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/git/projects/register',
        tags,
        summary: 'Register a repository',
        description:
          'The same remote, however it is spelled, or the same path again: 200 and the same project.',
      },
      rest: { status: 201, unchanged_status: 200 },
    })
    .input(RegisterProjectInput)
    .output(Project)
    .mutation(({ ctx, input }) => registerProject(ctx, input)),

  scan: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/git/{project_id}/scan',
        tags,
        summary: 'Report a scan of a repository',
        description: 'Every scan is kept; the answer tells what has changed since the last.',
      },
      rest: { body_limit: MAX_REPORT_BYTES, errors: ['NOT_FOUND', 'TOO_EXPENSIVE', 'SERVER_BUSY'] },
    })
    .input(StoreScanInput)
    .output(RepositoryScan)
    .mutation(({ ctx, input }) => storeRepositoryScan(ctx, input)),

  reportIssues: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/git/{project_id}/issues',
        tags,
        summary: 'Report the issues of an analyzer',
        description: 'What its last report had and this one lacks is resolved; what comes back is reopened.',
      },
      rest: { status: 201, errors: ['NOT_FOUND'] },
    })
    .input(ReportIssuesInput)
    .output(IssuesReceipt)
    .mutation(({ ctx, input }) => reportIssues(ctx, input)),

  issues: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/git/{project_id}/issues',
        tags,
        summary: 'List the issues of a project',
        description: 'What analyzers reported, filtered by state, severity or analyzer.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(ListIssuesInput)
    .output(IssueList)
    .query(({ ctx, input }) => listIssues(ctx, input)),

  saveReadme: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/git/{project_id}/readme',
        tags,
        summary: 'Save a README draft',
        description: 'Keeps a draft under its version name; the same name again replaces the draft.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(SaveReadmeInput)
    .output(Readme)
    .mutation(({ ctx, input }) => saveReadme(ctx, input)),

  readme: agent
    .meta({
      openapi: {
        method: 'GET',
        path: '/git/{project_id}/readme',
        tags,
        summary: 'Get a README draft',
        description: 'The newest draft, or the one that `version` names.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(GetReadmeInput)
    .output(Readme)
    .query(({ ctx, input }) => getReadme(ctx, input)),

  addCommit: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/git/{project_id}/commits',
        tags,
        summary: 'Report a commit',
        description: 'The same hash again: 200, and nothing twice.',
      },
      rest: { status: 201, unchanged_status: 200, errors: ['NOT_FOUND'] },
    })
    .input(AddCommitInput)
    .output(Commit)
    .mutation(({ ctx, input }) => addCommit(ctx, input)),

  commits: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/git/{project_id}/commits',
        tags,
        summary: 'List the commits of a project, newest first',
        description: 'With the numbers of lines that their diffs change, where a diff is known.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(ListCommitsInput)
    .output(CommitList)
    .query(({ ctx, input }) => listCommits(ctx, input)),

  addDiff: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/git/{project_id}/commits/{commit_id}/diff',
        tags,
        summary: 'Report the diff of a commit',
        description:
          'URLs in its added lines are judged; dangerous ones become issues of analyzer `url_scan`.',
      },
      rest: {
        status: 201,
        body_limit: MAX_REPORT_BYTES,
        errors: ['NOT_FOUND', 'CONFLICT', 'MODEL_ERROR', 'TOO_EXPENSIVE', 'SERVER_BUSY'],
      },
    })
    .input(AddDiffInput)
    .output(DiffReport)
    .mutation(({ ctx, input }) => addDiff(ctx, input)),

  diff: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/git/{project_id}/commits/{commit_id}/diff',
        tags,
        summary: 'Get the diff of a commit',
        description: 'The unified diff as it was reported, with the links found in it and their verdicts.',
      },
      rest: { errors: ['NOT_FOUND', 'CONFLICT'] },
    })
    .input(GetDiffInput)
    .output(StoredDiff)
    .query(({ ctx, input }) => getDiff(ctx, input)),

  addArtifact: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/git/{project_id}/artifacts',
        tags,
        summary: 'Upload a build artifact',
        description: 'Keeps a build log, a package or another result of a commit as a file of the owner.',
        contentTypes: ['multipart/form-data'],
      },
      rest: { status: 201, form: 'stream', errors: ['NOT_FOUND'] },
    })
    // Refuses a caller over quota before the file, which has been received by now, is sent to an object store.
    .use(({ ctx, next }) => {
      assertWithinQuota(ctx, 1);
      return next();
    })
    .input(multipartInput(ArtifactInput))
    .output(Artifact)
    .mutation(({ ctx, input }) => addArtifact(ctx, input)),
});
