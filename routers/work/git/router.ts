import { multipartInput } from '../../core/multipart.ts';
import { router, scopedProcedure, userProcedure } from '../../core/procedures.ts';
import { assertWithinQuota } from '../../storage/files/file.ts';
import { Project } from '../projects/schemas.ts';
import { Artifact, ArtifactInput } from './artifact-schemas.ts';
import { addArtifact } from './artifacts.ts';
import { Commit, CommitInput, Commits, CommitsInput } from './commit-schemas.ts';
import { addCommit, listCommits } from './commits.ts';
import { Diff, DiffInput, DiffQuery, LARGE_BODY, StoredDiff } from './diff-schemas.ts';
import { addDiff, readDiff } from './diffs.ts';
import { listIssues, reportIssues } from './issues.ts';
import { readReadme, saveReadme } from './readme.ts';
import { registerProject } from './register.ts';
import { storeScan } from './scans.ts';
import {
  IssueList,
  IssueListInput,
  IssuesInput,
  IssuesReceipt,
  Readme,
  ReadmeInput,
  ReadmeQuery,
  RegisterInput,
  Scan,
  ScanInput,
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
        summary: 'Take a repository under management',
        description:
          'The same remote, however it is spelled, or the same path again: 200 and the same project.',
      },
      rest: { status: 201 },
    })
    .input(RegisterInput)
    .output(Project)
    .mutation(({ ctx, input }) => registerProject(ctx, input)),

  scan: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/git/{project_id}/scan',
        tags,
        summary: 'Report the files and figures of a repository',
        description: 'Every scan is kept; the answer tells what has changed since the last.',
      },
      rest: { body_limit: LARGE_BODY, errors: ['NOT_FOUND'] },
    })
    .input(ScanInput)
    .output(Scan)
    .mutation(({ ctx, input }) => storeScan(ctx, input)),

  reportIssues: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/git/{project_id}/issues',
        tags,
        summary: 'Report all that one analyzer found',
        description: 'What its last report had and this one lacks is resolved; what comes back is reopened.',
      },
      rest: { status: 201, errors: ['NOT_FOUND'] },
    })
    .input(IssuesInput)
    .output(IssuesReceipt)
    .mutation(({ ctx, input }) => reportIssues(ctx, input)),

  issues: userProcedure
    .meta({
      openapi: { method: 'GET', path: '/git/{project_id}/issues', tags, summary: 'What analyzers found' },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(IssueListInput)
    .output(IssueList)
    .query(({ ctx, input }) => listIssues(ctx, input)),

  saveReadme: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/git/{project_id}/readme',
        tags,
        summary: 'Keep a draft of the README',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(ReadmeInput)
    .output(Readme)
    .mutation(({ ctx, input }) => saveReadme(ctx, input)),

  readme: agent
    .meta({
      openapi: { method: 'GET', path: '/git/{project_id}/readme', tags, summary: 'A draft of the README' },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(ReadmeQuery)
    .output(Readme)
    .query(({ ctx, input }) => readReadme(ctx, input)),

  addCommit: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/git/{project_id}/commits',
        tags,
        summary: 'Report a commit',
        description: 'The same hash again: 200, and nothing twice.',
      },
      rest: { status: 201, errors: ['NOT_FOUND'] },
    })
    .input(CommitInput)
    .output(Commit)
    .mutation(({ ctx, input }) => addCommit(ctx, input)),

  commits: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/git/{project_id}/commits',
        tags,
        summary: 'The commits of a project, newest first',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(CommitsInput)
    .output(Commits)
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
        body_limit: LARGE_BODY,
        errors: ['NOT_FOUND', 'CONFLICT', 'MODEL_ERROR'],
      },
    })
    .input(DiffInput)
    .output(Diff)
    .mutation(({ ctx, input }) => addDiff(ctx, input)),

  diff: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/git/{project_id}/commits/{commit_id}/diff',
        tags,
        summary: 'The diff of a commit and its figures',
      },
      rest: { errors: ['NOT_FOUND', 'CONFLICT'] },
    })
    .input(DiffQuery)
    .output(StoredDiff)
    .query(({ ctx, input }) => readDiff(ctx, input)),

  addArtifact: agent
    .meta({
      openapi: {
        method: 'POST',
        path: '/git/{project_id}/artifacts',
        tags,
        summary: 'Keep what a build made',
        contentTypes: ['multipart/form-data'],
      },
      rest: { status: 201, form: 'stream', errors: ['NOT_FOUND'] },
    })
    // Said before the bytes are read: who has nothing left need not send them.
    .use(({ ctx, next }) => {
      assertWithinQuota(ctx, 1);
      return next();
    })
    .input(multipartInput(ArtifactInput))
    .output(Artifact)
    .mutation(({ ctx, input }) => addArtifact(ctx, input)),
});
