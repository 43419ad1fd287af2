import {
  type AppRouter,
  createClient,
  isClientError,
  type RouterInputs,
  type RouterOutputs,
} from '../../clients/typescript/client.ts';

// Read by compilers alone: by `npm run check` here, and in a strict project elsewhere by pack.test.ts.

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_: Same<A, B>): void {}

const client = createClient('http://127.0.0.1:5000', { token: async () => null });

export async function types(form: FormData, caught: unknown): Promise<void> {
  same<RouterInputs['scan']['analyze'], { url: string; use_cache?: boolean | undefined }>(true);
  same<RouterInputs['scan']['qr'], FormData>(true);
  same<RouterInputs['history']['remove'], { id: number }>(true);
  same<Exclude<RouterInputs['history']['list'], void>['sort'], 'asc' | 'desc' | undefined>(true);
  same<RouterOutputs['scan']['analyze']['analysis_result'], 'safe' | 'dangerous'>(true);
  same<RouterOutputs['scan']['analyze']['warning_message'], string | undefined>(true);
  same<RouterOutputs['scan']['cached']['expires_at'], string>(true);
  same<RouterOutputs['history']['clear'], { deleted: number }>(true);
  same<RouterOutputs['auth']['login']['user_type'], 'registered'>(true);
  same<AppRouter['_def']['_config']['$types']['transformer'], false>(true);

  await client.me.get.query();
  await client.history.list.query();
  await client.auth.logout.mutate();
  // @ts-expect-error a URL is required
  await client.scan.analyze.mutate();

  const analysis = await client.scan.analyze.mutate({ url: 'https://example.com' });
  same<typeof analysis, RouterOutputs['scan']['analyze']>(true);
  same<typeof analysis.details.risk_level, 'low' | 'caution' | 'high'>(true);
  const { codes } = await client.scan.qr.mutate(form);
  same<(typeof codes)[number]['text'], string>(true);
  const { results } = await client.scan.batch.mutate({ urls: [analysis.url] });
  const [first] = results;
  if (first && 'error_code' in first) same<typeof first.error_code, string>(true);

  if (isClientError(caught)) {
    same<typeof caught.message, string>(true);
    const retry = caught.data?.retry_after;
    same<typeof retry, number | null | undefined>(true);
    const issues = caught.data?.issues;
    same<typeof issues, { path: string; message: string }[] | null | undefined>(true);
    // @ts-expect-error there is no such code
    if (caught.data?.code === 'NO_SUCH_CODE') return;
  }

  same<Awaited<ReturnType<typeof client.me.get.query>>['username'], string>(true);
  await client.history.list.query();
  await client.gami.leaderboard.query();

  // @ts-expect-error the URL is missing
  await client.scan.analyze.mutate({});
  // @ts-expect-error it is a string
  await client.scan.analyze.mutate({ url: 1 });
  // @ts-expect-error a mutation is not queried
  client.scan.analyze.query;
  // @ts-expect-error there is no such procedure
  client.scan.destroy;
  // @ts-expect-error safe and dangerous are all there is
  analysis.analysis_result satisfies 'safe';
}
