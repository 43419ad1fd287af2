import { QueryClient, QueryClientProvider, useMutation, useQuery } from '@tanstack/react-query';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { type AppRouter, createClient, isClientError } from 'flashscan-client';
import { type FormEvent, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';

// The page may come from another origin than the server's: then the server needs it in CORS_ORIGINS.
const url = new URLSearchParams(location.search).get('server') ?? 'http://localhost:5000';
const queryClient = new QueryClient();
const client = createClient(url, { language: 'en', credentials: 'include' });
const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient });

function Page() {
  const [link, setLink] = useState('http://secure-naver-login.tk');
  const health = useQuery(trpc.health.get.queryOptions());
  const scan = useMutation(
    trpc.scan.analyze.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.history.list.queryFilter()),
    }),
  );
  const history = useQuery(trpc.history.list.queryOptions({ limit: 5 }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    scan.mutate({ url: link });
  };
  return (
    <main>
      <p>Server: {health.data?.status ?? '…'}</p>
      <form onSubmit={submit}>
        <label>
          Link <input value={link} onChange={(event) => setLink(event.target.value)} />
        </label>
        <button type="submit" disabled={scan.isPending}>
          Check
        </button>
      </form>
      {scan.data && (
        <section aria-label="Verdict">
          <strong>{scan.data.analysis_result}</strong>
          <ul>
            {scan.data.details.reasons.map(({ code, text }) => (
              <li key={code}>{text}</li>
            ))}
          </ul>
        </section>
      )}
      {isClientError(scan.error) && <p role="alert">{scan.error.message}</p>}
      <h2>History</h2>
      <ol>
        {history.data?.history.map(({ id, url: scanned }) => (
          <li key={id}>{scanned}</li>
        ))}
      </ol>
    </main>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Page />
    </QueryClientProvider>
  </StrictMode>,
);
